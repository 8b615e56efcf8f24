import { MALFORMED } from './faults.js';

/** An unsigned value: decimal up to 64 bits, above as it stands. */
export function integerText(nibbles: string): string {
  return smallInteger(nibbles)?.toString() ?? `0x${nibbles}`;
}

/** Null when it takes more than 64 bits. */
function smallInteger(nibbles: string): bigint | null {
  const digits = nibbles.replace(/^0+/, '');
  return digits.length > 16 ? null : BigInt(`0x${digits || '0'}`);
}

export function booleanText(nibbles: string): string {
  const value = smallInteger(nibbles);
  if (value !== 0n && value !== 1n) throw MALFORMED;
  return value === 1n ? 'true' : 'false';
}

export function characterText(nibbles: string): string {
  const value = smallInteger(nibbles);
  if (value === null || value > 0x10ffffn || (value >= 0xd800n && value <= 0xdfffn)) throw MALFORMED;
  return quoted(String.fromCodePoint(Number(value)), "'");
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8, two digits a byte. */
export function stringText(nibbles: string): string {
  if (nibbles.length % 2 !== 0) throw MALFORMED;
  try {
    return quoted(strictUtf8.decode(Buffer.from(nibbles, 'hex')), '"');
  } catch {
    throw MALFORMED;
  }
}

const SHORT: Readonly<Record<string, string>> = { '\0': '\\0', '\t': '\\t', '\r': '\\r', '\n': '\\n', '\\': '\\\\' };
/** What `char::escape_debug` of Rust doesn't print as it is: joining, invisible and unassigned characters. */
const NOT_PRINTED = /[\p{Grapheme_Extend}\p{C}\p{Z}]/u;

function quoted(text: string, quote: '"' | "'"): string {
  let result: string = quote;
  for (const character of text) result += character === quote ? `\\${quote}` : escaped(character);
  return result + quote;
}

function escaped(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  if (character === ' ' || !NOT_PRINTED.test(character)) return character;
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
