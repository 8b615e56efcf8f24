import type { Bytes } from '../reader/cursor.js';
import { FormatError } from '../reader/errors.js';
import { DT } from './constants.js';
import type { DynamicTable } from './dynamicTable.js';
import type { Image } from './image.js';

/** One entry of a RELA or REL table. */
export interface Relocation {
  /** The address that is patched. */
  readonly address: number;
  /** R_<machine>_*. */
  readonly type: number;
  /** Index of a dynamic symbol; 0 for none. */
  readonly symbol: number;
  /** RELA only: in a REL table it is the word in place, and this is null. */
  readonly addend: number | null;
}

/** Entries read at once when a whole table is gone through: large enough to be read directly, small enough not to hold the file. */
const PIECE = 16_384;

/** As many as are looked at one by one: those of a program of 300 MB are two million. */
export const MOST_RELOCATIONS = 1 << 23;

/** A table of relocations that stays bytes: entries and runs of entries are read when asked for. */
export class RelocationTable {
  readonly count: number;
  readonly #image: Image;
  readonly #address: number;
  readonly #hasAddend: boolean;
  readonly #entrySize: number;

  /** `bytes` is clipped to what the file has. */
  constructor(image: Image, address: number, bytes: number, shape: 'rela' | 'rel') {
    this.#image = image;
    this.#address = address;
    this.#hasAddend = shape === 'rela';
    this.#entrySize = (shape === 'rela' ? 3 : 2) * image.wordSize;
    this.count = Math.floor(Math.min(bytes, image.bytesFrom(address)) / this.#entrySize);
  }

  at(index: number): Relocation {
    return this.#decode(this.#read(index, 1), 0);
  }

  addressAt(index: number): number {
    return this.#read(index, 1).word(0, this.#image.bits, 'r_offset');
  }

  /** Entries `from` to `to` (without it), in one read. */
  *range(from: number, to: number): Generator<Relocation> {
    const bytes = this.#read(from, to - from);
    for (let at = 0; at < bytes.length; at += this.#entrySize) yield this.#decode(bytes, at);
  }

  /** All of them, a piece at a time. @throws FormatError when they are more than any program has. */
  *[Symbol.iterator](): Generator<Relocation> {
    if (this.count > MOST_RELOCATIONS) {
      const { source } = this.#image;
      const problem = `has ${this.count.toLocaleString('en')} relocations, more than any program`;
      throw new FormatError(source.name, this.#image.offsetOf(this.#address) ?? 0, 'table', problem);
    }
    for (let from = 0; from < this.count; from += PIECE) yield* this.range(from, Math.min(from + PIECE, this.count));
  }

  #read(index: number, count: number): Bytes {
    return this.#image.at(this.#address + index * this.#entrySize, count * this.#entrySize, 'relocation');
  }

  #decode(bytes: Bytes, at: number): Relocation {
    const { bits, wordSize } = this.#image;
    const address = bytes.word(at, bits, 'r_offset');
    const info = at + wordSize;
    const addendAt = at + 2 * wordSize;
    if (bits === 32) {
      const value = bytes.u32(info, 'r_info');
      return {
        address,
        type: value & 0xff,
        symbol: value >>> 8,
        addend: this.#hasAddend ? bytes.i32(addendAt, 'r_addend') : null,
      };
    }
    const [type, symbol] = bytes.endian === 'little' ? [info, info + 4] : [info + 4, info];
    return {
      address,
      type: bytes.u32(type, 'r_info'),
      symbol: bytes.u32(symbol, 'r_info'),
      addend: this.#hasAddend ? bytes.i64(addendAt, 'r_addend') : null,
    };
  }
}

export interface Relocations {
  readonly rela: RelocationTable | null;
  readonly rel: RelocationTable | null;
  /** DT_JMPREL, of the shape DT_PLTREL says. */
  readonly jmprel: RelocationTable | null;
  /** DT_RELACOUNT: so many RELATIVE entries come first in `rela`, sorted by address. */
  readonly relativeCount: number;
  /** Addresses that DT_RELR relocates by the load base, the word in place being the addend. */
  relr(): Generator<number>;
}

export function readRelocations(image: Image, dynamic: DynamicTable): Relocations {
  const table = (address: number | null, size: number | null, shape: 'rela' | 'rel'): RelocationTable | null =>
    address === null ? null : new RelocationTable(image, address, size ?? 0, shape);
  const rela = table(dynamic.get(DT.RELA), dynamic.get(DT.RELASZ), 'rela');
  const pltShape = dynamic.get(DT.PLTREL) === DT.REL ? 'rel' : 'rela';
  return {
    rela,
    rel: table(dynamic.get(DT.REL), dynamic.get(DT.RELSZ), 'rel'),
    jmprel: table(dynamic.get(DT.JMPREL), dynamic.get(DT.PLTRELSZ), pltShape),
    relativeCount: Math.min(dynamic.get(DT.RELACOUNT) ?? 0, rela?.count ?? 0),
    relr: () => decodeRelr(image, dynamic.relr, dynamic.get(DT.RELRSZ) ?? 0),
  };
}

/**
 * DT_RELR (gABI draft): an even word is an address, and starts a run behind it; an odd one is a bitmap of the next 63 (31)
 * words of the run. One word of a crafted table can stand for 63 addresses, so it ends where the file has no more words to relocate.
 */
function* decodeRelr(image: Image, address: number | null, size: number): Generator<number> {
  if (address === null) return;
  const { wordSize, bits } = image;
  const count = Math.floor(Math.min(size, image.bytesFrom(address)) / wordSize);
  const table = image.at(address, count * wordSize, 'DT_RELR');
  let next = 0;
  let left = Math.min(Math.floor(image.source.size / wordSize), MOST_RELOCATIONS);
  for (let index = 0; index < count && left > 0; index++) {
    const at = index * wordSize;
    const low = table.u32(wordSize === 8 && table.endian === 'big' ? at + 4 : at, 'DT_RELR');
    if ((low & 1) === 0) {
      const start = table.word(at, bits, 'DT_RELR');
      yield start;
      left--;
      next = start + wordSize;
      continue;
    }
    const high = wordSize === 4 ? 0 : table.u32(table.endian === 'big' ? at : at + 4, 'DT_RELR');
    for (let bit = 1; bit < bits; bit++) {
      const isSet = bit < 32 ? (low >>> bit) & 1 : (high >>> (bit - 32)) & 1;
      if (!isSet) continue;
      yield next + (bit - 1) * wordSize;
      left--;
    }
    next += (bits - 1) * wordSize;
  }
}
