import { DT, EM, PF, PT } from '../binary/elf/constants.js';
import type { ElfFile } from '../binary/elf/elfFile.js';
import { LoadedWords } from '../binary/go/loadedWords.js';
import { orNull } from '../binary/reader/errors.js';
import { address as addressText } from './damagedNumbers.js';
import type { LoadFault } from './evidence.js';

/** Farther from the file's segments than anything a process could have there by chance. */
const FAR = 2 ** 40;
/** A gap lies within so many bytes of address space, whatever else is mapped. */
const SURE_GAP = 2 ** 32;
/** Below the addresses of programs that are linked to one (lld: 0x200000, others 0x400000) a process has nothing. */
const LOWEST_PROGRAM = 0x20_0000;
/** Of a process: 47 bits on x86-64, 48 on arm64. */
const END_OF_MEMORY = 2 ** 48;
const GNU_RELRO = 0x6474e552;
const R_X86_64_RELATIVE = 8;
const RELA_SIZE = 24;
const PAGE = 4096;
/** As many init functions as are looked at; linkers write one or two. */
const MAX_FUNCTIONS = 128;

/**
 * What of a damaged file glibc is certain to refuse or to die of, in the order in which it meets it (2.36; the same in 2.31 to 2.40). A few
 * hundred bytes are read. Of 64-bit x86 and arm, the machines whose dynamic linkers were read; other damage is no fault, it is not decided.
 */
export function loadFaults(elf: ElfFile): readonly LoadFault[] {
  const { machine } = elf.header;
  if (elf.bits !== 64 || (machine !== EM.X86_64 && machine !== EM.AARCH64)) return [];
  const faults = [
    dynamicFar,
    hashTable,
    entrySizes,
    stringTable,
    versionRecord,
    symbolTable,
    relativeRelocations,
    protection,
    initFunctions,
  ];
  return faults.flatMap((look) => orNull(() => look(elf)) ?? []);
}

/** elf/dl-load.c sets l_ld to the segment's address; elf/get-dynamic-info.h reads it. */
function dynamicFar({ segments, image }: ElfFile): LoadFault[] {
  const dynamic = segments.findLast(({ type, fileSize }) => type === PT.DYNAMIC && fileSize > 0);
  if (!dynamic || dynamic.address < FAR || image.offsetOf(dynamic.address) !== null) return [];
  return [crash('mapping', 'PT_DYNAMIC', `is at 0x${dynamic.address.toString(16)}, far from every segment`, SIGSEGV)];
}

/** elf/get-dynamic-info.h: elf_get_dynamic_info asserts both; a missing DT_RELAENT is read through a null pointer. */
function entrySizes({ dynamic }: ElfFile): LoadFault[] {
  if (!dynamic) return [];
  const faults: LoadFault[] = [];
  const kind = dynamic.get(DT.PLTREL);
  if (kind !== null && kind !== DT.RELA)
    faults.push(
      crash('mapping', 'DT_PLTREL', `is ${kind}, must be ${DT.RELA}`, asserts('info[DT_PLTREL]->d_un.d_val == DT_RELA')),
    );
  const size = dynamic.get(DT.RELAENT);
  if (dynamic.has(DT.RELA) && size !== RELA_SIZE) {
    const words = size === null ? SIGSEGV : asserts('info[DT_RELAENT]->d_un.d_val == sizeof (ElfW(Rela))');
    faults.push(crash('mapping', 'DT_RELAENT', size === null ? 'is not there' : `is ${size}, must be ${RELA_SIZE}`, words));
  }
  return faults;
}

/** elf/dl-deps.c reads the names of needed libraries through DT_STRTAB; elf/dl-reloc.c: _dl_relocate_object, whatever it needs. */
function stringTable({ dynamic, image }: ElfFile): LoadFault[] {
  if (!dynamic) return [];
  const stage = dynamic.has(DT.NEEDED) || dynamic.has(DT.FILTER) ? 'mapping' : 'relocation';
  const { strtab } = dynamic;
  if (strtab === null) return [crash(stage, 'DT_STRTAB', 'is not there', SIGSEGV)];
  if (stage === 'relocation' || strtab < FAR || image.offsetOf(strtab) !== null) return [];
  return [crash(stage, 'DT_STRTAB', `is at 0x${strtab.toString(16)}, far from every segment`, SIGSEGV)];
}

/** elf/dl-version.c: _dl_check_map_versions looks at the first record's. */
function versionRecord({ dynamic, image }: ElfFile): LoadFault[] {
  const table = dynamic?.get(DT.VERNEED) ?? null;
  if (table === null || dynamic?.strtab == null) return [];
  const version = image.at(table, 2, 'DT_VERNEED').u16(0, 'vn_version');
  if (version === 1) return [];
  const loaderMessage = `unsupported version ${version} of Verneed record`;
  return [
    { stage: 'relocation', effect: 'fails', field: 'vn_version', problem: `is ${version}, and only 1 is known`, loaderMessage },
  ];
}

/** elf/dl-setup_hash.c: _dl_setup_hash reads the head of the table that counts, when the file is mapped. */
function hashTable({ dynamic, image }: ElfFile): LoadFault[] {
  const gnu = dynamic?.get(DT.GNU_HASH) ?? null;
  const table = gnu ?? dynamic?.get(DT.HASH) ?? null;
  if (table === null || table < FAR || image.offsetOf(table) !== null) return [];
  const field = gnu === null ? 'DT_HASH' : 'DT_GNU_HASH';
  return [crash('mapping', field, `is at 0x${table.toString(16)}, far from every segment`, SIGSEGV)];
}

/** elf/do-rel.h: elf_dynamic_do_Rel takes its address before it looks at a relocation. */
function symbolTable({ dynamic, image }: ElfFile): LoadFault[] {
  if (!dynamic || !(dynamic.has(DT.RELA) || dynamic.has(DT.JMPREL))) return [];
  const { symtab } = dynamic;
  if (symtab !== null && (symtab < FAR || image.offsetOf(symtab) !== null)) return [];
  if (symtab !== null)
    return [crash('relocation', 'DT_SYMTAB', `is at 0x${symtab.toString(16)}, far from every segment`, SIGSEGV)];
  return [crash('relocation', 'DT_SYMTAB', 'is not there', SIGSEGV)];
}

/** sysdeps/x86_64/dl-machine.h: elf_machine_rela_relative asserts the type of each that DT_RELACOUNT counts; the first and the last are looked at. */
function relativeRelocations({ header, relocations }: ElfFile): LoadFault[] {
  const count = relocations?.relativeCount ?? 0;
  const rela = relocations?.rela;
  if (header.machine !== EM.X86_64 || !rela || count === 0) return [];
  for (const index of [0, count - 1]) {
    const { type } = rela.at(index);
    if (type !== R_X86_64_RELATIVE) {
      const problem = `has type ${type} in entry ${index}, among the relative ones`;
      return [crash('relocation', 'DT_RELA', problem, asserts('ELFW(R_TYPE) (reloc->r_info) == R_X86_64_RELATIVE'))];
    }
  }
  return [];
}

/** elf/dl-reloc.c: _dl_protect_relro; mprotect refuses a range with nothing mapped in it. */
function protection({ segments }: ElfFile): LoadFault[] {
  const end = Math.max(0, ...segments.filter(({ type }) => type === PT.LOAD).map((load) => load.address + load.memorySize));
  const relro = segments.findLast(({ type }) => type === GNU_RELRO);
  if (!relro || relro.memorySize === 0 || relro.address + relro.memorySize < end + SURE_GAP) return [];
  const loaderMessage = 'cannot apply additional memory protection after relocation: Cannot allocate memory';
  return [{ stage: 'init', effect: 'fails', field: 'PT_GNU_RELRO', problem: 'ends far behind the segments', loaderMessage }];
}

/** elf/dl-init.c: call_init calls DT_INIT, then each word of DT_INIT_ARRAY, whatever is there. */
function initFunctions(elf: ElfFile): LoadFault[] {
  const { dynamic, image } = elf;
  if (!dynamic || [DT.ANDROID_REL, DT.ANDROID_RELA, DT.ANDROID_RELR].some((tag) => dynamic.has(tag))) return [];
  const init = dynamic.get(DT.INIT);
  if (init !== null && isData(elf, init)) return [notCode('DT_INIT', init)];
  const array = dynamic.get(DT.INIT_ARRAY);
  const count = Math.min(MAX_FUNCTIONS, Math.floor((dynamic.get(DT.INIT_ARRAYSZ) ?? 0) / image.wordSize));
  if (array === null || count === 0) return [];
  const words = new LoadedWords(elf);
  for (const [index, value] of words.read(array, count, 'DT_INIT_ARRAY').entries()) {
    const place = array + index * image.wordSize;
    if ((value < LOWEST_PROGRAM || value >= END_OF_MEMORY) && dynamic.relr === null && !words.isPatched(place))
      return [
        crash(
          'init',
          'DT_INIT_ARRAY',
          `calls ${addressText(value)} in entry ${index}: no relocation puts a function there`,
          SIGSEGV,
        ),
      ];
    const code = words.pointer(place, value);
    if (code !== 0 && isData(elf, code)) return [notCode('DT_INIT_ARRAY', code)];
  }
  return [];
}

function notCode(field: string, address: number): LoadFault {
  return crash('init', field, `calls 0x${address.toString(16)}, in a segment that is not executable`, SIGSEGV);
}

/** In a segment, and in no page of one that may be executed. */
function isData({ segments }: ElfFile, address: number): boolean {
  const loads = segments.filter(({ type, memorySize }) => type === PT.LOAD && memorySize > 0);
  const inPages = (from: number, to: number) =>
    address >= Math.floor(from / PAGE) * PAGE && address < Math.ceil(to / PAGE) * PAGE;
  const isExecutable = loads.some((load) => (load.flags & PF.X) !== 0 && inPages(load.address, load.address + load.memorySize));
  return !isExecutable && loads.some((load) => address >= load.address && address < load.address + load.memorySize);
}

const SIGSEGV = 'SIGSEGV: segmentation violation';

function asserts(condition: string): string {
  return `Inconsistency detected by ld.so: Assertion \`${condition}' failed!`;
}

function crash(stage: LoadFault['stage'], field: string, problem: string, loaderMessage: string): LoadFault {
  return { stage, effect: 'crashes', field, problem, loaderMessage };
}
