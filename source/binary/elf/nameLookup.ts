import type { Bytes } from '../reader/cursor.js';
import { FormatError } from '../reader/errors.js';
import { DT, SHN } from './constants.js';
import type { DynamicTable } from './dynamicTable.js';
import type { Image } from './image.js';
import { decodeSymbol, type RawSymbol, symbolSize } from './symbols.js';

/** A dynamic symbol found by name, with its place in DT_SYMTAB. */
export interface FoundSymbol extends RawSymbol {
  readonly index: number;
}

/** Which symbols of a name will do. */
export type Accepts = (symbol: FoundSymbol) => boolean;

/** Finds dynamic symbols by name without reading their table. */
export interface NameLookup {
  /** The first defined symbol of that name that is accepted. */
  find(name: string, accepts: Accepts): FoundSymbol | null;
  /** How many symbols DT_SYMTAB has, as far as this table tells. */
  count(): number;
  /** So many symbols at the beginning are not in the table: the undefined ones among them. Null when it holds those too. */
  readonly unhashed: number | null;
  /** It has no bucket: ld.so looks at none of the file's symbols (elf/dl-lookup.c: do_lookup_x). */
  readonly isEmpty: boolean;
  /** Whether the table's entry of this symbol is that of its name, so that a search for the name can end there. */
  agrees(index: number, name: Uint8Array): boolean;
}

const encoder = new TextEncoder();

/** Chains are a few entries long; one of so many has lost the bit that ends it. */
const MAX_STEPS = 1 << 18;
/** Of DT_HASH, whose chains have no hash values, so that each step looks at a symbol. */
const MAX_SYMBOLS = 1 << 14;
/** Symbols of one hash in one chain: versions of one name, and accidents. */
const MAX_CANDIDATES = 1024;
/** Entries of a chain read at first, and then. */
const FIRST_PIECE = 8;
const LARGE_PIECE = 4096;

/** DT_GNU_HASH, else DT_HASH, else null. @throws FormatError when the table is malformed. */
export function nameLookup(image: Image, dynamic: DynamicTable): NameLookup | null {
  const symtab = dynamic.symtab;
  if (symtab === null) return null;
  const gnu = dynamic.get(DT.GNU_HASH);
  if (gnu !== null) return new GnuHash(image, dynamic, symtab, gnu);
  const sysv = dynamic.get(DT.HASH);
  return sysv === null ? null : new SysvHash(image, dynamic, symtab, sysv);
}

interface WholeHash {
  readonly bloom: Bytes;
  readonly buckets: Bytes;
  readonly chain: Bytes;
}

/**
 * DT_GNU_HASH: {nbuckets, symoffset, bloom words, bloom shift}, a Bloom filter, buckets, and a chain of hash values parallel to
 * the symbols from `symoffset` on, whose lowest bit ends a bucket (glibc elf/dl-lookup.c: do_lookup_x; dl-setup_hash.c).
 */
class GnuHash implements NameLookup {
  readonly #image: Image;
  readonly #dynamic: DynamicTable;
  readonly #symtab: number;
  readonly #buckets: number;
  readonly #firstSymbol: number;
  readonly #bloomWords: number;
  readonly #bloomShift: number;
  readonly #bloom: number;
  readonly #bucketTable: number;
  readonly #chain: number;
  #whole: WholeHash | null = null;

  constructor(image: Image, dynamic: DynamicTable, symtab: number, table: number) {
    this.#image = image;
    this.#dynamic = dynamic;
    this.#symtab = symtab;
    const head = image.at(table, 16, 'DT_GNU_HASH');
    this.#buckets = head.u32(0, 'nbuckets');
    this.#firstSymbol = head.u32(4, 'symoffset');
    this.#bloomWords = head.u32(8, 'bloom_size');
    this.#bloomShift = head.u32(12, 'bloom_shift');
    this.#bloom = table + 16;
    this.#bucketTable = this.#bloom + this.#bloomWords * image.wordSize;
    this.#chain = this.#bucketTable + this.#buckets * 4;
    const claimed = 16 + this.#bloomWords * image.wordSize + this.#buckets * 4;
    if (claimed > image.bytesFrom(table)) head.fail(0, 'DT_GNU_HASH', `claims ${claimed} bytes, more than its segment has`);
  }

  find(name: string, accepts: Accepts): FoundSymbol | null {
    if (this.#buckets === 0) return null;
    const bytes = encoder.encode(name);
    const hash = gnuHash(bytes);
    if (!this.#mayHave(hash)) return null;
    const image = this.#image;
    let index = image.u32(this.#bucketTable + (hash % this.#buckets) * 4, 'DT_GNU_HASH bucket');
    if (index < this.#firstSymbol) return null; // 0: an empty bucket.
    const strings = this.#dynamic.stringTable('DT_GNU_HASH');
    let candidates = 0;
    for (const value of this.#chainFrom(index)) {
      if (value >>> 1 === hash >>> 1) {
        if (++candidates > MAX_CANDIDATES) break;
        const symbol = readSymbol(image, this.#symtab, index);
        if (symbol.sectionIndex !== SHN.UNDEF && isNamed(image, strings, symbol, bytes) && accepts(symbol)) return symbol;
      }
      index++;
    }
    return null;
  }

  /** Without hashed symbols the table says nothing of those before `symoffset` but that number (1, as GNU ld writes it). */
  count(): number {
    const buckets = this.#image.at(this.#bucketTable, this.#buckets * 4, 'DT_GNU_HASH buckets');
    let last = 0;
    for (let at = 0; at < buckets.length; at += 4) last = Math.max(last, buckets.u32(at, 'DT_GNU_HASH bucket'));
    if (this.#buckets === 0 || last < this.#firstSymbol) return this.#firstSymbol;
    for (const _ of this.#chainFrom(last)) last++;
    return last;
  }

  /** Hash values from symbol `index` to the end of its chain. @throws FormatError when it does not end. */
  *#chainFrom(index: number): Generator<number> {
    let address = this.#chain + (index - this.#firstSymbol) * 4;
    for (let steps = 0, piece = FIRST_PIECE; steps < MAX_STEPS; steps += piece, address += piece * 4, piece = LARGE_PIECE) {
      const left = Math.floor(this.#image.bytesFrom(address) / 4);
      const values = this.#image.at(address, Math.max(1, Math.min(piece, left)) * 4, 'DT_GNU_HASH chain');
      for (let at = 0; at < values.length; at += 4) {
        const value = values.u32(at, 'DT_GNU_HASH chain');
        yield value;
        if (value & 1) return;
      }
    }
    throw new FormatError(this.#image.source.name, this.#image.offsetOf(this.#chain) ?? 0, 'DT_GNU_HASH chain', 'does not end');
  }

  agrees(index: number, name: Uint8Array): boolean {
    this.#whole ??= this.#readWhole();
    const { bloom, buckets, chain } = this.#whole;
    const hash = gnuHash(name);
    const value = chain.u32((index - this.#firstSymbol) * 4, 'DT_GNU_HASH chain');
    if (value >>> 1 !== hash >>> 1) return false;
    if (this.#bloomWords > 0 && !this.#isInFilter(hash, bloom, this.#filterWord(hash))) return false;
    const first = buckets.u32((hash % this.#buckets) * 4, 'DT_GNU_HASH bucket');
    return first >= this.#firstSymbol && first <= index;
  }

  /** For who asks of every symbol: each table in one read. */
  #readWhole(): WholeHash {
    const { wordSize } = this.#image;
    return {
      bloom: this.#image.at(this.#bloom, this.#bloomWords * wordSize, 'DT_GNU_HASH bloom filter'),
      buckets: this.#image.at(this.#bucketTable, this.#buckets * 4, 'DT_GNU_HASH buckets'),
      chain: this.#image.at(this.#chain, Math.max(0, this.count() - this.#firstSymbol) * 4, 'DT_GNU_HASH chain'),
    };
  }

  get isEmpty(): boolean {
    return this.#buckets === 0;
  }

  /** Without buckets in use, all are: `symoffset` tells nothing then. */
  get unhashed(): number | null {
    return this.#firstSymbol > 1 ? this.#firstSymbol : null;
  }

  #mayHave(hash: number): boolean {
    if (this.#bloomWords === 0) return true;
    const word = this.#image.at(this.#bloom + this.#filterWord(hash), this.#image.wordSize, 'DT_GNU_HASH bloom filter');
    return this.#isInFilter(hash, word, 0);
  }

  /** Where in the filter the word of a hash is. */
  #filterWord(hash: number): number {
    const { wordSize } = this.#image;
    return (Math.floor(hash / (wordSize * 8)) % this.#bloomWords) * wordSize;
  }

  #isInFilter(hash: number, filter: Bytes, at: number): boolean {
    const { wordSize, endian } = this.#image;
    const bits = wordSize * 8;
    const isSet = (bit: number): boolean => {
      const half = wordSize === 4 || bit < 32 === (endian === 'little') ? 0 : 4;
      return (filter.u32(at + half, 'DT_GNU_HASH bloom filter') & (1 << (bit % 32))) !== 0;
    };
    return isSet(hash % bits) && isSet((hash >>> (this.#bloomShift % 32)) % bits);
  }
}

/** DT_HASH (gABI, chapter 5): {nbucket, nchain}, buckets, chain; a chain holds undefined symbols too. */
class SysvHash implements NameLookup {
  readonly unhashed = null;
  readonly #image: Image;
  readonly #dynamic: DynamicTable;
  readonly #symtab: number;
  readonly #table: number;
  readonly #buckets: number;
  readonly #symbols: number;

  constructor(image: Image, dynamic: DynamicTable, symtab: number, table: number) {
    this.#image = image;
    this.#dynamic = dynamic;
    this.#symtab = symtab;
    this.#table = table;
    const head = image.at(table, 8, 'DT_HASH');
    this.#buckets = head.u32(0, 'nbucket');
    this.#symbols = head.u32(4, 'nchain');
    const claimed = 8 + (this.#buckets + this.#symbols) * 4;
    if (claimed > image.bytesFrom(table)) head.fail(0, 'DT_HASH', `claims ${claimed} bytes, more than its segment has`);
  }

  find(name: string, accepts: Accepts): FoundSymbol | null {
    if (this.#buckets === 0) return null;
    const bytes = encoder.encode(name);
    const image = this.#image;
    const strings = this.#dynamic.stringTable('DT_HASH');
    let index = image.u32(this.#table + 8 + (sysvHash(bytes) % this.#buckets) * 4, 'DT_HASH bucket');
    // A chain that is longer than the table is a circle.
    for (let steps = 0; index !== 0 && steps <= Math.min(this.#symbols, MAX_SYMBOLS); steps++) {
      const symbol = readSymbol(image, this.#symtab, index);
      if (symbol.sectionIndex !== SHN.UNDEF && isNamed(image, strings, symbol, bytes) && accepts(symbol)) return symbol;
      if (index >= this.#symbols) break;
      index = image.u32(this.#table + 8 + (this.#buckets + index) * 4, 'DT_HASH chain');
    }
    return null;
  }

  count(): number {
    return this.#symbols;
  }

  get isEmpty(): boolean {
    return this.#buckets === 0;
  }

  /** Its chains hold no hash values to compare. */
  agrees(): boolean {
    return true;
  }
}

/** @throws FormatError when there is no such symbol in the file. */
export function readSymbol(image: Image, symtab: number, index: number): FoundSymbol {
  const size = symbolSize(image.bits);
  return { index, ...decodeSymbol(image.at(symtab + index * size, size, 'DT_SYMTAB'), 0, image.bits) };
}

function isNamed(image: Image, strings: number, symbol: RawSymbol, name: Uint8Array): boolean {
  const address = strings + symbol.nameOffset;
  if (image.bytesFrom(address) < name.length + 1) return false;
  const bytes = image.at(address, name.length + 1, 'DT_STRTAB').raw(0, name.length + 1, 'DT_STRTAB');
  return bytes[name.length] === 0 && name.every((byte, index) => bytes[index] === byte);
}

/** Bernstein's hash times 33 (glibc sysdeps/generic/dl-new-hash.h), 32 bits. */
export function gnuHash(name: Uint8Array): number {
  let hash = 5381;
  for (const byte of name) hash = (Math.imul(hash, 33) + byte) | 0;
  return hash >>> 0;
}

/** gABI, chapter 5, "Hash Table", 28 bits. */
export function sysvHash(name: Uint8Array): number {
  let hash = 0;
  for (const byte of name) {
    hash = (hash << 4) + byte;
    hash ^= (hash >>> 24) & 0xf0;
    hash &= 0x0fff_ffff;
  }
  return hash;
}

/**
 * How many dynamic symbols there are when the hash table can't say: as many as fit before the next table (linkers put
 * tables back to back), in any case no more than the segment holds.
 */
export function countByNextTable(image: Image, dynamic: DynamicTable, symtab: number): number {
  const tables = [DT.STRTAB, DT.GNU_HASH, DT.HASH, DT.VERSYM, DT.VERNEED, DT.VERDEF, DT.RELA, DT.REL, DT.RELR, DT.JMPREL];
  const limit = image.bytesFrom(symtab);
  let bytes = limit;
  for (const tag of tables) {
    const address = dynamic.get(tag);
    if (address !== null && address > symtab) bytes = Math.min(bytes, address - symtab);
  }
  return Math.floor(bytes / symbolSize(image.bits));
}

/** @throws FormatError when `count` symbols can't be in the file. */
export function checkCount(image: Image, symtab: number, count: number): number {
  if (count * symbolSize(image.bits) > image.bytesFrom(symtab)) {
    throw new FormatError(
      image.source.name,
      image.offsetOf(symtab) ?? 0,
      'DT_SYMTAB',
      `has less than the ${count} symbols its hash table claims`,
    );
  }
  return count;
}
