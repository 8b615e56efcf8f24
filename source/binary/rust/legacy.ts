import type { Demangled, Hash } from './demangle.js';

/** rustc_symbol_mangling/src/legacy.rs: sanitize. */
const ESCAPES: Readonly<Record<string, string>> = {
  SP: '@',
  BP: '*',
  RF: '&',
  LT: '<',
  GT: '>',
  LP: '(',
  RP: ')',
  C: ',',
};

/** Symbols end in `17h` and 16 digits; hashes of other lengths were seen in older compilers. */
const HASH = /^h[0-9a-fA-F]*$/;
const ASCII = /^[\0-\x7f]*$/;

/**
 * Legacy mangling: Itanium's nested names, each a length and that many characters, up to an `E`; what C++ has no character
 * for is written between `$`. `mangled` is what follows `_ZN`. Null when it is not of that form.
 */
export function demangleLegacy(mangled: string, hash: Hash): Demangled | null {
  if (!ASCII.test(mangled)) return null;
  const elements: string[] = [];
  let at = 0;
  while (mangled[at] !== 'E') {
    const digits = digitsAt(mangled, at);
    const start = at + digits.length;
    const end = start + Number(digits);
    if (digits === '' || end >= mangled.length) return null;
    elements.push(mangled.slice(start, end));
    at = end;
  }
  if (hash === 'drop' && HASH.test(elements.at(-1) ?? '')) elements.pop();
  return { text: elements.map(unescapeElement).join('::'), rest: mangled.slice(at + 1) };
}

const DIGITS = /[0-9]*/y;

function digitsAt(text: string, at: number): string {
  DIGITS.lastIndex = at;
  return DIGITS.exec(text)?.[0] ?? '';
}

/** A piece that needs no change, a dot or two, or an escape. */
const PIECE = /[^.$]+|\.\.?|\$([^$]*)\$/y;

/** An escape that isn't one ends the translation: the rest of the element stays as it is. */
function unescapeElement(element: string): string {
  // An element must not begin with `$`, so the compiler puts an underscore before it.
  const text = element.startsWith('_$') ? element.slice(1) : element;
  let result = '';
  let at = 0;
  while (at < text.length) {
    PIECE.lastIndex = at;
    const match = PIECE.exec(text);
    const piece = match && translate(match[0], match[1]);
    if (!match || piece === null) break;
    result += piece;
    at += match[0].length;
  }
  return result + text.slice(at);
}

function translate(piece: string, escaped: string | undefined): string | null {
  if (piece === '..') return '::';
  if (escaped === undefined) return piece;
  if (Object.hasOwn(ESCAPES, escaped)) return ESCAPES[escaped] ?? null;
  const code = /^u([0-9a-f]+)$/.exec(escaped)?.[1];
  return code === undefined ? null : character(Number.parseInt(code, 16));
}

/** Null for what is no character, and for controls: no identifier or type has one. */
function character(code: number): string | null {
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
  const text = String.fromCodePoint(code);
  return /\p{Cc}/u.test(text) ? null : text;
}
