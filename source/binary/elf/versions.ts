import { TextBudget } from '../reader/textBudget.js';
import { DT, VER_FLG_WEAK } from './constants.js';
import type { DynamicTable } from './dynamicTable.js';
import type { Image } from './image.js';

/** A version that a needed library must define (`GLIBC_2.34` of `libc.so.6`). */
export interface NeededVersion {
  readonly library: string;
  readonly version: string;
  /** VER_FLG_WEAK: a missing one is not an error. */
  readonly weak: boolean;
}

/** Real files have a few libraries, and a few dozen versions. */
const MAX_NEEDS = 10_000;

/**
 * DT_VERNEED: `Verneed` records {version, count, file, aux, next}, each with a list of `Vernaux` {hash, flags, other,
 * name, next}. Offsets only go forward, as linkers write them: a record whose `next` is 0 is the last, so no list goes in circles.
 * @throws FormatError when a record is outside the file.
 */
export function readVersionNeeds(image: Image, dynamic: DynamicTable): readonly NeededVersion[] {
  const table = dynamic.get(DT.VERNEED);
  if (table === null) return [];
  const budget = new TextBudget(image.source);
  const needs: NeededVersion[] = [];
  let record = table;
  for (let left = Math.min(dynamic.get(DT.VERNEEDNUM) ?? 0, MAX_NEEDS); left > 0 && needs.length < MAX_NEEDS; left--) {
    const verneed = image.at(record, 16, 'DT_VERNEED');
    const library = dynamic.string(verneed.u32(4, 'vn_file'), 'vn_file');
    budget.spend(library.length, 'vn_file');
    let aux = record + verneed.u32(8, 'vn_aux');
    for (let more = verneed.u16(2, 'vn_cnt'); more > 0 && needs.length < MAX_NEEDS; more--) {
      const vernaux = image.at(aux, 16, 'Vernaux');
      const version = dynamic.string(vernaux.u32(8, 'vna_name'), 'vna_name');
      budget.spend(version.length, 'vna_name');
      needs.push({ library, version, weak: (vernaux.u16(4, 'vna_flags') & VER_FLG_WEAK) !== 0 });
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
