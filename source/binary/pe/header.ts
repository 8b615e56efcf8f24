import type { ByteSource } from '../reader/byteSource.js';
import { Bytes } from '../reader/cursor.js';
import { FormatError } from '../reader/errors.js';

/** The COFF header and what is used of the optional one (Microsoft's PE format specification). */
export interface PeHeader {
  readonly bits: 32 | 64;
  readonly machine: number;
  readonly characteristics: number;
  readonly imageBase: number;
  /** IMAGE_SUBSYSTEM_*. */
  readonly subsystem: number;
  readonly sectionCount: number;
  /** File offset of the section table. */
  readonly sectionTable: number;
}

const DOS_HEADER_SIZE = 64;
/** `PE\0\0`. */
const SIGNATURE = 0x4550;
const COFF_SIZE = 20;
/** Up to and with Subsystem. */
const OPTIONAL_SIZE = 70;
const PE32 = 0x10b;
const PE32_PLUS = 0x20b;

/** True when the DOS header leads to a PE signature; a plain DOS program, or a text that begins with MZ, has none. */
export function isPe(source: ByteSource): boolean {
  return signatureOffset(source) !== null;
}

function signatureOffset(source: ByteSource): number | null {
  if (source.size < DOS_HEADER_SIZE) return null;
  const dos = Bytes.of(source, 0, DOS_HEADER_SIZE, 'little', 'DOS header');
  if (dos.u16(0, 'e_magic') !== 0x5a4d) return null;
  const offset = dos.u32(60, 'e_lfanew');
  if (offset + 4 > source.size) return null;
  return Bytes.of(source, offset, 4, 'little', 'signature').u32(0, 'signature') === SIGNATURE ? offset : null;
}

/** @throws FormatError when the file is no PE or ends inside its headers. */
export function readHeader(source: ByteSource): PeHeader {
  const signature = signatureOffset(source);
  if (signature === null) throw new FormatError(source.name, 0, 'e_magic', 'is not a PE file’s');
  const coff = Bytes.of(source, signature + 4, COFF_SIZE, 'little', 'COFF header');
  const optionalSize = coff.u16(16, 'SizeOfOptionalHeader');
  if (optionalSize < OPTIONAL_SIZE) coff.fail(16, 'SizeOfOptionalHeader', `is ${optionalSize}`);
  const optional = Bytes.of(source, signature + 4 + COFF_SIZE, OPTIONAL_SIZE, 'little', 'optional header');
  const magic = optional.u16(0, 'optional header Magic');
  if (magic !== PE32 && magic !== PE32_PLUS) {
    optional.fail(0, 'optional header Magic', `is 0x${magic.toString(16)}, neither PE32 (0x10b) nor PE32+ (0x20b)`);
  }
  return {
    bits: magic === PE32_PLUS ? 64 : 32,
    machine: coff.u16(0, 'Machine'),
    characteristics: coff.u16(18, 'Characteristics'),
    imageBase: magic === PE32_PLUS ? optional.u64(24, 'ImageBase') : optional.u32(28, 'ImageBase'),
    subsystem: optional.u16(68, 'Subsystem'),
    sectionCount: coff.u16(2, 'NumberOfSections'),
    sectionTable: signature + 4 + COFF_SIZE + optionalSize,
  };
}
