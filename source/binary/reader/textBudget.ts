import type { ByteSource } from './byteSource.js';
import { FormatError } from './errors.js';

/** Names that tables share, like the library of each version need, are counted each time: so much is free in a file of any size. */
const FREE = 64 * 1024;

/**
 * What the names of one list may add up to: about the file's own size. A crafted table can let a million entries point to
 * one long string; what they decode to must not be what the file's size does not justify.
 */
export class TextBudget {
  readonly #source: ByteSource;
  #left: number;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#left = source.size + FREE;
  }

  /** @throws FormatError when the list has used up what the file could hold. */
  spend(bytes: number, field: string): void {
    this.#left -= bytes;
    if (this.#left < 0) throw new FormatError(this.#source.name, 0, field, 'adds up to more text than the file could hold');
  }
}
