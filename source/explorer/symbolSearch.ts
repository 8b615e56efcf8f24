import type { NameForm, SymbolSource } from './details.js';
import { matcherOf } from './matcher.js';
import { sortedRows } from './sortedRows.js';

/** How long one stretch of work may take (ms): less than a frame, so that no key waits for it. */
const STRETCH = 10;
/** Names between two looks at the clock. */
const BATCH = 256;

export const SYMBOL_ORDERS = ['table', 'address', 'size', 'name'] as const;
export type SymbolOrder = (typeof SYMBOL_ORDERS)[number];

export interface SearchResult {
  readonly filter: string;
  readonly form: NameForm;
  readonly order: SymbolOrder;
  /** Places in the table. */
  readonly rows: Uint32Array;
  /** False while it is still counting. */
  readonly final: boolean;
}

/** Filters and sorts a symbol table a stretch at a time; a new search ends the one before. */
export class SymbolSearch {
  readonly #report: (result: SearchResult) => void;
  #next: NodeJS.Immediate | null = null;

  constructor(report: (result: SearchResult) => void) {
    this.#report = report;
  }

  start(source: SymbolSource, filter: string, form: NameForm, order: SymbolOrder): void {
    this.stop();
    const work = search(source, filter, form, order);
    const stretch = () => {
      const end = performance.now() + STRETCH;
      let step = work.next();
      while (!step.done && performance.now() < end) step = work.next();
      // What is found so far is shown at once; its end, and any order, is known when it is final.
      this.#next = step.done ? null : setImmediate(stretch);
      if (step.value) this.#report({ filter, form, order, rows: step.value, final: step.done === true });
    };
    stretch();
  }

  stop(): void {
    if (this.#next) clearImmediate(this.#next);
    this.#next = null;
  }
}

/** Yields what it has got, null where that is in no order yet. */
function* search(
  source: SymbolSource,
  filter: string,
  form: NameForm,
  order: SymbolOrder,
): Generator<Uint32Array | null, Uint32Array> {
  const rows = new Uint32Array(source.count);
  let count = 0;
  if (filter === '') for (; count < source.count; count++) rows[count] = count;
  else {
    const { matches } = matcherOf(filter);
    for (let index = 0; index < source.count; ) {
      const last = Math.min(index + BATCH, source.count);
      for (; index < last; index++) if (matches(source.name(index, form))) rows[count++] = index;
      yield order === 'table' ? rows.subarray(0, count) : null;
    }
  }
  const found = rows.subarray(0, count);
  return order === 'table' ? found : yield* sorted(source, found, form, order);
}

function* sorted(source: SymbolSource, rows: Uint32Array, form: NameForm, order: SymbolOrder): Generator<null, Uint32Array> {
  if (order === 'name') {
    const names: string[] = [];
    for (const [place, row] of rows.entries()) {
      names.push(source.name(row, form));
      if (place % BATCH === 0) yield null;
    }
    return yield* sortedRows(rows, (a, b) => {
      const [one = '', other = ''] = [names[a], names[b]];
      return one < other ? -1 : one > other ? 1 : 0;
    });
  }
  const keys = new Float64Array(rows.length);
  for (const [place, row] of rows.entries()) {
    const { address, size } = source.row(row);
    keys[place] = order === 'size' ? -size : (address ?? Number.MAX_VALUE);
    if (place % BATCH === 0) yield null;
  }
  return yield* sortedRows(rows, (a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
}
