import { POINTER_RELOCATIONS } from '../elf/constants.js';
import type { ElfFile } from '../elf/elfFile.js';
import { readSymbol } from '../elf/nameLookup.js';
import { MOST_RELOCATIONS, type Relocation, type RelocationTable } from '../elf/relocations.js';
import { FormatError } from '../reader/errors.js';

/** Relocations read at a time: about a page of them. */
const CHUNK = 128;

/**
 * Words of the file as they are after loading at address 0: the bytes, and over them what relocations put there. In REL and
 * RELR files the bytes are the addends, so they need no more.
 *
 * The first look at a place costs a binary search among the RELATIVE relocations, which linkers write first and sorted by
 * address, counted by DT_RELACOUNT. Only a place they say nothing of makes us read the whole table, once.
 */
export class LoadedWords {
  readonly #elf: ElfFile;
  readonly #rela: RelocationTable | null;
  readonly #sortedCount: number;
  #others: OtherRelocations | null = null;

  constructor(elf: ElfFile) {
    this.#elf = elf;
    this.#rela = elf.relocations?.rela ?? null;
    this.#sortedCount = elf.relocations?.relativeCount ?? 0;
  }

  /** `count` words from `address`, with the RELATIVE relocations applied. @throws FormatError when they are not in the file. */
  read(address: number, count: number, field: string): number[] {
    const { image } = this.#elf;
    const bytes = image.at(address, count * image.wordSize, field);
    const words = Array.from({ length: count }, (_, index) => bytes.word(index * image.wordSize, image.bits, field));
    const relative = POINTER_RELOCATIONS[image.machine]?.relative;
    if (!this.#rela || relative === undefined) return words;
    for (const relocation of this.#sortedFrom(this.#rela, address)) {
      const index = (relocation.address - address) / image.wordSize;
      if (index >= count) break;
      if (Number.isInteger(index) && index >= 0 && relocation.type === relative && relocation.addend !== null)
        words[index] = relocation.addend;
    }
    return words;
  }

  /**
   * The pointer at `address`. `value` is what `read` found there: a 0 may mean that the relocation is not among the sorted
   * ones (symbolic; a linker that doesn't sort; no DT_RELACOUNT), and then the whole table is asked.
   */
  pointer(address: number, value: number): number {
    if (value !== 0) return value;
    return this.#otherRelocations().valueAt(address) ?? 0;
  }

  /** Whether a relocation of DT_RELA or DT_REL changes the word at `address`. Reads the whole table where no sorted one does. */
  isPatched(address: number): boolean {
    const index = this.#rela ? this.#lowerBound(this.#rela, address) : this.#sortedCount;
    if (index < this.#sortedCount && this.#rela?.addressAt(index) === address) return true;
    return this.#otherRelocations().has(address);
  }

  /** Index of the dynamic symbol whose address a relocation puts at `address`; null where none does. Reads the whole table. */
  symbolAt(address: number): number | null {
    return this.#otherRelocations().symbolAt(address);
  }

  /** Addresses where the address of dynamic symbol `index` is put. */
  addressesOf(symbol: number): readonly number[] {
    return this.#otherRelocations().addressesOf(symbol);
  }

  /** Addresses where a pointer to one of `targets` is, by relocation, with the target. */
  *pointersTo(targets: ReadonlySet<number>): Generator<{ readonly address: number; readonly target: number }> {
    const { image } = this.#elf;
    const wordAt = (address: number): number | null =>
      image.bytesFrom(address) < image.wordSize ? null : image.word(address, 'relocated word');
    for (const table of this.#tables()) {
      for (const { address, addend, symbol } of table) {
        const target = symbol === 0 ? (addend ?? wordAt(address)) : null;
        if (target !== null && targets.has(target)) yield { address, target };
      }
    }
    for (const address of this.#elf.relocations?.relr() ?? []) {
      const target = wordAt(address);
      if (target !== null && targets.has(target)) yield { address, target };
    }
  }

  #tables(): readonly RelocationTable[] {
    const { rela, rel } = this.#elf.relocations ?? {};
    return [rela, rel].filter((table) => table != null);
  }

  #otherRelocations(): OtherRelocations {
    this.#others ??= new OtherRelocations(this.#elf, this.#tables());
    return this.#others;
  }

  *#sortedFrom(rela: RelocationTable, address: number): Generator<Relocation> {
    for (let from = this.#lowerBound(rela, address); from < this.#sortedCount; from += CHUNK) {
      yield* rela.range(from, Math.min(from + CHUNK, this.#sortedCount));
    }
  }

  #lowerBound(rela: RelocationTable, address: number): number {
    let low = 0;
    let high = this.#sortedCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (rela.addressAt(middle) < address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Every RELA and REL entry by address, however the linker sorted them: two numbers an entry. */
class OtherRelocations {
  readonly #elf: ElfFile;
  readonly #tables: readonly RelocationTable[];
  readonly #byAddress = new Map<number, number>();

  /** @throws FormatError when they are more than any program has. */
  constructor(elf: ElfFile, tables: readonly RelocationTable[]) {
    this.#elf = elf;
    this.#tables = tables;
    const count = tables.reduce((sum, table) => sum + table.count, 0);
    if (count > MOST_RELOCATIONS)
      throw new FormatError(elf.source.name, 0, 'relocations', `are ${count.toLocaleString('en')}, more than any program has`);
    let index = 0;
    for (const table of tables) for (const { address } of table) this.#byAddress.set(address, index++);
  }

  has(address: number): boolean {
    return this.#byAddress.has(address);
  }

  valueAt(address: number): number | null {
    const relocation = this.#at(address);
    return relocation && this.#value(relocation);
  }

  symbolAt(address: number): number | null {
    const relocation = this.#at(address);
    return relocation && relocation.symbol !== 0 && this.#isPointer(relocation) ? relocation.symbol : null;
  }

  #at(address: number): Relocation | null {
    let index = this.#byAddress.get(address);
    if (index === undefined) return null;
    for (const table of this.#tables) {
      if (index < table.count) return table.at(index);
      index -= table.count;
    }
    return null;
  }

  addressesOf(symbol: number): readonly number[] {
    return this.#tables.flatMap((table) => {
      const found: number[] = [];
      for (const relocation of table)
        if (relocation.symbol === symbol && this.#isPointer(relocation)) found.push(relocation.address);
      return found;
    });
  }

  /** The addend of a REL entry is the word in place, which is 0 here: `pointer` asks for nothing else. */
  #value(relocation: Relocation): number | null {
    const { image, dynamic } = this.#elf;
    if (!this.#isPointer(relocation)) return null;
    if (relocation.symbol === 0) return relocation.addend;
    const symtab = dynamic?.symtab ?? null;
    if (symtab === null) throw new FormatError(image.source.name, 0, 'DT_SYMTAB', 'is missing, and a relocation names a symbol');
    const symbol = readSymbol(image, symtab, relocation.symbol);
    return symbol.sectionIndex === 0 ? null : symbol.address + (relocation.addend ?? 0);
  }

  #isPointer({ type }: Relocation): boolean {
    const numbers = POINTER_RELOCATIONS[this.#elf.image.machine];
    return numbers !== undefined && (type === numbers.relative || numbers.absolute.includes(type));
  }
}
