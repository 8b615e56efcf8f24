import type { NameForm, SymbolSource } from './details.js';
import { matcherOf } from './matcher.js';

/** How long one stretch of work may take (ms): less than a frame, so that no key waits for it. */
const STRETCH = 10;
/** Names between two looks at the clock. */
const BATCH = 256;

export interface SearchResult {
  readonly filter: string;
  readonly form: NameForm;
  /** Places in the table. */
  readonly rows: Uint32Array;
  /** False while it is still counting. */
  readonly final: boolean;
}

/** Filters the names of a symbol table a stretch at a time; a new search ends the one before. */
export class SymbolSearch {
  readonly #report: (result: SearchResult) => void;
  #next: NodeJS.Immediate | null = null;

  constructor(report: (result: SearchResult) => void) {
    this.#report = report;
  }

  start(source: SymbolSource, filter: string, form: NameForm): void {
    this.stop();
    const { matches } = matcherOf(filter);
    const found = new Uint32Array(source.count);
    let count = 0;
    let index = 0;
    const stretch = () => {
      const end = performance.now() + STRETCH;
      do {
        const last = Math.min(index + BATCH, source.count);
        for (; index < last; index++) if (matches(source.name(index, form))) found[count++] = index;
      } while (index < source.count && performance.now() < end);
      const final = index >= source.count;
      // What is found so far is shown at once; its end is known when it is final.
      this.#next = final ? null : setImmediate(stretch);
      this.#report({ filter, form, rows: found.subarray(0, count), final });
    };
    stretch();
  }

  stop(): void {
    if (this.#next) clearImmediate(this.#next);
    this.#next = null;
  }
}
