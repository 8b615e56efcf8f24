import { createHash } from 'node:crypto';
import { ShapeError } from './shape.js';

/**
 * A set of names in about `bits + 1.5` bits each: a Golomb-coded set, as BIP 158 has it. Each name is hashed to a number below
 * `count * 2^bits`; the sorted numbers are written as differences, each a unary quotient and `bits` bits of remainder.
 *
 * What is not in the set was not put in. What is in it may be another name with the same number: one of 2^bits is.
 */
export interface PackedNames {
  readonly count: number;
  readonly bits: number;
  /** Base64. */
  readonly set: string;
}

export interface NameSet {
  /** `false` is certain; `true` is wrong for one name of `2^bits` that is not there. */
  has(name: string): boolean;
}

/** So many bytes for all names: a host of 66,000 gets 16 bits for each (1 mistake in 65,536), one of 137,000 gets 8 (1 in 256). */
export const ROOM = 160 * 1024;
const MOST_BITS = 16;
const LEAST_BITS = 3;
/** More symbols than any program has; a profile that claims more is damaged. */
const MAX_NAMES = 10_000_000;

export function packNames(names: Iterable<string>): PackedNames {
  const all = [...new Set(names)];
  const bits = Math.max(LEAST_BITS, Math.min(MOST_BITS, Math.floor((ROOM * 8) / Math.max(1, all.length) - 1.5)));
  const sorted = Float64Array.from(all, (name) => numberOf(name, all.length, bits)).sort();
  const packed = new BitWriter(Math.ceil((all.length * (bits + 4)) / 8) + 16);
  let last = 0;
  for (const value of sorted) {
    const difference = value - last;
    last = value;
    for (let quotient = Math.floor(difference / 2 ** bits); quotient > 0; quotient--) packed.write(1, 1);
    packed.write(0, 1);
    packed.write(difference % 2 ** bits, bits);
  }
  return { count: all.length, bits, set: packed.bytes().toString('base64') };
}

/**
 * The set that `packNames` wrote; unpacked when it is first asked.
 * @throws ShapeError when the text can't hold so many names.
 */
export function unpackNames({ count, bits, set }: PackedNames, at: string): NameSet {
  const bytes = Buffer.from(set, 'base64');
  if (bits > MOST_BITS) throw new ShapeError(at, `has ${bits} bits a name, more than ${MOST_BITS}`);
  if (count > MAX_NAMES || count * (bits + 1) > bytes.length * 8) {
    throw new ShapeError(at, `is too short for the ${count} names it claims`);
  }
  let numbers: Float64Array | null = null;
  return {
    has(name) {
      numbers ??= unpacked(count, bits, bytes);
      return includes(numbers, numberOf(name, count, bits));
    },
  };
}

/** The first 48 bits of SHA-256, spread over the numbers below `count * 2^bits`. */
function numberOf(name: string, count: number, bits: number): number {
  const digest = createHash('sha256').update(name).digest();
  const range = BigInt(count) << BigInt(bits);
  return Number((BigInt(digest.readUIntBE(0, 6)) * range) >> 48n);
}

function unpacked(count: number, bits: number, bytes: Buffer): Float64Array {
  const numbers = new Float64Array(count);
  const end = bytes.length * 8;
  let bit = 0;
  const next = (): number => {
    const value = bit < end ? ((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1 : 0;
    bit++;
    return value;
  };
  let last = 0;
  for (let at = 0; at < count; at++) {
    let difference = 0;
    while (next() === 1) difference += 2 ** bits;
    let remainder = 0;
    for (let left = bits; left > 0; left--) remainder = remainder * 2 + next();
    last += difference + remainder;
    numbers[at] = last;
  }
  return numbers;
}

function includes(sorted: Float64Array, wanted: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === wanted;
}

class BitWriter {
  #bytes: Buffer;
  #bit = 0;

  constructor(size: number) {
    this.#bytes = Buffer.alloc(size);
  }

  /** The lowest `length` bits of `value`, highest first. */
  write(value: number, length: number): void {
    if ((this.#bit + length) / 8 >= this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    for (let left = length - 1; left >= 0; left--) {
      if ((value >> left) & 1) this.#bytes[this.#bit >> 3] = (this.#bytes[this.#bit >> 3] ?? 0) | (0x80 >> (this.#bit & 7));
      this.#bit++;
    }
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, Math.ceil(this.#bit / 8));
  }
}
