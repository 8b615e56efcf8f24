import { describe, expect, it } from 'vitest';
import { DT } from '../../source/binary/elf/constants.js';
import { ElfFile } from '../../source/binary/elf/elfFile.js';
import { gnuHash, sysvHash } from '../../source/binary/elf/nameLookup.js';
import { ElfBuilder } from './elfBuilder.js';

const encode = (name: string): Uint8Array => new TextEncoder().encode(name);

const KINDS = [
  [32, 'little'],
  [32, 'big'],
  [64, 'little'],
  [64, 'big'],
] as const;

/** `alpha` is defined, `beta` undefined, `gamma` defined; looked up in one bucket. */
function withSymbols(builder: ElfBuilder, hash: 'gnu' | 'sysv' | 'none'): ElfBuilder {
  const names = builder.strings('beta', 'alpha', 'gamma', 'libx.so.1', 'me.so', 'V_1', 'V_2');
  const [beta = 0, alpha = 0, gamma = 0, library = 0, soname = 0] = names.offsets;
  builder.align(8);
  const symtab = builder.symbol({ name: 0, address: 0, info: 0, section: 0 });
  builder.symbol({ name: beta, address: 0, section: 0 });
  builder.symbol({ name: alpha, address: 0x110, size: 4 });
  builder.symbol({ name: gamma, address: 0x120, size: 8, info: 0x21 });
  builder.align(8);
  builder.dynamic(DT.NEEDED, library);
  builder.dynamic(DT.SONAME, soname);
  builder.dynamic(DT.STRTAB, names.address);
  builder.dynamic(DT.STRSZ, names.size);
  builder.dynamic(DT.SYMTAB, symtab);
  if (hash === 'gnu') {
    const table = builder.u32(1, 2, 1, 5);
    builder.bytes(new Uint8Array(builder.wordSize).fill(0xff));
    builder.u32(2, gnuHash(encode('alpha')) & ~1, gnuHash(encode('gamma')) | 1);
    builder.dynamic(DT.GNU_HASH, table);
  }
  // Without a hash table the next table tells where the symbols end.
  if (hash === 'none') builder.dynamic(DT.VERSYM, builder.u16(0, 1, 1, 1));
  if (hash === 'sysv') builder.dynamic(DT.HASH, builder.u32(1, 4, 3, 0, 0, 1, 2));
  return builder;
}

describe.each(KINDS)('a %i-bit %s-endian file', (bits, endian) => {
  it.each(['gnu', 'sysv', 'none'] as const)('finds symbols by name through %s', (hash) => {
    const elf = ElfFile.read(withSymbols(new ElfBuilder(bits, endian), hash).build());
    expect(elf.dynamicSymbol('alpha')).toMatchObject({
      index: 2,
      address: 0x110,
      size: 4,
      binding: 'global',
      type: 'function',
      kind: 'D',
    });
    expect(elf.dynamicSymbol('gamma')).toMatchObject({
      index: 3,
      address: 0x120,
      size: 8,
      binding: 'weak',
      type: 'object',
      kind: 'V',
    });
    expect(elf.dynamicSymbol('beta')).toBeNull();
    expect(elf.dynamicSymbol('delta')).toBeNull();
    expect(elf.dynamicSymbols.count).toBe(4);
    expect(elf.dynamicSymbols.at(1)).toMatchObject({ name: 'beta', kind: 'U', undefined: true });
    expect(elf.dynamic?.needed).toEqual(['libx.so.1']);
    expect(elf.dynamic?.soname).toBe('me.so');
    expect(elf.problems).toEqual([]);
  });

  it('reads notes with the padding outside their size', () => {
    const builder = new ElfBuilder(bits, endian);
    builder.note('OTelCol', 1, '{"a":1}');
    builder.note('GNU', 3, 'id');
    const notes = ElfFile.read(builder.build()).notes();
    expect(notes.map(({ owner, type, size }) => [owner, type, size])).toEqual([
      ['OTelCol', 1, 7],
      ['GNU', 3, 2],
    ]);
    expect(new TextDecoder().decode(notes[0]?.bytes())).toBe('{"a":1}');
  });

  it('decodes relocations of every table, and RELR', () => {
    const builder = new ElfBuilder(bits, endian);
    const info = (symbol: number, type: number): number => (bits === 64 ? symbol * 2 ** 32 + type : symbol * 256 + type);
    builder.dynamic(DT.RELA, builder.words(0x100, info(3, 1), 7, 0x108, info(0, 8), 0x42));
    builder.dynamic(DT.RELASZ, 6 * builder.wordSize);
    builder.dynamic(DT.RELACOUNT, 99);
    builder.dynamic(DT.REL, builder.words(0x110, info(2, 6)));
    builder.dynamic(DT.RELSZ, 2 * builder.wordSize);
    // An address, then bits 1, 2 and the last of a bitmap, then a second address.
    const bitmap = bits === 64 ? Number(2n ** 62n) + 2 ** 11 : 2 ** 31 + 7;
    builder.dynamic(DT.RELR, builder.words(0x200, bits === 64 ? 7 : bitmap, 0x400));
    builder.dynamic(DT.RELRSZ, 3 * builder.wordSize);
    const relocations = ElfFile.read(builder.build()).relocations;
    expect([...(relocations?.rela ?? [])]).toEqual([
      { address: 0x100, type: 1, symbol: 3, addend: 7 },
      { address: 0x108, type: 8, symbol: 0, addend: 0x42 },
    ]);
    expect(relocations?.relativeCount).toBe(2);
    expect([...(relocations?.rel ?? [])]).toEqual([{ address: 0x110, type: 6, symbol: 2, addend: null }]);
    const w = builder.wordSize;
    const last = bits === 32 ? [0x200 + 31 * w] : [];
    expect([...(relocations?.relr() ?? [])]).toEqual([0x200, 0x200 + w, 0x200 + 2 * w, ...last, 0x400]);
  });
});

describe('tables that are wrong on purpose', () => {
  it('a GNU hash chain that never ends is a problem, not a hang', () => {
    const builder = withSymbols(new ElfBuilder(64, 'little'), 'none');
    const table = builder.u32(1, 2, 1, 5);
    builder.bytes(new Uint8Array(8).fill(0xff));
    builder.u32(2);
    builder.u32(...Array.from({ length: 1000 }, () => gnuHash(encode('delta')) & ~1));
    builder.dynamic(DT.GNU_HASH, table);
    const elf = ElfFile.read(builder.build());
    expect(elf.dynamicSymbol('delta')).toBeNull();
    expect(elf.problems.map(({ field }) => field)).toContain('DT_SYMTAB');
    expect(elf.dynamicSymbols.at(2).name).toBe('alpha');
  });

  it('a DT_HASH chain in a circle ends', () => {
    const builder = withSymbols(new ElfBuilder(64, 'little'), 'none');
    builder.dynamic(DT.HASH, builder.u32(1, 4, 3, 0, 0, 3, 2));
    expect(ElfFile.read(builder.build()).dynamicSymbol('delta')).toBeNull();
  });

  it('a hash table that claims more than the file is a problem, and names are found without it', () => {
    const builder = withSymbols(new ElfBuilder(64, 'little'), 'none');
    builder.dynamic(DT.GNU_HASH, builder.u32(0xffffffff, 2, 0xffffffff, 5));
    const elf = ElfFile.read(builder.build());
    expect(elf.dynamicSymbol('alpha')?.address).toBe(0x110);
    expect(elf.problems.map(({ field }) => field)).toEqual(['DT_GNU_HASH']);
  });

  it('version needs whose next is 0 end there, whatever their count says', () => {
    const builder = withSymbols(new ElfBuilder(64, 'little'), 'gnu');
    const [library = 0, version = 0, weak = 0] = [18, 34, 38];
    const verneed = builder.here;
    builder.u16(1, 0xffff);
    builder.u32(library, 16, 0);
    builder.u32(0);
    builder.u16(0, 2);
    builder.u32(version, 16);
    builder.u32(0);
    builder.u16(2, 3);
    builder.u32(weak, 0);
    builder.dynamic(DT.VERNEED, verneed);
    builder.dynamic(DT.VERNEEDNUM, 0x7fffffff);
    expect(ElfFile.read(builder.build()).versionNeeds).toEqual([
      { library: 'libx.so.1', version: 'V_1', weak: false },
      { library: 'libx.so.1', version: 'V_2', weak: true },
    ]);
  });

  it('a RELR bitmap yields no more addresses than the file has words', () => {
    const builder = new ElfBuilder(64, 'little');
    builder.dynamic(DT.RELR, builder.bytes(Array.from({ length: 80_000 }, () => 0xff)));
    builder.dynamic(DT.RELRSZ, 80_000);
    const addresses = [...(ElfFile.read(builder.build()).relocations?.relr() ?? [])];
    expect(addresses.length).toBeLessThan(11_000);
  });

  it('names that share one long string do not add up to more than the file', () => {
    const builder = new ElfBuilder(64, 'little');
    const { address, size } = builder.strings('x'.repeat(100_000));
    builder.dynamic(DT.STRTAB, address);
    builder.dynamic(DT.STRSZ, size);
    for (let count = 0; count < 1000; count++) builder.dynamic(DT.NEEDED, 1);
    const { dynamic } = ElfFile.read(builder.build());
    expect(() => dynamic?.needed).toThrow('more text than the file could hold');
  });

  it('a string table whose symbol names point outside it gives empty names', () => {
    const builder = new ElfBuilder(64, 'little');
    builder.align(8);
    const symtab = builder.symbol({ name: 0, address: 0, section: 0 });
    builder.symbol({ name: 0xffffff00, address: 0x100 });
    builder.dynamic(DT.SYMTAB, symtab);
    builder.dynamic(DT.STRTAB, builder.bytes([0]));
    builder.dynamic(DT.STRSZ, 1);
    expect(ElfFile.read(builder.build()).dynamicSymbols.at(1).name).toBe('');
  });
});

describe('hash functions', () => {
  // Of the texts that define them: Drepper, "How To Write Shared Libraries"; gABI, chapter 5.
  it('are the published ones', () => {
    expect(gnuHash(encode('printf'))).toBe(0x156b2bb8);
    expect(gnuHash(encode(''))).toBe(5381);
    expect(sysvHash(encode('printf'))).toBe(0x077905a6);
    expect(sysvHash(encode('syscall'))).toBe(0x0b09985c);
  });
});
