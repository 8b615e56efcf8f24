import type { Bytes } from '../binary/reader/cursor.js';
import {
  EXTRA_STAR,
  FIELD,
  FIELDS,
  KIND,
  KINDS,
  METHOD,
  MOST_FIELDS,
  POINTERS,
  SIZES,
  STR,
  TFLAG,
  TYPE,
  UNCOMMON,
} from './abiType.js';
import type { Look } from './moduleTables.js';
import { describedTypes, linkedTypes } from './typeLinks.js';

/** A walk over a large plugin's: some ten thousand. */
const MOST_TYPES = 1_000_000;

/**
 * runtime/type.go: typelinksinit reads the type at each offset of typelinks, and compares it (typesEqual) with those of the host that have its
 * hash: their texts, and what they are made of. An offset outside the file kills it; a description that is none, where the host has the type.
 */
export function typeDescriptions(look: Look) {
  const { fields, may, elf, words } = look;
  const { offsets } = fields;
  const types = fields.pointer(offsets.types);
  const size = fields.pointer(offsets.etypes) - types;
  const seen = new Set<number>();
  const queue = offsets.typelinks === null ? describedTypes(look, types) : linkedTypes(look, types, size, offsets.typelinks);
  const problemOf = new TypeReader(elf.image, words, types, size);
  while (queue.length > 0 && seen.size < MOST_TYPES) {
    const address = queue.pop() ?? 0;
    if (seen.has(address)) continue;
    seen.add(address);
    const problem = problemOf.look(address, queue);
    if (problem !== null) return may('moduledata.types', address, `the type at 0x${address.toString(16)} ${problem}`);
  }
}

class TypeReader {
  readonly #image: Look['elf']['image'];
  readonly #words: Look['words'];
  readonly #types: number;
  readonly #size: number;
  /** From types to etypes, read at once: some ten thousand descriptions and names are in it. */
  readonly #region: Bytes;

  constructor(image: Look['elf']['image'], words: Look['words'], types: number, size: number) {
    this.#image = image;
    this.#words = words;
    this.#types = types;
    this.#size = size;
    this.#region = image.at(types, Math.min(size, image.bytesFrom(types)), 'types');
  }

  /** Bytes that hold `length` of them from an address on, and where in them it is. */
  #at(address: number, length: number): readonly [bytes: Bytes, at: number] {
    const at = address - this.#types;
    if (at >= 0 && at + length <= this.#region.length) return [this.#region, at];
    return [this.#image.at(address, length, 'abi.Type'), 0];
  }

  /** What is wrong with it, or null; types of this file that it is made of go to `queue`. */
  look(address: number, queue: number[]): string | null {
    const place = address - this.#types;
    if ((place < 0 || place + TYPE > this.#region.length) && this.#image.bytesFrom(address) < TYPE) return 'is outside the file';
    const [type, at] = this.#at(address, TYPE);
    const kind = type.u8(at + KIND, 'Kind_') & 0x1f;
    const flags = type.u8(at + TFLAG, 'TFlag');
    if (kind === 0 || kind > KINDS.last) return `has kind ${kind}`;
    const problem = this.#name(type.i32(at + STR, 'Str'), (flags & EXTRA_STAR) !== 0) ?? this.#package(address, kind, flags);
    if (problem !== null) return problem;
    for (const offset of POINTERS.get(kind) ?? []) {
      const wrong = this.#type(address + offset, queue);
      if (wrong !== null) return wrong;
    }
    if (kind === KINDS.func) return this.#parameters(address, (flags & UNCOMMON) !== 0, queue);
    if (kind === KINDS.struct) return this.#fields(address, queue);
    return kind === KINDS.interface ? this.#methods(address) : null;
  }

  #type(place: number, queue: number[]): string | null {
    const { address, symbol, addend } = this.#words.at(place);
    if (address === 0) return 'points to no type where it has one';
    if (addend !== 0 || (address !== null && address % 8 !== 0)) return 'points into another type, not to its beginning';
    if (address !== null && symbol === null) queue.push(address);
    return null;
  }

  /** `UncommonType` lies behind what each kind has; a map's description grew in 1.24, and is left out. */
  #package(address: number, kind: number, flags: number): string | null {
    const size = SIZES.get(kind) ?? TYPE;
    if ((flags & UNCOMMON) === 0 || kind === KINDS.map) return null;
    return this.#name(this.#image.at(address + size, 4, 'UncommonType').i32(0, 'PkgPath'), false);
  }

  #parameters(address: number, uncommon: boolean, queue: number[]): string | null {
    const counts = this.#image.at(address + TYPE, 4, 'FuncType');
    const count = counts.u16(0, 'InCount') + (counts.u16(2, 'OutCount') & 0x7fff);
    const start = address + TYPE + 8 + (uncommon ? 16 : 0);
    for (let index = 0; index < count; index++) {
      const wrong = this.#type(start + index * 8, queue);
      if (wrong !== null) return wrong;
    }
    return null;
  }

  #fields(address: number, queue: number[]): string | null {
    const count = this.#image.word(address + FIELDS + 8, 'StructType.Fields');
    const { address: start } = count === 0 ? { address: 0 } : this.#words.at(address + FIELDS);
    if (count === 0) return null;
    if (count > MOST_FIELDS || start === 0) return `claims ${count} fields`;
    for (let index = 0; start !== null && index < count; index++) {
      const name = this.#words.at(start + index * FIELD).address;
      if (name === 0) return `has no name for field ${index}`;
      const wrong = (name === null ? null : this.#text(name, false)) ?? this.#type(start + index * FIELD + 8, queue);
      if (wrong !== null) return wrong;
    }
    return null;
  }

  #methods(address: number): string | null {
    const count = this.#image.word(address + FIELDS + 8, 'InterfaceType.Methods');
    if (count === 0) return null;
    const { address: start } = this.#words.at(address + FIELDS);
    if (count > MOST_FIELDS || start === 0) return `claims ${count} methods`;
    if (start === null) return null;
    const methods = this.#image.at(start, count * METHOD, 'Imethod');
    for (let index = 0; index < count; index++) {
      const wrong = this.#name(methods.i32(index * METHOD, 'Imethod.Name'), false);
      if (wrong !== null) return wrong;
      const type = methods.i32(index * METHOD + 4, 'Imethod.Typ');
      if (type <= 0 || type > this.#size) return `has no type for method ${index}`;
    }
    return null;
  }

  /** resolveNameOff throws behind etypes; a text that begins with a star of its own is cut behind it, so it has one. */
  #name(offset: number, star: boolean): string | null {
    if (offset < 0 || offset > this.#size) return 'has its name outside types and etypes';
    if (offset === 0) return star ? 'has no name' : null;
    return this.#text(this.#types + offset, star);
  }

  /** `abi.Name`: a byte of flags, the length as a varint, the bytes. */
  #text(address: number, star: boolean): string | null {
    const left = this.#image.bytesFrom(address);
    if (left < 3) return 'has its name outside the file';
    const [bytes, start] = this.#at(address, Math.min(left, 6));
    const [length, end] = varint(bytes, start + 1);
    if (end - start + length > left) return `has a name of ${length} bytes, more than there are`;
    if (!star) return null;
    return length > 0 ? null : 'has no name';
  }
}

function varint(bytes: Bytes, start: number): readonly [length: number, end: number] {
  let length = 0;
  let at = start;
  for (let scale = 1; at < bytes.length && at < start + 5; scale *= 128) {
    const byte = bytes.u8(at++, 'abi.Name length');
    length += (byte & 0x7f) * scale;
    if (byte < 128) break;
  }
  return [length, at];
}
