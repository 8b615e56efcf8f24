import { POINTER_RELOCATIONS } from '../elf/constants.js';
import type { ElfFile } from '../elf/elfFile.js';

/** Where a word points after loading at address 0. */
export interface Pointer {
  /** In this file; 0: nowhere. Null: only another file has the symbol. */
  readonly address: number | null;
  /** The dynamic symbol by which it is bound, so that a file in front of this one may take its place; null for a pointer into this file. */
  readonly symbol: number | null;
  /** How far behind the symbol; 0 for a pointer into this file. */
  readonly addend: number;
}

const NOWHERE: Pointer = { address: 0, symbol: null, addend: 0 };

/** What relocations make of every word: for tables that are gone through whole. A look at all relocations, once. */
export class RelocatedWords {
  readonly #elf: ElfFile;
  readonly #relative = new Map<number, number>();
  readonly #symbolic = new Map<number, { readonly symbol: number; readonly addend: number }>();

  constructor(elf: ElfFile) {
    this.#elf = elf;
    const numbers = POINTER_RELOCATIONS[elf.image.machine];
    if (!numbers) return;
    for (const { address, type, symbol, addend } of elf.relocations?.rela ?? []) {
      if (type === numbers.relative) this.#relative.set(address, addend ?? 0);
      else if (symbol !== 0 && numbers.absolute.includes(type)) this.#symbolic.set(address, { symbol, addend: addend ?? 0 });
    }
  }

  /** @throws FormatError when the word is not in the file. */
  at(address: number): Pointer {
    const relative = this.#relative.get(address);
    if (relative !== undefined) return { address: relative, symbol: null, addend: 0 };
    const bound = this.#symbolic.get(address);
    const { image, dynamic } = this.#elf;
    if (bound === undefined) {
      // In a RELR file the word in place is the addend. In any other it is an address that nobody relocates: nothing of the file is there.
      const value = image.word(address, 'pointer');
      return dynamic?.relr != null && value !== 0 ? { address: value, symbol: null, addend: 0 } : NOWHERE;
    }
    const symbol = this.#elf.dynamicSymbols.raw(bound.symbol);
    return { address: symbol.sectionIndex === 0 ? null : symbol.address + bound.addend, ...bound };
  }
}
