import { FormatError } from '../reader/errors.js';
import { TextBudget } from '../reader/textBudget.js';
import { DT, SHN, STB, STV } from './constants.js';
import type { ElfFile } from './elfFile.js';
import { readSymbol } from './nameLookup.js';
import type { Relocation, Relocations } from './relocations.js';

/** A plugin lacks a few hundred at most; a list of more would be of no use to anyone. */
const MAX_NAMES = 20_000;
/** Versions 0 and 1 are "local" and "global, of no version" (gABI extension, VER_NDX_*). */
const FIRST_VERSION = 2;

/**
 * Strong undefined dynamic symbols that name no version: only what is loaded already, or another library, can satisfy them.
 * DT_GNU_HASH sorts the symbols it holds to the end, and undefined ones are not in it: so only the first few are read.
 * @throws FormatError when a table is malformed.
 */
export function unversionedUndefined(elf: ElfFile): readonly string[] {
  const undefinedOnes = strongUndefined(elf, 'of no version');
  return elf.hidesItsSymbols() ? [...undefinedOnes, ...ownWanted(elf)] : undefinedOnes;
}

/**
 * Symbols of its own that the file's relocations ask for by name, where its hash table holds none: they are looked for in others only
 * (elf/dl-lookup.c: do_lookup_x passes over a file without buckets). In the order of the relocations.
 */
function ownWanted(elf: ElfFile): readonly string[] {
  const { dynamic, image, relocations } = elf;
  const symtab = dynamic?.symtab ?? null;
  if (!dynamic || symtab === null || !relocations) return [];
  const names = new Set<string>();
  const seen = new Set<number>();
  const budget = new TextBudget(image.source);
  for (const { symbol } of byName(relocations)) {
    if (symbol === 0 || seen.has(symbol)) continue;
    seen.add(symbol);
    const { binding, sectionIndex, visibility, nameOffset } = readSymbol(image, symtab, symbol);
    // Weak ones may be missing; what is not of default visibility is bound without a look (elf/dl-machine.h: RESOLVE_MAP).
    if (sectionIndex === SHN.UNDEF || binding !== STB.GLOBAL || visibility !== STV.DEFAULT) continue;
    const name = dynamic.string(nameOffset, 'st_name');
    budget.spend(name.length, 'st_name');
    names.add(name);
    if (names.size === MAX_NAMES) break;
  }
  return [...names];
}

/**
 * Which of these names the first relocation asks for that asks for one of them: the one that ld.so speaks of when it finds none (elf/do-rel.h:
 * DT_RELA behind its RELATIVE ones, then DT_JMPREL). Null when none does. @throws FormatError when a table is malformed.
 */
export function firstBound(elf: ElfFile, names: ReadonlySet<string>): string | null {
  const { dynamic, image, relocations } = elf;
  const symtab = dynamic?.symtab ?? null;
  if (!dynamic || symtab === null || !relocations) return null;
  const seen = new Set<number>();
  const budget = new TextBudget(image.source);
  for (const { symbol } of byName(relocations)) {
    if (symbol === 0 || seen.has(symbol)) continue;
    seen.add(symbol);
    const name = dynamic.string(readSymbol(image, symtab, symbol).nameOffset, 'st_name');
    budget.spend(name.length, 'st_name');
    if (names.has(name)) return name;
  }
  return null;
}

/** Relocations that may name a symbol. @throws FormatError when a table is outside the file. */
function* byName({ rela, jmprel, relativeCount }: Relocations): Generator<Relocation> {
  if (rela && rela.count > relativeCount) yield* rela.range(relativeCount, rela.count);
  yield* jmprel ?? [];
}

/** Those that name a version too. @throws FormatError when a table is malformed. */
export function strongUndefined(elf: ElfFile, which: 'all' | 'of no version' = 'all'): readonly string[] {
  const { dynamic, image } = elf;
  const symtab = dynamic?.symtab ?? null;
  if (!dynamic || symtab === null) return [];
  const versions = dynamic.get(DT.VERSYM);
  const count = elf.unhashedCount();
  const names: string[] = [];
  const budget = new TextBudget(image.source);
  const versionTable = versions === null || count === 0 ? null : image.at(versions, count * 2, 'DT_VERSYM');
  for (const { index, nameOffset, binding, sectionIndex } of elf.dynamicSymbolRange(1, count)) {
    if (sectionIndex !== SHN.UNDEF || binding === STB.WEAK || binding === STB.LOCAL) continue;
    const version = versionTable ? versionTable.u16(index * 2, 'DT_VERSYM') & 0x7fff : 0;
    if (version >= FIRST_VERSION && which === 'of no version') continue;
    if (names.length === MAX_NAMES)
      throw new FormatError(
        image.source.name,
        image.offsetOf(symtab) ?? 0,
        'DT_SYMTAB',
        `has more than ${MAX_NAMES} undefined symbols`,
      );
    const name = dynamic.string(nameOffset, 'st_name');
    budget.spend(name.length, 'st_name');
    names.push(name);
  }
  return names;
}
