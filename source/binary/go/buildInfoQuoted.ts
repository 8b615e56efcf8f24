import { decodeText } from '../reader/cursor.js';

/** A Go string literal on one line: interpreted in double quotes, raw in back quotes (Go specification, String literals). */
const LITERAL = /^(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`)/u;

/** One character or escape of an interpreted literal. Octal and `\x` escapes give bytes, the others characters. */
const PIECE =
  /\\(?:(?<short>[abfnrtv\\"])|(?<octal>[0-3][0-7]{2})|x(?<hex>[0-9a-fA-F]{2})|u(?<u4>[0-9a-fA-F]{4})|U(?<u8>[0-9a-fA-F]{8}))|(?<plain>[^\\]+)/gu;

const SHORT: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/** How many characters the literal at the beginning of `text` takes, as strconv.QuotedPrefix; null when it has no end. */
export function quotedLength(text: string): number | null {
  return LITERAL.exec(text)?.[0].length ?? null;
}

/** The string that a literal stands for, as strconv.Unquote; null when it is malformed. Bytes that are no UTF-8 become U+FFFD. */
export function unquote(literal: string): string | null {
  if (quotedLength(literal) !== literal.length) return null;
  const body = literal.slice(1, -1);
  if (literal.startsWith('`')) return body.replaceAll('\r', '');
  if (!body.includes('\\')) return body;
  const parts: Buffer[] = [];
  let end = 0;
  for (const match of body.matchAll(PIECE)) {
    if (match.index !== end) return null;
    end += match[0].length;
    const bytes = bytesOf(match.groups ?? {});
    if (bytes === null) return null;
    parts.push(bytes);
  }
  return end === body.length ? decodeText(Buffer.concat(parts)) : null;
}

function bytesOf(groups: Readonly<Record<string, string | undefined>>): Buffer | null {
  const { short, octal, hex, u4, u8, plain } = groups;
  if (plain !== undefined) return Buffer.from(plain);
  if (short !== undefined) return Buffer.from(SHORT[short] ?? '');
  if (octal !== undefined) return Buffer.of(Number.parseInt(octal, 8));
  if (hex !== undefined) return Buffer.of(Number.parseInt(hex, 16));
  const code = Number.parseInt(u4 ?? u8 ?? '', 16);
  // strconv refuses what is no character: halves of surrogate pairs, and beyond the last one.
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
  return Buffer.from(String.fromCodePoint(code));
}
