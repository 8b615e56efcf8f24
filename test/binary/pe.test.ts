import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readGoBuildInfo } from '../../source/binary/go/buildInfo.js';
import { PeFile } from '../../source/binary/pe/peFile.js';
import { FileSource, MemorySource } from '../../source/binary/reader/byteSource.js';
import { orNull } from '../../source/binary/reader/errors.js';

/** A Go program for windows/amd64 (recipe: fixtures/README.md). */
const file = new FileSource('fixtures/plugins/go-windows.so');
const windows = Buffer.from(file.read(0, file.size, 'fixture'));
const memory = (bytes: Uint8Array): MemorySource => new MemorySource('pe', bytes);
const signature = windows.readUInt32LE(60);

function changed(change: (bytes: Buffer) => void): MemorySource {
  const bytes = Buffer.from(windows);
  change(bytes);
  return memory(bytes);
}

describe('PE', () => {
  test('says what a Go program for Windows is', () => {
    expect(PeFile.read(file)).toMatchObject({
      machine: 'x86-64',
      kind: 'executable',
      bits: 64,
      endian: 'little',
      goPlatform: 'windows/amd64',
    });
  });

  test('tells a DLL, another machine, and a firmware program', () => {
    expect(PeFile.read(changed((bytes) => bytes.writeUInt16LE(0x2022, signature + 22))).kind).toBe('dynamic library');
    expect(PeFile.read(changed((bytes) => bytes.writeUInt16LE(0x200, signature + 4))).machine).toBe('machine 512');
    expect(PeFile.read(changed((bytes) => bytes.writeUInt16LE(10, signature + 24 + 68))).goPlatform).toBeNull();
  });

  test('reads 32-bit files, whose image base lies elsewhere', () => {
    const pe = PeFile.read(
      changed((bytes) => {
        bytes.writeUInt16LE(332, signature + 4);
        bytes.writeUInt16LE(0x10b, signature + 24);
        bytes.writeUInt32LE(0x400000, signature + 24 + 28);
      }),
    );
    expect(pe).toMatchObject({ bits: 32, machine: 'i386', goPlatform: 'windows/386' });
    const place = pe.buildInfoPlaces[0];
    expect(pe.offsetOf(0x400000)).toBeNull();
    expect(place && pe.offsetOf(0x400000 + windows.readUInt32LE(addressOfSection(place.offset)))).toBe(place?.offset);
  });

  test('is not what a DOS program or a text that begins with MZ is', () => {
    expect(PeFile.isPe(changed((bytes) => bytes.writeUInt32LE(0xffffff00, 60)))).toBe(false);
    expect(PeFile.isPe(changed((bytes) => bytes.write('NE', signature)))).toBe(false);
    expect(PeFile.isPe(memory(Buffer.from(`MZ${'x'.repeat(100)}`)))).toBe(false);
    expect(PeFile.isPe(memory(Buffer.alloc(0)))).toBe(false);
  });

  test('malformed is a FormatError, and names the field', () => {
    expect(() => PeFile.read(memory(windows.subarray(0, signature + 8)))).toThrow(/COFF header/);
    expect(() => PeFile.read(memory(windows.subarray(0, signature + 40)))).toThrow(/optional header/);
    expect(() => PeFile.read(memory(windows.subarray(0, signature + 300)))).toThrow(/section table/);
    expect(() => PeFile.read(changed((bytes) => bytes.writeUInt16LE(0, signature + 20)))).toThrow(/SizeOfOptionalHeader/);
    expect(() => PeFile.read(changed((bytes) => bytes.writeUInt16LE(0x107, signature + 24)))).toThrow(/Magic .* is 0x107/);
  });

  test('with any bytes of its headers changed throws nothing but a FormatError', () => {
    const change = fc.tuple(fc.integer({ min: 0, max: 1024 }), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const source = changed((bytes) => {
          for (const [at, value] of changes) bytes[at] = value;
        });
        orNull(() => readGoBuildInfo(PeFile.read(source), () => {}));
      }),
      { numRuns: 300 },
    );
  });

  /** Where the section header with that PointerToRawData keeps its VirtualAddress. */
  function addressOfSection(offset: number): number {
    const table = signature + 24 + windows.readUInt16LE(signature + 20);
    for (let at = table; ; at += 40) if (windows.readUInt32LE(at + 20) === offset) return at + 12;
  }
});
