import { MinisignError } from './minisignError.js';

const COMMENT = 'untrusted comment: ';

/**
 * The lines of one of minisign's files: an untrusted comment, then what is packed as base64, then others.
 * @throws MinisignError when it does not begin with a comment, or is no text.
 */
export function packedLines(bytes: Uint8Array): { readonly comment: string; readonly packed: string; readonly rest: string[] } {
  // Byte by byte: what is signed of a comment are its bytes, whatever text they make.
  const [first = '', packed = '', ...rest] = Buffer.from(bytes)
    .toString('latin1')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  if (!first.startsWith(COMMENT)) throw new MinisignError(`its first line does not begin with "${COMMENT.trim()}"`);
  return { comment: utf8(first.slice(COMMENT.length)), packed, rest };
}

/** A file of a comment and packed bytes. */
export function packedText(comment: string, packed: Uint8Array): string {
  return `${COMMENT}${comment}\n${Buffer.from(packed).toString('base64')}\n`;
}

/** Text of a line that was read byte by byte. */
export function utf8(line: string): string {
  return Buffer.from(line, 'latin1').toString('utf8');
}

/** Base64 without a blank or a bit too many. @throws MinisignError when it does not hold `length` bytes. */
export function unpacked(text: string, length: number, what: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text || bytes.length !== length)
    throw new MinisignError(`${what} is not ${length} bytes of base64`);
  return bytes;
}

/** Eight bytes, little-endian, as minisign prints them: `77E29054F489D98A`. */
export function keyIdText(id: Uint8Array): string {
  return Buffer.from(id).reverse().toString('hex').toUpperCase();
}
