import { DT, SHN, STB } from './constants.js';
import type { ElfFile } from './elfFile.js';
import { definedVersionNumbers } from './versionDefinitions.js';
import { neededVersionIndices } from './versions.js';

/** A symbol that is wanted from a library, in a version of it. */
export interface WantedSymbol {
  readonly name: string;
  /** Null where DT_VERSYM has a number that no needed version has. */
  readonly version: string | null;
  readonly library: string | null;
}

/**
 * Strong undefined symbols that name a version, in table order.
 * @param isOf whether those of a library are asked for; of what no needed version has, there is none.
 * @throws FormatError when a table is malformed.
 */
export function wantedSymbols(elf: ElfFile, isOf: (library: string) => boolean = () => true): readonly WantedSymbol[] {
  const { dynamic, image } = elf;
  const versions = dynamic?.get(DT.VERSYM) ?? null;
  const count = elf.unhashedCount();
  if (!dynamic || versions === null || count === 0) return [];
  const needs = new Map(neededVersionIndices(elf).map((need) => [need.index, need]));
  const numbers = image.at(versions, count * 2, 'DT_VERSYM');
  const wanted: WantedSymbol[] = [];
  for (const { index, nameOffset, binding, sectionIndex } of elf.dynamicSymbolRange(1, count)) {
    const number = numbers.u16(index * 2, 'DT_VERSYM') & 0x7fff;
    if (sectionIndex !== SHN.UNDEF || binding === STB.WEAK || binding === STB.LOCAL || number < 2) continue;
    const need = needs.get(number) ?? null;
    if (need && !isOf(need.library)) continue;
    wanted.push({ name: dynamic.string(nameOffset, 'st_name'), version: need?.version ?? null, library: need?.library ?? null });
  }
  return wanted;
}

/** VER_NDX_GLOBAL. */
const GLOBAL = 1;

/** `memcpy@GLIBC_2.14` of each symbol a library defines, with its version; `memcpy@` of one that is of no version (VER_NDX_GLOBAL). @throws FormatError when a table is malformed. */
export function definedVersions(elf: ElfFile): ReadonlySet<string> {
  const { dynamic, image, dynamicSymbols: table } = elf;
  const versions = dynamic?.get(DT.VERSYM) ?? null;
  const defined = new Set<string>();
  if (!dynamic || versions === null) return defined;
  const names = definedVersionNumbers(elf);
  const numbers = image.at(versions, table.count * 2, 'DT_VERSYM');
  for (let index = 1; index < table.count; index++) {
    const number = numbers.u16(index * 2, 'DT_VERSYM') & 0x7fff;
    const version = number === GLOBAL ? '' : names.get(number);
    if (version !== undefined && table.raw(index).sectionIndex !== SHN.UNDEF) defined.add(`${table.name(index)}@${version}`);
  }
  return defined;
}
