import type { ByteSource } from '../reader/byteSource.js';
import { Bytes, type Endian } from '../reader/cursor.js';
import { FormatError } from '../reader/errors.js';

/** `Elf32_Ehdr` or `Elf64_Ehdr` (gABI, chapter 4), numbers as the file has them. */
export interface ElfHeader {
  readonly bits: 32 | 64;
  readonly endian: Endian;
  /** EI_VERSION: 1 in every file there is. */
  readonly identVersion: number;
  readonly osabi: number;
  readonly abiVersion: number;
  /** ET_*. */
  readonly type: number;
  /** EM_*. */
  readonly machine: number;
  readonly version: number;
  readonly entry: number;
  readonly phoff: number;
  readonly shoff: number;
  readonly flags: number;
  readonly ehsize: number;
  readonly phentsize: number;
  readonly phnum: number;
  readonly shentsize: number;
  readonly shnum: number;
  readonly shstrndx: number;
}

const MAGIC = [0x7f, 0x45, 0x4c, 0x46];

/** True when the file begins as an ELF file does. The rest may still be damaged. */
export function isElf(source: ByteSource): boolean {
  if (source.size < MAGIC.length) return false;
  const bytes = source.read(0, MAGIC.length, 'e_ident[EI_MAG0]');
  return MAGIC.every((value, index) => bytes[index] === value);
}

/** @throws FormatError when the file is no ELF, is of no known class or byte order, or ends inside its header. */
export function readHeader(source: ByteSource): ElfHeader {
  if (!isElf(source)) throw new FormatError(source.name, 0, 'e_ident[EI_MAG0]', 'is not an ELF file’s');
  const ident = Bytes.of(source, 0, 16, 'little', 'e_ident');
  const classByte = ident.u8(4, 'e_ident[EI_CLASS]');
  if (classByte !== 1 && classByte !== 2)
    ident.fail(4, 'e_ident[EI_CLASS]', `is ${classByte}, neither 32-bit (1) nor 64-bit (2)`);
  const dataByte = ident.u8(5, 'e_ident[EI_DATA]');
  if (dataByte !== 1 && dataByte !== 2)
    ident.fail(5, 'e_ident[EI_DATA]', `is ${dataByte}, neither little (1) nor big endian (2)`);

  const bits = classByte === 2 ? 64 : 32;
  const endian = dataByte === 2 ? 'big' : 'little';
  const bytes = Bytes.of(source, 0, bits === 64 ? 64 : 52, endian, 'ELF header');
  const word = bits / 8;
  const afterWords = 24 + 3 * word;
  return {
    bits,
    endian,
    identVersion: ident.u8(6, 'e_ident[EI_VERSION]'),
    osabi: ident.u8(7, 'e_ident[EI_OSABI]'),
    abiVersion: ident.u8(8, 'e_ident[EI_ABIVERSION]'),
    type: bytes.u16(16, 'e_type'),
    machine: bytes.u16(18, 'e_machine'),
    version: bytes.u32(20, 'e_version'),
    entry: bytes.word(24, bits, 'e_entry'),
    phoff: bytes.word(24 + word, bits, 'e_phoff'),
    shoff: bytes.word(24 + 2 * word, bits, 'e_shoff'),
    flags: bytes.u32(afterWords, 'e_flags'),
    ehsize: bytes.u16(afterWords + 4, 'e_ehsize'),
    phentsize: bytes.u16(afterWords + 6, 'e_phentsize'),
    phnum: bytes.u16(afterWords + 8, 'e_phnum'),
    shentsize: bytes.u16(afterWords + 10, 'e_shentsize'),
    shnum: bytes.u16(afterWords + 12, 'e_shnum'),
    shstrndx: bytes.u16(afterWords + 14, 'e_shstrndx'),
  };
}
