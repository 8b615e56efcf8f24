import type { ElfFile } from '../binary/elf/elfFile.js';
import type { ElfSymbol, SymbolTable } from '../binary/elf/symbols.js';
import { demangle } from '../binary/rust/demangle.js';
import type { TextFilter } from './textFilter.js';

/** The symbols people mean: `.symtab` where the file still has it, else what it exports and imports. */
export interface SymbolList {
  readonly table: SymbolTable;
  readonly from: '.symtab' | 'dynamic symbols';
}

export function symbolList(elf: ElfFile): SymbolList {
  const { symbols } = elf;
  return symbols ? { table: symbols, from: '.symtab' } : { table: elf.dynamicSymbols, from: 'dynamic symbols' };
}

/** A symbol under the name a person reads. */
export interface ShownSymbol extends ElfSymbol {
  /** Demangled if it is a Rust name, else as it is. Untrusted. */
  readonly shown: string;
}

/**
 * Symbols with a name that the filter takes, in table order, decoded one by one: a million rows never stand in memory.
 *
 * @param raw keeps names as the linker has them.
 */
export function* shownSymbols({ table }: SymbolList, filter: TextFilter, raw: boolean): Generator<ShownSymbol> {
  // Index 0 is the reserved undefined symbol of every table (gABI, "Symbol Table").
  for (let index = 1; index < table.count; index++) {
    const name = table.name(index);
    if (name === '') continue;
    const shown = raw ? name : demangle(name);
    if (filter.matches(shown)) yield { ...table.at(index), shown };
  }
}
