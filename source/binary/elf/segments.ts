import type { ByteSource } from '../reader/byteSource.js';
import { Bytes } from '../reader/cursor.js';
import { FormatError } from '../reader/errors.js';
import type { ElfHeader } from './header.js';

/** A program header: what the kernel and the dynamic linker go by. */
export interface Segment {
  /** PT_*. */
  readonly type: number;
  /** PF_*. */
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly align: number;
}

/**
 * The program headers in file order. One entry is 56 bytes (32 in a 32-bit file) whatever `e_phentsize` says: glibc
 * refuses any other size (elf/dl-load.c: open_verify), and `headerFaults` reports that.
 * @throws FormatError when the table is not wholly inside the file.
 */
export function readSegments(source: ByteSource, header: ElfHeader): readonly Segment[] {
  const { bits, endian, phoff, phnum } = header;
  if (phnum === 0) return [];
  if (phoff === 0) throw new FormatError(source.name, 0, 'e_phoff', `is 0, but there are ${phnum} program headers`);
  const size = bits === 64 ? 56 : 32;
  const table = Bytes.of(source, phoff, phnum * size, endian, 'program headers');
  return Array.from({ length: phnum }, (_, index) => {
    const at = index * size;
    if (bits === 64) {
      return {
        type: table.u32(at, 'p_type'),
        flags: table.u32(at + 4, 'p_flags'),
        offset: table.u64(at + 8, 'p_offset'),
        address: table.u64(at + 16, 'p_vaddr'),
        fileSize: table.u64(at + 32, 'p_filesz'),
        memorySize: table.u64(at + 40, 'p_memsz'),
        align: table.u64(at + 48, 'p_align'),
      };
    }
    return {
      type: table.u32(at, 'p_type'),
      offset: table.u32(at + 4, 'p_offset'),
      address: table.u32(at + 8, 'p_vaddr'),
      fileSize: table.u32(at + 16, 'p_filesz'),
      memorySize: table.u32(at + 20, 'p_memsz'),
      flags: table.u32(at + 24, 'p_flags'),
      align: table.u32(at + 28, 'p_align'),
    };
  });
}
