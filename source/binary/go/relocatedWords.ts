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
  /** By address: where in the lists below. */
  readonly #places = new Map<number, number>();
  /** 0 of a relative one. */
  readonly #symbols: number[] = [];
  readonly #addends: number[] = [];

  constructor(elf: ElfFile) {
    this.#elf = elf;
    const numbers = POINTER_RELOCATIONS[elf.image.machine];
    if (!numbers) return;
    for (const { address, type, symbol, addend } of elf.relocations?.rela ?? []) {
      const isRelative = type === numbers.relative;
      if (!isRelative && (symbol === 0 || !numbers.absolute.includes(type))) continue;
      this.#places.set(address, this.#symbols.length);
      this.#symbols.push(isRelative ? 0 : symbol);
      this.#addends.push(addend ?? 0);
    }
  }

  /** @throws FormatError when the word is not in the file. */
  at(address: number): Pointer {
    const { image, dynamic, dynamicSymbols } = this.#elf;
    const place = this.#places.get(address);
    if (place === undefined) {
      // In a RELR file the word in place is the addend. In any other it is an address that nobody relocates: nothing of the file is there.
      const value = image.word(address, 'pointer');
      return dynamic?.relr != null && value !== 0 ? { address: value, symbol: null, addend: 0 } : NOWHERE;
    }
    const [symbol = 0, addend = 0] = [this.#symbols[place], this.#addends[place]];
    if (symbol === 0) return { address: addend, symbol: null, addend: 0 };
    const { sectionIndex, address: value } = dynamicSymbols.raw(symbol);
    return { address: sectionIndex === 0 ? null : value + addend, symbol, addend };
  }
}
