import { MALFORMED } from './faults.js';

/** An identifier: its ASCII characters, and the punycode that puts the others between them. */
export interface Identifier {
  readonly ascii: string;
  /** Empty for identifiers of ASCII alone. */
  readonly punycode: string;
}

/** As deep as rustc-demangle goes; real names stay below 100. */
const MAX_DEPTH = 500;
const U64_MAX = 0xffff_ffff_ffff_ffffn;
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** A place in a mangled name, with the tokens of RFC 2603's grammar. Every method throws `MALFORMED` when the token isn't there. */
export class Cursor {
  readonly #text: string;
  #at: number;
  #depth: number;

  /** `text` is what follows `_R`: back references count from there. */
  constructor(text: string, at = 0, depth = 0) {
    this.#text = text;
    this.#at = at;
    this.#depth = depth;
  }

  get rest(): string {
    return this.#text.slice(this.#at);
  }

  peek(): string {
    return this.#text[this.#at] ?? '';
  }

  /** Steps over `tag` if it is next. */
  eat(tag: string): boolean {
    if (this.peek() !== tag) return false;
    this.#at++;
    return true;
  }

  next(): string {
    const tag = this.peek();
    if (tag === '') throw MALFORMED;
    this.#at++;
    return tag;
  }

  back(): void {
    this.#at--;
  }

  enter(): void {
    if (++this.#depth > MAX_DEPTH) throw MALFORMED;
  }

  leave(): void {
    this.#depth--;
  }

  /** `base-62-number`: digits and `_`, of which none means 0, `0` means 1. */
  integer(): bigint {
    if (this.eat('_')) return 0n;
    let value = 0n;
    while (!this.eat('_')) {
      const digit = DIGITS.indexOf(this.next());
      value = value * 62n + BigInt(digit);
      if (digit < 0 || value >= U64_MAX) throw MALFORMED;
    }
    return value + 1n;
  }

  /** A number behind a tag, or 0 without it. */
  optionalInteger(tag: string): bigint {
    if (!this.eat(tag)) return 0n;
    const value = this.integer();
    if (value >= U64_MAX) throw MALFORMED;
    return value + 1n;
  }

  disambiguator(): bigint {
    return this.optionalInteger('s');
  }

  /** Lower-case hex digits up to `_`. */
  nibbles(): string {
    const end = this.#text.indexOf('_', this.#at);
    const nibbles = this.#text.slice(this.#at, Math.max(end, 0));
    if (end < 0 || !/^[0-9a-f]*$/.test(nibbles)) throw MALFORMED;
    this.#at = end + 1;
    return nibbles;
  }

  identifier(): Identifier {
    const encoded = this.eat('u');
    const length = this.#decimal();
    // Parts the length from an identifier that begins with a digit or an underscore.
    this.eat('_');
    const end = this.#at + length;
    if (end > this.#text.length) throw MALFORMED;
    const text = this.#text.slice(this.#at, end);
    this.#at = end;
    if (!encoded) return { ascii: text, punycode: '' };
    const separator = text.lastIndexOf('_');
    const punycode = text.slice(separator + 1);
    if (punycode === '') throw MALFORMED;
    return { ascii: text.slice(0, Math.max(separator, 0)), punycode };
  }

  /** Where the back reference points whose tag was just read: always before it, so chains of them end. */
  backReference(): Cursor {
    const tag = this.#at - 1;
    const target = this.integer();
    if (target >= BigInt(tag)) throw MALFORMED;
    const cursor = new Cursor(this.#text, Number(target), this.#depth);
    cursor.enter();
    return cursor;
  }

  #decimal(): number {
    let digits = this.next();
    if (!isDigit(digits)) throw MALFORMED;
    if (digits === '0') return 0;
    while (isDigit(this.peek())) digits += this.next();
    // A length of a hundred digits is Infinity: longer than any name, as it should be.
    return Number(digits);
  }
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9' && character.length === 1;
}
