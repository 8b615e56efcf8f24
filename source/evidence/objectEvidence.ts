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

/** Smallest page of the machines that run Collectors, and that of arm64, where segments are aligned to 64 KiB. */
const PAGE = 4096;
const PAGE_ELSEWHERE = 65_536;
const EM_X86_64 = 62;

/**
 * The first PT_LOAD the file ends in: touching the pages that are not there is SIGBUS, not an error. Within the last page the kernel
 * fills up with zeros. What is cut behind the last segment (section headers, symbol table) no loader misses.
 */
function truncation({ segments, source, header }: ElfFile): Truncation | null {
  const loads = segments.filter(({ type, fileSize }) => type === PT.LOAD && fileSize > 0);
  const cut = loads.findIndex(({ offset, fileSize }) => offset + fileSize > source.size);
  if (cut < 0) return null;
  const needs = Math.max(...loads.map(({ offset, fileSize }) => offset + fileSize));
  const page = header.machine === EM_X86_64 ? PAGE : PAGE_ELSEWHERE;
  return {
    segment: cut + 1,
    segments: loads.length,
    needs,
    pages: Math.floor((needs - 1) / page) > Math.floor((source.size - 1) / page),
  };
}
