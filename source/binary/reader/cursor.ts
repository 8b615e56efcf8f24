import type { ByteSource } from './byteSource.js';
import { FormatError } from './errors.js';

export type Endian = 'little' | 'big';

/**
 * A bounds-checked view of a range of a file, with the numbers in it: the one way parsers touch bytes
 * (the role of `object::ReadRef` in gimli-rs/object). Every read names the field it is for, so an error can.
 *
 * Offsets given to the methods are relative to the view; errors report file offsets.
 */
export class Bytes {
  readonly file: string;
  /** Where the view begins in the file. */
  readonly start: number;
  readonly length: number;
  readonly endian: Endian;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(file: string, start: number, bytes: Uint8Array, endian: Endian) {
    this.file = file;
    this.start = start;
    this.length = bytes.length;
    this.endian = endian;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Reads a range of `source`. @throws FormatError when it is not wholly inside the file. */
  static of(source: ByteSource, offset: number, length: number, endian: Endian, field: string): Bytes {
    return new Bytes(source.name, offset, source.read(offset, length, field), endian);
  }

  u8(offset: number, field: string): number {
    this.#check(offset, 1, field);
    return this.#view.getUint8(offset);
  }

  u16(offset: number, field: string): number {
    this.#check(offset, 2, field);
    return this.#view.getUint16(offset, this.endian === 'little');
  }

  u32(offset: number, field: string): number {
    this.#check(offset, 4, field);
    return this.#view.getUint32(offset, this.endian === 'little');
  }

  i32(offset: number, field: string): number {
    this.#check(offset, 4, field);
    return this.#view.getInt32(offset, this.endian === 'little');
  }

  /**
   * An unsigned 64-bit value as a number. Exact up to 2^53; above, the nearest number, which no offset or size check
   * accepts: right for places in a file. Use `u64Exact` where all 64 bits are meaning.
   */
  u64(offset: number, field: string): number {
    this.#check(offset, 8, field);
    const little = this.endian === 'little';
    const low = this.#view.getUint32(little ? offset : offset + 4, little);
    const high = this.#view.getUint32(little ? offset + 4 : offset, little);
    return high * 0x1_0000_0000 + low;
  }

  /** A signed 64-bit value as a number (addends, d_tag). */
  i64(offset: number, field: string): number {
    this.#check(offset, 8, field);
    return Number(this.#view.getBigInt64(offset, this.endian === 'little'));
  }

  u64Exact(offset: number, field: string): bigint {
    this.#check(offset, 8, field);
    return this.#view.getBigUint64(offset, this.endian === 'little');
  }

  /** An address, offset or size of the given class: 4 bytes in a 32-bit file, 8 in a 64-bit one. */
  word(offset: number, bits: 32 | 64, field: string): number {
    return bits === 64 ? this.u64(offset, field) : this.u32(offset, field);
  }

  /** A part of the view, sharing its bytes. */
  slice(offset: number, length: number, field: string): Bytes {
    return new Bytes(this.file, this.start + offset, this.raw(offset, length, field), this.endian);
  }

  /** The bytes themselves. Shared: never write to them. */
  raw(offset: number, length: number, field: string): Uint8Array {
    this.#check(offset, length, field);
    return this.#bytes.subarray(offset, offset + length);
  }

  /** A NUL-terminated string. @throws FormatError when the view ends first. */
  cString(offset: number, field: string): string {
    this.#check(offset, 0, field);
    const end = this.#bytes.indexOf(0, offset);
    if (end < 0) this.fail(offset, field, 'has no terminating NUL');
    return decodeText(this.#bytes.subarray(offset, end));
  }

  /** Ends the parse with a place and a reason. */
  fail(offset: number, field: string, problem: string): never {
    throw new FormatError(this.file, this.start + offset, field, problem);
  }

  #check(offset: number, length: number, field: string): void {
    if (Number.isInteger(offset) && offset >= 0 && length >= 0 && offset + length <= this.length) return;
    const at = Number.isInteger(offset) && offset >= 0 ? offset : 0;
    this.fail(at, field, `needs ${length} bytes, but ${Math.max(0, this.length - at)} are left`);
  }
}

const utf8 = new TextDecoder('utf-8');

/** Bytes as text. Invalid UTF-8 becomes U+FFFD: names in object files are bytes, and nothing promises UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}
