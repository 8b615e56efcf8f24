import { DT, PF, PT } from './constants.js';
import type { ElfFile } from './elfFile.js';
import { definedVersionNumbers } from './versionDefinitions.js';
import { neededVersionIndices } from './versions.js';

/** By any host that opens libraries of glibc. */
const ALWAYS_LOADED = /^(libc|libpthread|libdl|ld-linux[\w-]*)\.so\./;
/** Of .init (crti.o) and of any function. */
const ALIGNED = 4;

type Add = (field: string, problem: string) => void;

/**
 * Tags of the dynamic section that go together in what linkers write, and point to what they say: one that is lost or points elsewhere
 * is believed (elf/dl-reloc.c, elf/do-rel.h), so that symbols are not bound, or are read from anywhere.
 */
export function dynamicFaults(elf: ElfFile, add: Add): void {
  tablesInFile(elf, add);
  initInCode(elf, add);
  versionNumbers(elf, add);
  versionsOfNeeded(elf, add);
}

function tablesInFile({ dynamic, image }: ElfFile, add: Add): void {
  if (!dynamic) return;
  const tables = [
    ['DT_RELA', DT.RELA, 'DT_RELASZ', DT.RELASZ],
    ['DT_JMPREL', DT.JMPREL, 'DT_PLTRELSZ', DT.PLTRELSZ],
    ['DT_INIT_ARRAY', DT.INIT_ARRAY, 'DT_INIT_ARRAYSZ', DT.INIT_ARRAYSZ],
    ['DT_FINI_ARRAY', DT.FINI_ARRAY, 'DT_FINI_ARRAYSZ', DT.FINI_ARRAYSZ],
  ] as const;
  for (const [name, tag, sizeName, sizeTag] of tables) {
    const [address, size] = [dynamic.get(tag), dynamic.get(sizeTag)];
    if (address === null && size === null) continue;
    // Without DT_INIT_ARRAY nothing is called, and what follows is said elsewhere.
    if (address === null && tag === DT.INIT_ARRAY) continue;
    if (address === null) add(name, `is not there, and ${sizeName} is`);
    else if (size === null) add(sizeName, `is not there, and ${name} is`);
    else if (size > 0 && size > image.bytesFrom(address)) add(name, `is not in the file for the ${size} bytes of ${sizeName}`);
  }
  if (dynamic.has(DT.PLTREL) !== dynamic.has(DT.JMPREL)) add('DT_JMPREL', 'and DT_PLTREL: one is there, the other is not');
}

/** elf/dl-init.c: call_init jumps there, whatever it is. */
function initInCode({ dynamic, segments }: ElfFile, add: Add): void {
  const init = dynamic?.get(DT.INIT) ?? null;
  if (init === null) return;
  const isCode = segments.some(
    ({ type, flags, address, memorySize }) =>
      type === PT.LOAD && (flags & PF.X) !== 0 && init >= address && init < address + memorySize,
  );
  if (!isCode) add('DT_INIT', `is at 0x${init.toString(16)}, where no code is`);
  else if (init % ALIGNED !== 0) add('DT_INIT', `is at 0x${init.toString(16)}, where no function begins`);
}

/** elf/dl-version.c: _dl_check_map_versions asserts that the library of each version is loaded, which only DT_NEEDED promises. */
function versionsOfNeeded(elf: ElfFile, add: Add): void {
  const { dynamic } = elf;
  if (!dynamic) return;
  const needed = new Set(dynamic.needed);
  const other = neededVersionIndices(elf).find(({ library }) => !needed.has(library) && !ALWAYS_LOADED.test(library));
  if (other) add('vn_file', `names ${other.library}, which DT_NEEDED does not`);
}

/** elf/dl-lookup.c reads l_versions at the number of a symbol, which has as many as DT_VERNEED and DT_VERDEF name. */
function versionNumbers(elf: ElfFile, add: Add): void {
  const { dynamic, image } = elf;
  const table = dynamic?.get(DT.VERSYM) ?? null;
  if (!dynamic) return;
  if (table === null) {
    if (dynamic.has(DT.VERNEED)) add('DT_VERSYM', 'is not there, and DT_VERNEED is');
    return;
  }
  const { count } = elf.dynamicSymbols;
  if (count * 2 > image.bytesFrom(table)) {
    add('DT_VERSYM', `is not in the file for ${count} symbols`);
    return;
  }
  const most = Math.max(1, ...neededVersionIndices(elf).map(({ index }) => index), ...definedVersionNumbers(elf).keys());
  const numbers = image.at(table, count * 2, 'DT_VERSYM');
  for (let index = 0; index < count; index++) {
    const number = numbers.u16(index * 2, 'DT_VERSYM') & 0x7fff;
    if (number <= most) continue;
    add('DT_VERSYM', `has version ${number} of ${most} for symbol ${index}`);
    return;
  }
}
