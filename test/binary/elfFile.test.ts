import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ElfFile } from '../../source/binary/elf/elfFile.js';
import { MemorySource } from '../../source/binary/reader/byteSource.js';
import { FormatError } from '../../source/binary/reader/errors.js';
import { fixture, withElf } from './fixtures.js';

describe('an ELF file made by a compiler', () => {
  it('says what readelf -h says', () => {
    withElf('plugins/go-match.so', ({ header }) => {
      expect(header).toMatchObject({
        bits: 64,
        endian: 'little',
        identVersion: 1,
        osabi: 0,
        abiVersion: 0,
        type: 3,
        machine: 62,
        version: 1,
        phentsize: 56,
      });
    });
    withElf('plugins/go-arm64.so', ({ header }) => expect(header.machine).toBe(183));
  });

  it('lists sections with the alignment and entry size that elfy reads at the wrong place', () => {
    withElf('plugins/go-match.so', (elf) => {
      expect(elf.section('.dynsym')).toMatchObject({ typeName: 'dynsym', align: 8, entrySize: 24, flags: 2 });
      expect(elf.section('.gnu.hash')).toMatchObject({ type: 0x6ffffff6, align: 8 });
      // elfy has the names of Solaris, hios and sunw_verneed, for the same numbers.
      expect(elf.section('.gnu.version')).toMatchObject({ typeName: 'gnu_versym' });
      expect(elf.section('.gnu.version_r')).toMatchObject({ typeName: 'gnu_verneed' });
      expect(elf.section('.text')).toMatchObject({ typeName: 'progbits', flags: 6 });
      expect(elf.section('.nothing')).toBeNull();
    });
  });

  it('needs no section headers for what a loader asks', () => {
    const asked = (elf: ElfFile) => ({
      needed: elf.dynamic?.needed,
      versions: elf.versionNeeds,
      symbols: elf.dynamicSymbols.count,
      symbol: elf.rawDynamicSymbol('runtime.firstmoduledata')?.size,
      notes: elf.notes().map(({ owner, type, size }) => `${owner} ${type} ${size}`),
      relocations: elf.relocations?.rela?.count,
    });
    const whole = withElf('plugins/go-match.so', asked);
    expect(whole.needed).toEqual(['libc.so.6']);
    expect(whole.symbol).toBe(592);
    expect(withElf('plugins/go-no-section-headers.so', asked)).toEqual(whole);
    expect(withElf('plugins/go-cut-after-segments.so', asked)).toEqual(whole);
  });

  it('does not blame a file for section headers no loader looks at', () => {
    withElf('plugins/go-cut-after-segments.so', (elf) => {
      expect(elf.sections).toEqual([]);
      expect(elf.problems).toEqual([]);
      expect(elf.sectionProblems.map(({ field }) => field)).toEqual(['section header 0']);
    });
  });

  // nm -D --without-symbol-versions FILE > test/binary/elf-nm/NAME.txt, binutils 2.40
  it.each(['c-library.so', 'rust-match.so'])('lists the dynamic symbols of %s as nm -D does', (name) => {
    const nm = readFileSync(new URL(`elf-nm/${name}.txt`, import.meta.url), 'utf8')
      .split('\n')
      .filter(Boolean);
    withElf(`plugins/${name}`, ({ dynamicSymbols }) => {
      const ours = Array.from({ length: dynamicSymbols.count - 1 }, (_, index) => dynamicSymbols.at(index + 1)).map(
        ({ undefined: isUndefined, address, kind, name: symbol }) =>
          `${isUndefined ? ' '.repeat(16) : address.toString(16).padStart(16, '0')} ${kind} ${symbol}`,
      );
      expect(ours.sort()).toEqual(nm.sort());
    });
  });

  it('finds every defined dynamic symbol by name', () => {
    withElf('plugins/rust-match.so', (elf) => {
      const table = elf.dynamicSymbols;
      for (let index = 1; index < table.count; index++) {
        const { name, undefined: isUndefined, address } = table.at(index);
        expect(elf.dynamicSymbol(name)?.address ?? null).toBe(isUndefined ? null : address);
      }
    });
  });

  it('looks up a symbol without reading the table', () => {
    withElf('otelcol', (elf, source) => {
      const before = source.bytesRead;
      expect(elf.rawDynamicSymbol('go:link.pkghashbytes.runtime')?.size).toBe(8);
      expect(source.bytesRead - before).toBeLessThan(40_000);
      expect(elf.dynamicSymbols.count).toBeGreaterThan(5_000);
      expect(source.bytesRead - before).toBeLessThan(40_000 + 3 * 4096 + 4 * 8_192 * 4);
    });
  });

  it('reads a symbol table in two reads, when first looked at', () => {
    withElf('plugins/rust-not-stripped.so', ({ symbols }, source) => {
      const before = source.bytesRead;
      expect(symbols?.count).toBeGreaterThan(500);
      expect(source.bytesRead).toBe(before);
      for (let index = 0; index < (symbols?.count ?? 0); index++) symbols?.name(index);
      const once = source.bytesRead;
      for (let index = 0; index < (symbols?.count ?? 0); index++) symbols?.at(index);
      expect(source.bytesRead - once).toBeLessThan(8192);
    });
  });
});

describe('a damaged ELF file', () => {
  const good = Uint8Array.from(readFileSync(fixture('plugins/c-library.so')));
  const changed = (offset: number, ...bytes: number[]): MemorySource => {
    const copy = good.slice();
    copy.set(bytes, offset);
    return new MemorySource('changed.so', copy);
  };

  it.each([
    ['no magic', changed(0, 0), 'e_ident[EI_MAG0]'],
    ['an unknown class', changed(4, 3), 'e_ident[EI_CLASS]'],
    ['an unknown byte order', changed(5, 0), 'e_ident[EI_DATA]'],
    ['half a header', new MemorySource('cut.so', good.subarray(0, 40)), 'ELF header'],
  ])('with %s is a FormatError that names the field', (_, source, field) => {
    expect(() => ElfFile.read(source)).toThrow(FormatError);
    expect(() => ElfFile.read(source)).toThrow(field);
  });

  it('whose program headers are outside it has none, and says so', () => {
    const elf = ElfFile.read(changed(32, 0, 0, 0, 0, 1));
    expect(elf.segments).toEqual([]);
    expect(elf.dynamic).toBeNull();
    expect(elf.problems.map(({ field }) => field)).toEqual(['program headers']);
  });

  it.each([
    ['e_shnum is more than the file holds', changed(60, 0xff, 0xff), 'section headers'],
    ['e_shentsize is 1', changed(58, 1), 'e_shentsize'],
    ['e_shstrndx is no section', changed(62, 0xf0), 'e_shstrndx'],
    ['e_shoff is outside the file', changed(40, 0, 0, 0, 0, 0, 0x10), 'section header 0'],
  ])('has no sections when %s, and elfy never sees it', (_, source, field) => {
    const elf = ElfFile.read(source);
    expect(elf.sections).toEqual([]);
    expect(elf.sectionProblems.map((problem) => problem.field)).toEqual([field]);
    expect(elf.dynamic?.soname).toBe('c-library.so');
  });
});
