import { PT, SHT } from '../binary/elf/constants.js';
import type { ElfFile } from '../binary/elf/elfFile.js';
import { headerFaults } from '../binary/elf/headerFaults.js';
import { goPlatform, kindName, machineName } from '../binary/elf/machines.js';
import type { MachoFile } from '../binary/macho/machoFile.js';
import type { PeFile } from '../binary/pe/peFile.js';
import type { ObjectEvidence, Truncation } from './evidence.js';

/** What an ELF file is. */
export function elfObject(elf: ElfFile): ObjectEvidence {
  return {
    format: 'elf',
    bits: elf.bits,
    endian: elf.endian,
    machine: machineName(elf.header),
    kind: kindName(elf.header),
    goPlatform: goPlatform(elf.header),
    truncated: truncation(elf),
    hasSymbolTable: elf.sections.some(({ type }) => type === SHT.SYMTAB),
    headerFaults: headerFaults(elf),
  };
}

/** What a file of another format is. Its loader is not modelled, so it has no faults. */
export function foreignObject(format: 'macho' | 'pe', file: MachoFile | PeFile): ObjectEvidence {
  return {
    format,
    bits: file.bits,
    endian: file.endian,
    machine: file.machine,
    kind: file.kind,
    goPlatform: file.goPlatform,
    truncated: null,
    hasSymbolTable: false,
    headerFaults: [],
  };
}

/**
 * The first PT_LOAD the file ends in: touching the pages that are not there is SIGBUS, not an error. What is cut behind the last segment
 * (section headers, symbol table) no loader misses. PT_DYNAMIC is read at its address, so it is cut when its PT_LOAD is.
 */
function truncation({ segments, source }: ElfFile): Truncation | null {
  const loads = segments.filter(({ type, fileSize }) => type === PT.LOAD && fileSize > 0);
  const cut = loads.findIndex(({ offset, fileSize }) => offset + fileSize > source.size);
  if (cut < 0) return null;
  return {
    segment: cut + 1,
    segments: loads.length,
    needs: loads.reduce((end, { offset, fileSize }) => Math.max(end, offset + fileSize), 0),
  };
}
