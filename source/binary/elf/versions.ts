import { TextBudget } from '../reader/textBudget.js';
import { DT, VER_FLG_WEAK } from './constants.js';
import type { DynamicTable } from './dynamicTable.js';
import type { ElfFile } from './elfFile.js';
import type { Image } from './image.js';

/** A version that a needed library must define (`GLIBC_2.34` of `libc.so.6`). */
export interface NeededVersion {
  readonly library: string;
  readonly version: string;
  /** VER_FLG_WEAK: a missing one is not an error. */
  readonly weak: boolean;
}

/** As `NeededVersion`, with what symbols refer to it by. */
export interface IndexedVersion extends NeededVersion {
  /** `vna_other`: the number in DT_VERSYM of the symbols that want it. */
  readonly index: number;
  /** `vna_hash`, which the dynamic linker compares before the name. */
  readonly hash: number;
  /** `vn_version` of the record it is in; glibc knows 1. */
  readonly record: number;
}

/** Real files have a few libraries, and a few dozen versions. */
const MAX_NEEDS = 10_000;

/**
 * DT_VERNEED: `Verneed` records {version, count, file, aux, next}, each with a list of `Vernaux` {hash, flags, other,
 * name, next}. Offsets only go forward, as linkers write them: a record whose `next` is 0 is the last, so no list goes in circles.
 * @throws FormatError when a record is outside the file.
 */
export function readVersionNeeds(image: Image, dynamic: DynamicTable): readonly NeededVersion[] {
  return indexedVersions(image, dynamic).map(({ library, version, weak }) => ({ library, version, weak }));
}

/** The same with their numbers and hashes. @throws FormatError when a record is outside the file. */
export function neededVersionIndices({ image, dynamic }: ElfFile): readonly IndexedVersion[] {
  return dynamic ? indexedVersions(image, dynamic) : [];
}

function indexedVersions(image: Image, dynamic: DynamicTable): readonly IndexedVersion[] {
  const table = dynamic.get(DT.VERNEED);
  if (table === null) return [];
  const budget = new TextBudget(image.source);
  const needs: IndexedVersion[] = [];
  let record = table;
  // glibc goes from one to the next until there is none, whatever the counts say (elf/dl-version.c).
  while (needs.length < MAX_NEEDS) {
    const verneed = image.at(record, 16, 'DT_VERNEED');
    const library = dynamic.string(verneed.u32(4, 'vn_file'), 'vn_file');
    budget.spend(library.length, 'vn_file');
    let aux = record + verneed.u32(8, 'vn_aux');
    while (needs.length < MAX_NEEDS) {
      const vernaux = image.at(aux, 16, 'Vernaux');
      const version = dynamic.string(vernaux.u32(8, 'vna_name'), 'vna_name');
      budget.spend(version.length, 'vna_name');
      needs.push({
        library,
        version,
        weak: (vernaux.u16(4, 'vna_flags') & VER_FLG_WEAK) !== 0,
        index: vernaux.u16(6, 'vna_other') & 0x7fff,
        hash: vernaux.u32(0, 'vna_hash'),
        record: verneed.u16(0, 'vn_version'),
      });
      const next = vernaux.u32(12, 'vna_next');
      if (next === 0) break;
      aux += next;
    }
    const next = verneed.u32(12, 'vn_next');
    if (next === 0) break;
    record += next;
  }
  return needs;
}
