import { orNull, type ReadProblem } from '../reader/errors.js';
import { DT, PF, PT, SHN, STB } from './constants.js';
import { dynamicFaults } from './dynamicFaults.js';
import type { ElfFile } from './elfFile.js';
import { sysvHash } from './nameLookup.js';
import { relocationFaults } from './relocationFaults.js';
import type { Segment } from './segments.js';
import { wantedSymbols } from './versionedSymbols.js';
import { neededVersionIndices } from './versions.js';

const GNU_RELRO = 0x6474e552;
/** Beyond what any process can map (47 bits of user addresses on x86-64). */
const MOST_MEMORY = 2 ** 46;
const encoder = new TextEncoder();

/**
 * What a look at every entry of the tables that the dynamic linker walks finds wrong: an entry that it would refuse, or crash on.
 * Reads them whole, up to some megabytes of a large plugin: not for lists.
 */
export function tableFaults(elf: ElfFile): readonly ReadProblem[] {
  const faults: ReadProblem[] = [];
  const add = (field: string, offset: number | null, problem: string) => {
    if (faults.length < 8) faults.push({ field, offset: offset ?? 0, problem });
  };
  const attempt = (read: () => void) => orNull(read, ({ field, offset, problem }) => add(field, offset, problem));
  attempt(() => segmentFaults(elf, add));
  attempt(() => entryFaults(elf, add));
  attempt(() => versionFaults(elf, add));
  attempt(() => hashFault(elf, add));
  attempt(() => symbolFaults(elf, add));
  // A name or a number that points nowhere.
  attempt(() => void wantedSymbols(elf));
  const inTable = (field: string, problem: string) => add(field, null, problem);
  attempt(() => dynamicFaults(elf, inTable));
  attempt(() => relocationFaults(elf, inTable));
  return faults;
}

type Add = (field: string, offset: number | null, problem: string) => void;

/** elf/dl-load.c: _dl_map_object_from_fd maps them as one range, in the order of their addresses. */
function segmentFaults({ segments }: ElfFile, add: Add): void {
  const loads = segments.filter(({ type }) => type === PT.LOAD);
  let end = 0;
  for (const { address, offset, fileSize, memorySize, flags } of loads) {
    if ((flags & PF.R) === 0 && memorySize > 0) add('p_flags', offset, 'gives no right to read the segment');
    if ((flags & PF.W) === 0 && memorySize > fileSize)
      add('p_memsz', offset, 'is more than p_filesz, of a segment that is not writable');
    if (address < end) add('p_vaddr', offset, 'lies before the end of the segment in front of it');
    if (memorySize < fileSize) add('p_memsz', offset, 'is less than p_filesz');
    end = address + memorySize;
    if (end > MOST_MEMORY) add('p_memsz', offset, 'asks for more memory than a process has');
  }
  // lld rounds RELRO to the page that its segment ends in; memory is protected by pages (elf/dl-reloc.c: _dl_protect_relro).
  const pageEnd = ({ address, memorySize, align }: Segment) =>
    Math.ceil((address + memorySize) / Math.max(align, 1)) * Math.max(align, 1);
  const inLoads = (from: number, to: number) => loads.some((load) => from >= load.address && to <= pageEnd(load));
  for (const { type, address, memorySize, offset } of segments) {
    // RELRO is rounded to whole pages, which may reach past the data.
    if (type === GNU_RELRO && memorySize > 0 && !inLoads(address, Math.min(address + memorySize, end)))
      add('PT_GNU_RELRO', offset, 'is not within a segment');
    if (type === GNU_RELRO && address + memorySize > end + 65_536) add('PT_GNU_RELRO', offset, 'ends behind the segments');
  }
}

/** Counts that no linker writes. What is certain to end badly is said in another place (evidence/loadFaults.ts). */
function entryFaults({ bits, dynamic, relocations }: ElfFile, add: Add): void {
  if (!dynamic || bits !== 64) return;
  const relative = dynamic.get(DT.RELACOUNT) ?? 0;
  if (relative > (relocations?.rela?.count ?? 0)) add('DT_RELACOUNT', null, `is ${relative}, more than there are relocations`);
  const functions = dynamic.get(DT.INIT_ARRAY) === null ? null : (dynamic.get(DT.INIT_ARRAYSZ) ?? 0);
  if (functions !== null && (functions === 0 || functions % 8 !== 0)) add('DT_INIT_ARRAYSZ', null, `is ${functions} bytes`);
}

/** elf/dl-version.c compares hash and name; an index that no need has ends the process. */
function versionFaults(elf: ElfFile, add: Add): void {
  for (const { version, hash, record } of neededVersionIndices(elf)) {
    if (record !== 1) add('vn_version', null, `is ${record}, and only 1 is known`);
    if (version === '') add('vna_name', null, 'is empty');
    if (hash !== sysvHash(encoder.encode(version))) add('vna_hash', null, `is not the hash of ${version}`);
  }
}

/** elf/dl-lookup.c: do_lookup_x passes over a file with no bucket, for the symbols it wants from itself too. */
function hashFault({ dynamic }: ElfFile, add: Add): void {
  if (dynamic && dynamic.get(DT.GNU_HASH) === null && dynamic.get(DT.HASH) === null)
    add('DT_GNU_HASH', null, 'is not there, and DT_HASH neither: no symbol of the file is found');
}

/** Symbols that DT_GNU_HASH holds are defined: linkers put the others in front. */
function symbolFaults(elf: ElfFile, add: Add): void {
  const { dynamicSymbols: table } = elf;
  for (let index = elf.unhashedCount(); index < table.count; index++) {
    const { sectionIndex, binding } = table.raw(index);
    if (sectionIndex === SHN.UNDEF && binding !== STB.WEAK) {
      add('st_shndx', null, `of symbol ${index} is undefined among the defined ones`);
      return;
    }
    if (sectionIndex !== SHN.UNDEF && !elf.isFindable(index, table.nameBytes(index))) {
      add('DT_GNU_HASH', null, `has another hash for symbol ${index} than that of its name`);
      return;
    }
  }
}
