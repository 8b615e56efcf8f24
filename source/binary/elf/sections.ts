import elfy from 'elfy';
import type { ByteSource } from '../reader/byteSource.js';
import { Bytes, decodeText } from '../reader/cursor.js';
import { FormatError } from '../reader/errors.js';
import { TextBudget } from '../reader/textBudget.js';
import { SHN, SHT } from './constants.js';
import type { ElfHeader } from './header.js';

/** A section header. For people and debuggers: no loader looks at it, so nothing that decides a load may rest on it alone. */
export interface Section {
  readonly name: string;
  /** SHT_*. */
  readonly type: number;
  /** `progbits`, `note`, ...; `type 0x6ffffff6` where there is no name. */
  readonly typeName: string;
  /** SHF_*; the processor's bits above 2^53 are not exact. */
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  /** Of SHT_NOBITS: in memory; the file has none of it. */
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  readonly entrySize: number;
}

/** Far above what a linker writes into a library; a table that claims more is junk. */
const MAX_SECTIONS = 100_000;
const MAX_NAME = 4096;

/**
 * The section headers, listed by elfy from the header and the table alone: never from the whole file.
 *
 * elfy reads `sh_addralign` and `sh_entsize` of 64-bit files at the wrong place (46 and 54 for 48 and 56), and keeps of
 * type and flags only the names it knows: those four are our own reading.
 * @throws FormatError when the table, or the table of names, is not what the header says.
 */
export function readSections(source: ByteSource, header: ElfHeader): readonly Section[] {
  if (header.shoff === 0) return [];
  const { bits, endian } = header;
  const headerSize = bits === 64 ? 64 : 52;
  const entrySize = bits === 64 ? 64 : 40;
  if (header.shentsize !== entrySize) {
    throw new FormatError(source.name, bits === 64 ? 58 : 46, 'e_shentsize', `is ${header.shentsize}, not ${entrySize}`);
  }
  // gABI: from 0xff00 sections on, the count is section 0's sh_size, and the index of the names its sh_link.
  const first = Bytes.of(source, header.shoff, entrySize, endian, 'section header 0');
  const count = header.shnum !== 0 ? header.shnum : first.word(bits === 64 ? 32 : 20, bits, 'sh_size of section 0');
  const names = header.shstrndx !== SHN.XINDEX ? header.shstrndx : first.u32(bits === 64 ? 40 : 24, 'sh_link of section 0');
  if (count === 0) return [];
  if (count > MAX_SECTIONS) throw new FormatError(source.name, bits === 64 ? 60 : 48, 'e_shnum', `claims ${count} sections`);
  const table = Bytes.of(source, header.shoff, count * entrySize, endian, 'section headers');

  const parser = new elfy.Parser();
  const head = Buffer.from(source.read(0, headerSize, 'ELF header'));
  const compact = Buffer.concat([head, table.raw(0, table.length, 'section headers')]);
  const listed = parser.parseSections(compact, {
    ...parser.parseHeader(head),
    shoff: headerSize,
    shnum: count,
    shentsize: entrySize,
  });

  const nameTable = listed[names];
  if (!nameTable)
    throw new FormatError(source.name, bits === 64 ? 62 : 50, 'e_shstrndx', `is ${names}, but there are ${count} sections`);
  const strings = Bytes.of(source, nameTable.off, nameTable.size, endian, 'section names');
  const budget = new TextBudget(source);
  return listed.map((section, index) => {
    const at = index * entrySize;
    const type = table.u32(at + 4, 'sh_type');
    return {
      name: nameAt(strings, section.name, budget),
      type,
      typeName: GNU_TYPES.get(type) ?? (typeof section.type === 'string' ? section.type : `type 0x${type.toString(16)}`),
      flags: table.word(at + 8, bits, 'sh_flags'),
      address: section.addr,
      offset: section.off,
      size: section.size,
      link: section.link,
      info: section.info,
      align: table.word(at + (bits === 64 ? 48 : 32), bits, 'sh_addralign'),
      entrySize: table.word(at + (bits === 64 ? 56 : 36), bits, 'sh_entsize'),
    };
  });
}

/** elf.h: SHT_GNU_*. elfy has the names that Solaris gave to the same numbers, or calls the last of them the end of the range. */
const GNU_TYPES: ReadonlyMap<number, string> = new Map([
  [0x6ffffff5, 'gnu_attributes'],
  [0x6ffffff6, 'gnu_hash'],
  [0x6ffffff7, 'gnu_liblist'],
  [0x6ffffffd, 'gnu_verdef'],
  [0x6ffffffe, 'gnu_verneed'],
  [0x6fffffff, 'gnu_versym'],
]);

/** Bytes of the section in the file. */
export function sizeInFile(section: Section): number {
  return section.type === SHT.NOBITS ? 0 : section.size;
}

/** A name in the table of names; empty where the offset is outside it. Junk names must not make a listing slow, so they end at 4 KiB. */
function nameAt(strings: Bytes, offset: number, budget: TextBudget): string {
  if (offset >= strings.length) return '';
  const window = strings.raw(offset, Math.min(MAX_NAME, strings.length - offset), 'section name');
  const end = window.indexOf(0);
  const name = end < 0 ? window : window.subarray(0, end);
  budget.spend(name.length, 'section name');
  return decodeText(name);
}
