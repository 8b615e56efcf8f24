import { type ByteSource, checkRange } from '../reader/byteSource.js';
import { Bytes, decodeText, type Endian } from '../reader/cursor.js';
import { FormatError } from '../reader/errors.js';
import { PT } from './constants.js';
import type { ElfHeader } from './header.js';
import type { Segment } from './segments.js';

const STRING_CHUNK = 256;
/** Names of generic Go types reach tens of kilobytes; one that is longer than this has lost its NUL. */
const MAX_STRING = 1 << 20;

/** The file as the dynamic linker sees it: addresses, backed by the PT_LOAD segments. Everything below PT_DYNAMIC is read through it. */
export class Image {
  readonly source: ByteSource;
  readonly bits: 32 | 64;
  readonly endian: Endian;
  readonly machine: number;
  /** Bytes of an address. */
  readonly wordSize: 4 | 8;
  readonly #loads: readonly Segment[];

  constructor(source: ByteSource, header: ElfHeader, segments: readonly Segment[]) {
    this.source = source;
    this.bits = header.bits;
    this.endian = header.endian;
    this.machine = header.machine;
    this.wordSize = header.bits === 64 ? 8 : 4;
    this.#loads = segments.filter(({ type, fileSize }) => type === PT.LOAD && fileSize > 0).sort((a, b) => a.address - b.address);
  }

  offsetOf(address: number): number | null {
    const load = this.#loadOf(address);
    return load ? load.offset + (address - load.address) : null;
  }

  addressOf(offset: number): number | null {
    const load = this.#loads.find((segment) => offset >= segment.offset && offset < segment.offset + segment.fileSize);
    return load ? load.address + (offset - load.offset) : null;
  }

  /** Bytes of the file from `address` to the end of its segment or of the file; 0 when it is not mapped. */
  bytesFrom(address: number): number {
    const load = this.#loadOf(address);
    if (!load) return 0;
    const intoSegment = address - load.address;
    return Math.max(0, Math.min(load.fileSize - intoSegment, this.source.size - (load.offset + intoSegment)));
  }

  /** @throws FormatError when the range is not mapped from the file. */
  at(address: number, length: number, field: string): Bytes {
    return Bytes.of(this.source, this.check(address, length, field), length, this.endian, field);
  }

  /** The place of a range in the file, unread. @throws FormatError where `at` would. */
  check(address: number, length: number, field: string): number {
    const offset = this.offsetOf(address);
    if (offset === null) {
      throw new FormatError(
        this.source.name,
        0,
        field,
        `is at address 0x${address.toString(16)}, which no segment of the file holds`,
      );
    }
    if (length > this.bytesFrom(address)) {
      throw new FormatError(
        this.source.name,
        offset,
        field,
        `needs ${length} bytes, but ${this.bytesFrom(address)} are left there`,
      );
    }
    checkRange(this.source, offset, length, field);
    return offset;
  }

  u32(address: number, field: string): number {
    return this.at(address, 4, field).u32(0, field);
  }

  word(address: number, field: string): number {
    return this.at(address, this.wordSize, field).word(0, this.bits, field);
  }

  /** A NUL-terminated string, without knowing its length. @throws FormatError when it does not end. */
  cString(address: number, field: string): string {
    const limit = Math.min(this.bytesFrom(address), MAX_STRING);
    for (let length = Math.min(STRING_CHUNK, limit); length > 0; length = Math.min(length * 4, limit)) {
      const bytes = this.at(address, length, field).raw(0, length, field);
      const end = bytes.indexOf(0);
      if (end >= 0) return decodeText(bytes.subarray(0, end));
      if (length === limit) break;
    }
    throw new FormatError(this.source.name, this.offsetOf(address) ?? 0, field, 'has no terminating NUL');
  }

  /** The last one that begins at or before the address: the gABI has them ascending, and a later mapping covers an earlier one. */
  #loadOf(address: number): Segment | null {
    let low = 0;
    let high = this.#loads.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#loads[middle]?.address ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    const load = this.#loads[low - 1];
    return load && address < load.address + load.fileSize ? load : null;
  }
}
