import { ElfFile } from '../binary/elf/elfFile.js';
import type { Section } from '../binary/elf/sections.js';
import { FileSource } from '../binary/reader/byteSource.js';
import { demangle } from '../binary/rust/demangle.js';
import { symbolList } from '../symbols/symbolList.js';
import type { FileDetails, SectionRow, SymbolSource } from './details.js';

/** The lists of an ELF file. The file stays open, because rows are read when they are looked at. */
export function readDetails(path: string): FileDetails {
  const source = new FileSource(path);
  try {
    const elf = ElfFile.read(source);
    const sections = elf.sections.slice(1).map(sectionRow);
    return { symbols: symbolsOf(elf), sections: sections.length > 0 ? sections : null, close: () => source.close() };
  } catch (error) {
    source.close();
    throw error;
  }
}

function symbolsOf(elf: ElfFile): SymbolSource | null {
  const { table, from } = symbolList(elf);
  // Index 0 is the reserved undefined symbol of every table (gABI, "Symbol Table").
  const count = table.count - 1;
  if (count <= 0) return null;
  const highest = Math.max(...elf.segments.map(({ address, memorySize }) => address + memorySize), 0);
  return {
    from,
    count,
    digits: highest > 0xffffffff ? 16 : 8,
    row(index) {
      const { address, size, kind, binding, type, undefined: isUndefined } = table.at(index + 1);
      return { address: isUndefined ? null : address, size, kind, about: `${binding} ${type}` };
    },
    name(index, form) {
      const name = table.name(index + 1);
      return form === 'raw' ? name : demangle(name);
    },
  };
}

/** SHF_* and their letters in readelf. */
const FLAGS: readonly (readonly [number, string])[] = [
  [0x1, 'W'],
  [0x2, 'A'],
  [0x4, 'X'],
  [0x10, 'M'],
  [0x20, 'S'],
  [0x400, 'T'],
  [0x800, 'C'],
];

function sectionRow({ name, typeName, flags, address, offset, size }: Section): SectionRow {
  const letters = FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, letter]) => letter);
  return { name, type: typeName, address, offset, size, flags: letters.join('') };
}
