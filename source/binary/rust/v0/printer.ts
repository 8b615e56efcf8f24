import type { Hash } from '../demangle.js';
import { printConst } from './constants.js';
import type { Cursor } from './cursor.js';
import { MALFORMED } from './faults.js';
import { identifierText } from './identifier.js';
import type { Output } from './output.js';

/** RFC 2603, basic-type. */
export const BASIC_TYPES: Readonly<Record<string, string>> = {
  a: 'i8',
  b: 'bool',
  c: 'char',
  d: 'f64',
  e: 'str',
  f: 'f32',
  h: 'u8',
  i: 'isize',
  j: 'usize',
  l: 'i32',
  m: 'u32',
  n: 'i128',
  o: 'u128',
  p: '_',
  s: 'i16',
  t: 'u16',
  u: '()',
  v: '...',
  x: 'i64',
  y: 'u64',
  z: '!',
};

/** Generic arguments follow a `::` in an expression, and nothing in a type. */
export type PathPlace = 'value' | 'type';

/** Reads the productions of RFC 2603 from a cursor, and writes each as Rust writes it. */
export class Printer {
  cursor: Cursor;
  readonly output: Output;
  readonly hash: Hash;
  /** Lifetimes bound by the `for<...>` around the current place. */
  #bound = 0n;

  constructor(cursor: Cursor, output: Output, hash: Hash) {
    this.cursor = cursor;
    this.output = output;
    this.hash = hash;
  }

  path(place: PathPlace): void {
    this.#enter();
    const tag = this.cursor.next();
    switch (tag) {
      case 'C':
        this.#crate();
        break;
      case 'N':
        this.#nested(place);
        break;
      case 'M':
      case 'X':
        this.cursor.disambiguator();
        // Where the impl stands is no part of what it is for.
        this.output.mutedWhile(() => this.path('type'));
        this.#qualified(tag === 'X');
        break;
      case 'Y':
        this.#qualified(true);
        break;
      case 'I':
        this.path(place);
        if (place === 'value') this.output.write('::');
        this.output.write('<');
        this.list(() => this.#genericArgument());
        this.output.write('>');
        break;
      case 'B':
        this.backReference(() => this.path(place));
        break;
      default:
        throw MALFORMED;
    }
    this.cursor.leave();
  }

  type(): void {
    if (this.cursor.eat('w')) this.output.write('#[splat] ');
    const tag = this.cursor.next();
    const basic = BASIC_TYPES[tag];
    if (basic !== undefined) {
      this.output.write(basic);
      return;
    }
    this.#enter();
    this.#compoundType(tag);
    this.cursor.leave();
  }

  /** Items up to `E`, with commas between them; how many. */
  list(item: () => void, separator = ', '): number {
    let count = 0;
    while (!this.cursor.eat('E')) {
      if (count++ > 0) this.output.write(separator);
      this.output.step();
      item();
    }
    return count;
  }

  /** Muted, the target is left alone: it was checked where it stands. */
  backReference(target: () => void): void {
    const before = this.cursor;
    const there = before.backReference();
    if (this.output.muted) return;
    this.cursor = there;
    target();
    this.cursor = before;
  }

  #enter(): void {
    this.cursor.enter();
    this.output.step();
  }

  identifier(): string {
    const identifier = this.cursor.identifier();
    this.output.step(identifier.ascii.length + identifier.punycode.length);
    return this.output.muted ? '' : identifierText(identifier);
  }

  nibbles(): string {
    const nibbles = this.cursor.nibbles();
    this.output.step(nibbles.length);
    return nibbles;
  }

  #crate(): void {
    const disambiguator = this.cursor.disambiguator();
    this.output.write(this.identifier());
    if (this.hash === 'keep' && disambiguator !== 0n) this.output.write(`[${disambiguator.toString(16)}]`);
  }

  /** Namespaces in upper case are for things without a name of their own: closures, shims. */
  #nested(place: PathPlace): void {
    const namespace = this.cursor.next();
    if (!/^[A-Za-z]$/.test(namespace)) throw MALFORMED;
    this.path(place);
    const disambiguator = this.cursor.disambiguator();
    const name = this.identifier();
    if (namespace >= 'a') {
      if (name !== '') this.output.write(`::${name}`);
      return;
    }
    const kind = { C: 'closure', S: 'shim' }[namespace] ?? namespace;
    this.output.write(`::{${kind}${name === '' ? '' : `:${name}`}#${disambiguator}}`);
  }

  /** `<Type>` or `<Type as Trait>`. */
  #qualified(ofTrait: boolean): void {
    this.output.write('<');
    this.type();
    if (ofTrait) {
      this.output.write(' as ');
      this.path('type');
    }
    this.output.write('>');
  }

  #genericArgument(): void {
    if (this.cursor.eat('L')) this.#lifetime(this.cursor.integer());
    else if (this.cursor.eat('K')) printConst(this, 'argument');
    else this.type();
  }

  #compoundType(tag: string): void {
    const { output } = this;
    switch (tag) {
      case 'R':
      case 'Q':
        this.#reference(tag === 'Q');
        return;
      case 'P':
      case 'O':
        output.write(tag === 'P' ? '*const ' : '*mut ');
        this.type();
        return;
      case 'A':
      case 'S':
        output.write('[');
        this.type();
        if (tag === 'A') {
          output.write('; ');
          printConst(this, 'expression');
        }
        output.write(']');
        return;
      case 'T':
        output.write('(');
        // `(T,)` is a tuple, `(T)` would be T.
        if (this.list(() => this.type()) === 1) output.write(',');
        output.write(')');
        return;
      case 'F':
        this.#binder(() => this.#functionPointer());
        return;
      case 'D':
        this.#dynamic();
        return;
      case 'B':
        this.backReference(() => this.type());
        return;
      case 'W':
        this.type();
        output.write(' is ');
        this.#pattern();
        return;
      default:
        this.cursor.back();
        this.path('type');
    }
  }

  #reference(mutable: boolean): void {
    this.output.write('&');
    if (this.cursor.eat('L')) {
      const lifetime = this.cursor.integer();
      if (lifetime !== 0n) {
        this.#lifetime(lifetime);
        this.output.write(' ');
      }
    }
    if (mutable) this.output.write('mut ');
    this.type();
  }

  #functionPointer(): void {
    const { cursor, output } = this;
    const unsafe = cursor.eat('U');
    const abi = cursor.eat('K') ? this.#abi() : null;
    if (unsafe) output.write('unsafe ');
    if (abi !== null) output.write(`extern "${abi}" `);
    output.write('fn(');
    this.list(() => this.type());
    output.write(')');
    if (cursor.eat('u')) return;
    output.write(' -> ');
    this.type();
  }

  /** Dashes of an ABI's name were mangled to underscores. */
  #abi(): string {
    if (this.cursor.eat('C')) return 'C';
    const { ascii, punycode } = this.cursor.identifier();
    if (ascii === '' || punycode !== '') throw MALFORMED;
    return ascii.replaceAll('_', '-');
  }

  #dynamic(): void {
    this.output.write('dyn ');
    this.#binder(() => this.list(() => this.#dynamicTrait(), ' + '));
    if (!this.cursor.eat('L')) throw MALFORMED;
    const lifetime = this.cursor.integer();
    if (lifetime === 0n) return;
    this.output.write(' + ');
    this.#lifetime(lifetime);
  }

  /** Associated types stand in the same angle brackets as generic arguments: `dyn Trait<T, Item = U>`. */
  #dynamicTrait(): void {
    let open = this.#openPath();
    while (this.cursor.eat('p')) {
      this.output.write(open ? ', ' : '<');
      open = true;
      this.output.write(`${this.identifier()} = `);
      if (this.cursor.eat('K')) printConst(this, 'argument');
      else this.type();
    }
    if (open) this.output.write('>');
  }

  /** A path whose closing `>` is left out; true when it has generic arguments. */
  #openPath(): boolean {
    if (this.cursor.eat('B')) {
      let open = false;
      this.backReference(() => {
        open = this.#openPath();
      });
      return open;
    }
    if (!this.cursor.eat('I')) {
      this.path('type');
      return false;
    }
    this.path('type');
    this.output.write('<');
    this.list(() => this.#genericArgument());
    return true;
  }

  #pattern(): void {
    switch (this.cursor.next()) {
      case 'R':
        printConst(this, 'argument');
        this.output.write('..=');
        printConst(this, 'argument');
        return;
      case 'O':
        this.cursor.enter();
        this.list(() => this.#pattern(), ' | ');
        this.cursor.leave();
        return;
      case 'N':
        this.output.write('!null');
        return;
      default:
        throw MALFORMED;
    }
  }

  /** `for<'a, 'b> ` around what `inside` prints. */
  #binder(inside: () => void): void {
    const count = this.cursor.optionalInteger('G');
    if (this.output.muted) {
      inside();
      return;
    }
    const before = this.#bound;
    if (count > 0n) this.output.write('for<');
    for (let index = 0n; index < count; index++) {
      this.#bound++;
      if (index > 0n) this.output.write(', ');
      this.#lifetime(1n);
    }
    if (count > 0n) this.output.write('> ');
    inside();
    this.#bound = before;
  }

  /** De Bruijn index: 0 is erased, 1 the innermost bound one. Letters run out after 26. */
  #lifetime(index: bigint): void {
    if (this.output.muted) return;
    const depth = this.#bound - index;
    if (index === 0n) this.output.write("'_");
    else if (depth < 0n) throw MALFORMED;
    else this.output.write(depth < 26n ? `'${String.fromCharCode(0x61 + Number(depth))}` : `'_${depth}`);
  }
}
