import { MemorySource } from '../../source/binary/reader/byteSource.js';
import type { Endian } from '../../source/binary/reader/cursor.js';

const CONTENT = 256;

/**
 * Small ELF files by hand, for what no compiler at hand writes: 32-bit, big-endian, tables that are wrong on purpose.
 * One PT_LOAD holds the whole file, addresses are file offsets, and there are no section headers.
 */
export class ElfBuilder {
  readonly bits: 32 | 64;
  readonly endian: Endian;
  machine = 62;
  /** e_type: ET_DYN, a shared object. */
  type = 3;
  readonly #pieces: number[] = [];
  readonly #dynamic: [tag: number, value: number][] = [];
  #note: { readonly start: number; end: number } | null = null;

  constructor(bits: 32 | 64, endian: Endian) {
    this.bits = bits;
    this.endian = endian;
  }

  get wordSize(): number {
    return this.bits / 8;
  }

  /** Where the next thing goes. */
  get here(): number {
    return CONTENT + this.#pieces.length;
  }

  bytes(bytes: Iterable<number>): number {
    const at = this.here;
    this.#pieces.push(...bytes);
    return at;
  }

  u16(...values: number[]): number {
    return this.bytes(values.flatMap((value) => this.#number(value, 2)));
  }

  u32(...values: number[]): number {
    return this.bytes(values.flatMap((value) => this.#number(value, 4)));
  }

  words(...values: number[]): number {
    return this.bytes(values.flatMap((value) => this.#number(value, this.wordSize)));
  }

  align(to: number): void {
    while (this.here % to !== 0) this.#pieces.push(0);
  }

  /** NUL-terminated strings; their offsets from the first byte, which is NUL. */
  strings(...names: string[]): { readonly address: number; readonly offsets: number[]; readonly size: number } {
    const address = this.bytes([0]);
    const offsets = names.map((name) => this.bytes([...Buffer.from(name), 0]) - address);
    return { address, offsets, size: this.here - address };
  }

  /** A symbol table entry: `Elf32_Sym` and `Elf64_Sym` order their fields differently. */
  symbol({
    name,
    address,
    size = 0,
    info = 0x12,
    section = 1,
  }: {
    name: number;
    address: number;
    size?: number;
    info?: number;
    section?: number;
  }): number {
    const at = this.here;
    if (this.bits === 64) {
      this.u32(name);
      this.bytes([info, 0]);
      this.u16(section);
      this.words(address, size);
    } else {
      this.u32(name, address, size);
      this.bytes([info, 0]);
      this.u16(section);
    }
    return at;
  }

  dynamic(tag: number, value: number): void {
    this.#dynamic.push([tag, value]);
  }

  note(owner: string, type: number, text: string): void {
    this.align(4);
    const start = this.#note?.start ?? this.here;
    this.u32(owner.length + 1, Buffer.byteLength(text), type);
    this.bytes([...Buffer.from(owner), 0]);
    this.align(4);
    this.bytes(Buffer.from(text));
    this.align(4);
    this.#note = { start, end: this.here };
  }

  build(): MemorySource {
    this.align(8);
    const table = this.here;
    for (const [tag, value] of [...this.#dynamic, [0, 0] as const]) this.words(tag, value);
    const tableSize = this.here - table;
    const size = this.here;
    const segments = [
      [1, 0, size],
      [2, table, tableSize],
      ...(this.#note ? [[4, this.#note.start, this.#note.end - this.#note.start]] : []),
    ];
    const wide = this.bits === 64;
    const word = (value: number): number[] => this.#number(value, this.wordSize);
    const half = (value: number): number[] => this.#number(value, 2);
    const four = (value: number): number[] => this.#number(value, 4);
    const headerSize = wide ? 64 : 52;
    const head = [
      ...[0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, this.endian === 'little' ? 1 : 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      ...[...half(this.type), ...half(this.machine), ...four(1), ...word(0), ...word(headerSize), ...word(0), ...four(0)],
      ...[...half(headerSize), ...half(wide ? 56 : 32), ...half(segments.length), ...half(0), ...half(0), ...half(0)],
      ...segments.flatMap(([type = 0, at = 0, length = 0]) =>
        wide
          ? [...four(type), ...four(6), ...word(at), ...word(at), ...word(at), ...word(length), ...word(length), ...word(4)]
          : [...four(type), ...word(at), ...word(at), ...word(at), ...word(length), ...word(length), ...four(6), ...word(4)],
      ),
    ];
    const file = new Uint8Array(size);
    file.set(head);
    file.set(this.#pieces, CONTENT);
    return new MemorySource('built.so', file);
  }

  #number(value: number, size: number): number[] {
    const little = Array.from({ length: size }, (_, index) => Number((BigInt(value) >> BigInt(8 * index)) & 0xffn));
    return this.endian === 'little' ? little : little.reverse();
  }
}
