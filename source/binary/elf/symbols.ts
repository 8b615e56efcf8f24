import { Bytes, decodeText } from '../reader/cursor.js';
import { FormatError } from '../reader/errors.js';
import { SHN, STB, STT } from './constants.js';

export type SymbolBinding = 'local' | 'global' | 'weak' | 'unique' | 'other';
export type SymbolType = 'none' | 'object' | 'function' | 'section' | 'file' | 'common' | 'tls' | 'ifunc' | 'other';

/** One symbol, decoded. */
export interface ElfSymbol {
  /** Place in its table. */
  readonly index: number;
  /** Untrusted; empty where the name is outside the string table. */
  readonly name: string;
  readonly address: number;
  readonly size: number;
  readonly binding: SymbolBinding;
  readonly type: SymbolType;
  /** SHN_*, or the index of its section. */
  readonly sectionIndex: number;
  readonly undefined: boolean;
  /** The letter `nm` prints: `T`, `d`, `U`, ... */
  readonly kind: string;
}

/** A symbol without its name: the 16 or 24 bytes of the table. */
export interface RawSymbol {
  /** Offset of the name in the string table. */
  readonly nameOffset: number;
  readonly address: number;
  readonly size: number;
  /** STB_*. */
  readonly binding: number;
  /** STT_*. */
  readonly type: number;
  /** STV_*. */
  readonly visibility: number;
  readonly sectionIndex: number;
}

/** Where a table is, and how to tell what its symbols are in. */
export interface SymbolTablePlace {
  readonly bits: 32 | 64;
  readonly count: number;
  /** The whole table; called once, when the first symbol is looked at. */
  readonly table: () => Bytes;
  /** The whole string table; called once, when the first name is looked at. */
  readonly strings: () => Uint8Array;
  /** The letter of a defined symbol's place, in lower case: `t`, `d`, `b`, `r`, ... */
  readonly letterOf: (sectionIndex: number, address: number) => string;
  /** The name of a section: what `nm` shows for its own, nameless symbol. */
  readonly sectionName: (sectionIndex: number) => string;
}

export function symbolSize(bits: 32 | 64): number {
  return bits === 64 ? 24 : 16;
}

/**
 * A symbol table that stays bytes: one read for the symbols, one for their names, both when first looked at, and a
 * symbol becomes an object when `at` is asked for it. A million of them cost 24 MB, not a million objects.
 */
export class SymbolTable {
  static readonly EMPTY = new SymbolTable({
    bits: 64,
    count: 0,
    table: () => new Bytes('', 0, new Uint8Array(0), 'little'),
    strings: () => new Uint8Array(0),
    letterOf: () => '?',
    sectionName: () => '',
  });

  readonly count: number;
  readonly #place: SymbolTablePlace;
  #table: Bytes | null = null;
  #strings: Uint8Array | null = null;

  constructor(place: SymbolTablePlace) {
    this.#place = place;
    this.count = place.count;
  }

  /** @throws FormatError when `index` is no index of the table, or the file was cut since it was opened. */
  at(index: number): ElfSymbol {
    const raw = this.raw(index);
    return {
      index,
      name: raw.type === STT.SECTION && raw.nameOffset === 0 ? this.#place.sectionName(raw.sectionIndex) : this.name(index),
      address: raw.address,
      size: raw.size,
      binding: bindingName(raw.binding),
      type: typeName(raw.type),
      sectionIndex: raw.sectionIndex,
      undefined: raw.sectionIndex === SHN.UNDEF,
      kind: kindLetter(raw, this.#place.letterOf),
    };
  }

  raw(index: number): RawSymbol {
    return decodeSymbol(this.#symbols(), this.#offset(index), this.#place.bits);
  }

  name(index: number): string {
    return decodeText(this.nameBytes(index));
  }

  /** The name's bytes, shared: a filter over a million names need not decode them. */
  nameBytes(index: number): Uint8Array {
    const offset = this.#symbols().u32(this.#offset(index), 'st_name');
    this.#strings ??= this.#place.strings();
    if (offset >= this.#strings.length) return EMPTY;
    const end = this.#strings.indexOf(0, offset);
    return this.#strings.subarray(offset, end < 0 ? this.#strings.length : end);
  }

  /** Indices of the symbols of that name: finds it in the string table first, and decodes nothing. */
  *named(name: string): Generator<number> {
    const offsets = new Set<number>();
    this.#strings ??= this.#place.strings();
    const strings = Buffer.from(this.#strings.buffer, this.#strings.byteOffset, this.#strings.length);
    const wanted = Buffer.from(`${name}\0`);
    // Linkers let a name share the end of a longer one, so it may begin anywhere.
    for (let at = strings.indexOf(wanted); at >= 0 && offsets.size < MAX_PLACES; at = strings.indexOf(wanted, at + 1))
      offsets.add(at);
    if (offsets.size === 0) return;
    const table = this.#symbols();
    for (let index = 0; index < this.count; index++) if (offsets.has(table.u32(this.#offset(index), 'st_name'))) yield index;
  }

  #symbols(): Bytes {
    this.#table ??= this.#place.table();
    return this.#table;
  }

  #offset(index: number): number {
    if (!Number.isInteger(index) || index < 0 || index >= this.count) {
      throw new FormatError(
        this.#symbols().file,
        this.#symbols().start,
        'symbol',
        `${index} is not among the ${this.count} of its table`,
      );
    }
    return index * symbolSize(this.#place.bits);
  }
}

/** Longer names that end in the one looked for; a linker lets them share the end, so there is one or few. */
const MAX_PLACES = 65_536;

const EMPTY = new Uint8Array(0);

/** `Elf32_Sym` or `Elf64_Sym` at `offset` of `table`. */
export function decodeSymbol(table: Bytes, offset: number, bits: 32 | 64): RawSymbol {
  const wide = bits === 64;
  const info = table.u8(offset + (wide ? 4 : 12), 'st_info');
  return {
    nameOffset: table.u32(offset, 'st_name'),
    address: wide ? table.u64(offset + 8, 'st_value') : table.u32(offset + 4, 'st_value'),
    size: wide ? table.u64(offset + 16, 'st_size') : table.u32(offset + 8, 'st_size'),
    binding: info >> 4,
    type: info & 0xf,
    visibility: table.u8(offset + (wide ? 5 : 13), 'st_other') & 3,
    sectionIndex: table.u16(offset + (wide ? 6 : 14), 'st_shndx'),
  };
}

/** As `nm` prints it (binutils, bfd/syms.c: bfd_decode_symclass). */
export function kindLetter(symbol: RawSymbol, letterOf: SymbolTablePlace['letterOf']): string {
  const { sectionIndex, binding, type } = symbol;
  if (sectionIndex === SHN.COMMON) return 'C';
  if (sectionIndex === SHN.UNDEF) return binding !== STB.WEAK ? 'U' : type === STT.OBJECT ? 'v' : 'w';
  if (type === STT.GNU_IFUNC) return 'i';
  if (binding === STB.WEAK) return type === STT.OBJECT ? 'V' : 'W';
  if (binding === STB.GNU_UNIQUE) return 'u';
  if (binding !== STB.GLOBAL && binding !== STB.LOCAL) return '?';
  const letter = sectionIndex === SHN.ABS ? 'a' : letterOf(sectionIndex, symbol.address);
  return binding === STB.GLOBAL ? letter.toUpperCase() : letter;
}

export function bindingName(binding: number): SymbolBinding {
  if (binding === STB.LOCAL) return 'local';
  if (binding === STB.GLOBAL) return 'global';
  if (binding === STB.WEAK) return 'weak';
  return binding === STB.GNU_UNIQUE ? 'unique' : 'other';
}

const TYPE_NAMES: Readonly<Record<number, SymbolType>> = {
  [STT.NOTYPE]: 'none',
  [STT.OBJECT]: 'object',
  [STT.FUNC]: 'function',
  [STT.SECTION]: 'section',
  [STT.FILE]: 'file',
  [STT.COMMON]: 'common',
  [STT.TLS]: 'tls',
  [STT.GNU_IFUNC]: 'ifunc',
};

export function typeName(type: number): SymbolType {
  return TYPE_NAMES[type] ?? 'other';
}
