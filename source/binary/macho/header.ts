import type { ByteSource } from '../reader/byteSource.js';
import { Bytes, type Endian } from '../reader/cursor.js';
import { FormatError } from '../reader/errors.js';

/** `mach_header` or `mach_header_64` (Apple's mach-o/loader.h). */
export interface MachHeader {
  readonly bits: 32 | 64;
  readonly endian: Endian;
  readonly cputype: number;
  readonly filetype: number;
  readonly ncmds: number;
  readonly sizeofcmds: number;
  /** Bytes of the header: the load commands follow it. */
  readonly size: number;
}

const MAGIC_32 = 0xfeedface;
const MAGIC_64 = 0xfeedfacf;

interface Magic {
  readonly bits: 32 | 64;
  readonly endian: Endian;
}

/** Word size and byte order, which the magic tells; null when there is none at `offset`. */
export function magicAt(source: ByteSource, offset: number): Magic | null {
  if (offset + 4 > source.size) return null;
  for (const endian of ['little', 'big'] as const) {
    const magic = Bytes.of(source, offset, 4, endian, 'magic').u32(0, 'magic');
    if (magic === MAGIC_64) return { bits: 64, endian };
    if (magic === MAGIC_32) return { bits: 32, endian };
  }
  return null;
}

/** @throws FormatError when there is no Mach-O header at `offset`. */
export function readHeader(source: ByteSource, offset: number): MachHeader {
  const magic = magicAt(source, offset);
  if (!magic) throw new FormatError(source.name, offset, 'magic', 'is not a Mach-O file’s');
  const size = magic.bits === 64 ? 32 : 28;
  const bytes = Bytes.of(source, offset, size, magic.endian, 'mach_header');
  return {
    ...magic,
    size,
    cputype: bytes.u32(4, 'cputype'),
    filetype: bytes.u32(12, 'filetype'),
    ncmds: bytes.u32(16, 'ncmds'),
    sizeofcmds: bytes.u32(20, 'sizeofcmds'),
  };
}
