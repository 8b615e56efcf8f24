import type { ByteSource } from './reader/byteSource.js';
import type { Endian } from './reader/cursor.js';

/** What ELF, Mach-O and PE have in common once loaded: addresses that map to places in the file. */
export interface AddressSpace {
  readonly source: ByteSource;
  readonly bits: 32 | 64;
  readonly endian: Endian;
  /** File offset of a virtual address, or null when no byte of the file is mapped there. */
  offsetOf(address: number): number | null;
  /** Where Go's linker may have put build info: the section of that name first, then the writable data segment. */
  readonly buildInfoPlaces: readonly FileRange[];
}

export interface FileRange {
  readonly offset: number;
  readonly size: number;
}
