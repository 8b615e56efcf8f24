import { type Document, isMap, isNode, isScalar, type LineCounter } from 'yaml';
import { PlaceError } from '../catalog/discovery.js';

/** Keys and indexes from the top of a document: `plugins`, 1, `name`. */
export type Field = readonly (string | number)[];

/** Where the fields of a document stand, for messages. */
export class Positions {
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #file: string;

  constructor(document: Document, lines: LineCounter, file: string) {
    this.#document = document;
    this.#lines = lines;
    this.#file = file;
  }

  /** The line of a field; of what is missing, that of the nearest thing around it. */
  line(field: Field): number {
    for (let length = field.length; length >= 0; length--) {
      const offset = this.#offset(field.slice(0, length));
      if (offset !== null) return this.#lines.linePos(offset).line;
    }
    return 1;
  }

  place(field: Field): string {
    return `${this.#file}:${this.line(field)}`;
  }

  /** @throws PlaceError */
  wrong(field: Field, problem: string): never {
    throw new PlaceError(`${this.place(field)}: ${fieldText(field) || 'the file'} ${problem}`);
  }

  /** A scalar as written: YAML reads `1.10` as a number and loses its zero. */
  written(field: Field): string | null {
    const node = this.#document.getIn(field, true);
    return isScalar(node) ? (node.source ?? String(node.value)) : null;
  }

  #offset(field: Field): number | null {
    const last = field.at(-1);
    if (last === undefined) return 0;
    // A key says it better than its value, which may begin on the next line.
    const parent = field.length === 1 ? this.#document.contents : this.#document.getIn(field.slice(0, -1), true);
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => (isScalar(key) ? key.value : key) === last);
      if (pair && isNode(pair.key)) return pair.key.range?.[0] ?? null;
      return null;
    }
    const node = this.#document.getIn(field, true);
    return isNode(node) ? (node.range?.[0] ?? null) : null;
  }
}

/** `plugins[1].name`. */
export function fieldText(field: Field): string {
  return field
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}
