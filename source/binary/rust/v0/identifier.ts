import type { Identifier } from './cursor.js';

/** As many characters as rustc-demangle decodes. */
const MAX_LENGTH = 128;

/** RFC 3492, section 5. */
const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const FIRST_DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_N = 0x80;

/** The identifier in its own script, or `punycode{...}` where the code is no valid one. */
export function identifierText({ ascii, punycode }: Identifier): string {
  if (punycode === '') return ascii;
  return decode(ascii, punycode) ?? `punycode{${ascii === '' ? '' : `${ascii}-`}${punycode}}`;
}

/** RFC 3492, section 6.2, with digits a-z then 0-9. */
function decode(ascii: string, punycode: string): string | null {
  const characters = [...ascii];
  let position = 0;
  let code = INITIAL_N;
  let bias = INITIAL_BIAS;
  let at = 0;
  let first = true;
  while (at < punycode.length) {
    let delta = 0;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const digit = digitOf(punycode.charCodeAt(at++));
      if (digit === null || weight > Number.MAX_SAFE_INTEGER) return null;
      delta += digit * weight;
      const threshold = Math.min(Math.max(k - bias, T_MIN), T_MAX);
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const length = characters.length + 1;
    position += delta;
    code += Math.floor(position / length);
    position %= length;
    if (length > MAX_LENGTH || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
    characters.splice(position++, 0, String.fromCodePoint(code));
    bias = adapt(delta, length, first);
    first = false;
  }
  return characters.join('');
}

function adapt(delta: number, length: number, first: boolean): number {
  let rest = Math.floor(delta / (first ? FIRST_DAMP : 2));
  rest += Math.floor(rest / length);
  let k = 0;
  while (rest > ((BASE - T_MIN) * T_MAX) / 2) {
    rest = Math.floor(rest / (BASE - T_MIN));
    k += BASE;
  }
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}

function digitOf(unit: number): number | null {
  if (unit >= 0x61 && unit <= 0x7a) return unit - 0x61;
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30 + 26;
  return null;
}
