import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readGoBuildInfo } from '../../source/binary/go/buildInfo.js';
import { MachoFile } from '../../source/binary/macho/machoFile.js';
import { FileSource, MemorySource } from '../../source/binary/reader/byteSource.js';
import { orNull } from '../../source/binary/reader/errors.js';

/** A Go program for darwin/arm64 (recipe: fixtures/README.md). */
const file = new FileSource('fixtures/plugins/go-darwin.so');
const darwin = Buffer.from(file.read(0, file.size, 'fixture'));
const memory = (bytes: Uint8Array): MemorySource => new MemorySource('macho', bytes);
const u32 = (big: boolean, ...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) {
    if (big) bytes.writeUInt32BE(value, 4 * index);
    else bytes.writeUInt32LE(value, 4 * index);
  }
  return bytes;
};

/** A universal file that holds `slices` one after the other. */
function universal(...slices: readonly Uint8Array[]): Buffer {
  const start = 4096;
  let at = start;
  const table = slices.map((slice) => {
    const entry = u32(true, 0, 0, at, slice.length, 12);
    at += slice.length;
    return entry;
  });
  const header = Buffer.concat([u32(true, 0xcafebabe, slices.length), ...table]);
  return Buffer.concat([header, Buffer.alloc(start - header.length), ...slices]);
}

/** A header with one 32-bit writable segment of the bytes after it. */
function thin32(big: boolean, cputype: number, filetype: number): Buffer {
  const name = Buffer.alloc(16, 0);
  name.write('__DATA');
  const segment = Buffer.concat([u32(big, 1, 56), name, u32(big, 0x1000, 64, 84, 64, 3, 3, 0, 0)]);
  const header = u32(big, 0xfeedface, cputype, 3, filetype, 1, segment.length, 0);
  return Buffer.concat([header, segment, Buffer.alloc(64)]);
}

describe('Mach-O', () => {
  test('says what a Go program for macOS is', () => {
    const { machine, kind, bits, endian, goPlatform } = MachoFile.read(file);
    expect({ machine, kind, bits, endian, goPlatform }).toEqual({
      machine: 'aarch64',
      kind: 'executable',
      bits: 64,
      endian: 'little',
      goPlatform: 'darwin/arm64',
    });
  });

  test('finds build info in the data segment too, when no section is named after it', () => {
    const bytes = Buffer.from(darwin);
    bytes.write('__go_buildinfX', bytes.indexOf('__go_buildinfo'));
    expect(readGoBuildInfo(MachoFile.read(memory(bytes)), () => {})).toMatchObject({ goVersion: 'go1.26.8' });
  });

  test('of a universal file names every architecture and reads the first', () => {
    const macho = MachoFile.read(memory(universal(darwin, thin32(false, 7, 2))));
    expect(macho.machine).toBe('aarch64, i386');
    expect(macho.bits).toBe(64);
    expect(readGoBuildInfo(macho, () => {})).toMatchObject({
      goVersion: 'go1.26.8',
      path: 'example.com/otelcol-fixture/program',
    });
  });

  test.each([
    [false, 7, 6, 'i386', 'dynamic library', 'darwin/386'],
    [true, 18, 8, 'ppc', 'bundle', null],
    [true, 99, 77, 'machine 99', 'type 77', null],
  ] as const)('reads 32-bit files of either byte order (%s)', (big, cputype, filetype, machine, kind, goPlatform) => {
    const macho = MachoFile.read(memory(thin32(big, cputype, filetype)));
    expect(macho).toMatchObject({ bits: 32, endian: big ? 'big' : 'little', machine, kind, goPlatform });
    expect(macho.offsetOf(0x1010)).toBe(84 + 16);
    expect(macho.offsetOf(0x1040)).toBeNull();
    expect(macho.buildInfoPlaces).toEqual([{ offset: 84, size: 64 }]);
  });

  test('is not what a Java class file is, though both begin alike', () => {
    expect(MachoFile.isMacho(memory(u32(true, 0xcafebabe, 61)))).toBe(false);
    expect(MachoFile.isMacho(memory(Buffer.from('text')))).toBe(false);
    expect(MachoFile.isMacho(memory(Buffer.alloc(0)))).toBe(false);
  });

  test('malformed is a FormatError, and names the field', () => {
    expect(() => MachoFile.read(memory(darwin.subarray(0, 200)))).toThrow(/load commands at offset 0x20/);
    expect(() => MachoFile.read(memory(darwin.subarray(0, 20)))).toThrow(/mach_header/);
    expect(() => MachoFile.read(memory(universal()))).toThrow(/nfat_arch/);
    expect(() => MachoFile.read(memory(universal(darwin).subarray(0, 5000)))).toThrow(/fat_arch/);
    const endless = thin32(false, 7, 2);
    endless.writeUInt32LE(0, 28 + 4);
    expect(() => MachoFile.read(memory(endless))).toThrow(/cmdsize at offset 0x20 is 0/);
    const sections = thin32(false, 7, 2);
    sections.writeUInt32LE(0xffffffff, 28 + 48);
    expect(() => MachoFile.read(memory(sections))).toThrow(/nsects/);
  });

  test('with any bytes of its headers changed throws nothing but a FormatError', () => {
    const change = fc.tuple(fc.integer({ min: 0, max: 2400 }), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), fc.boolean(), (changes, fat) => {
        const bytes = fat ? universal(darwin) : Buffer.from(darwin);
        for (const [at, value] of changes) bytes[at] = value;
        orNull(() => readGoBuildInfo(MachoFile.read(memory(bytes)), () => {}));
      }),
      { numRuns: 300 },
    );
  });
});
