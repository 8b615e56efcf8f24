import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DT } from '../../source/binary/elf/constants.js';
import { ElfFile } from '../../source/binary/elf/elfFile.js';
import { MemorySource } from '../../source/binary/reader/byteSource.js';
import { wholeTableFindings } from '../../source/catalog/wholeTables.js';
import { gatherEvidence } from '../../source/evidence/gather.js';
import { ocx } from '../commands/run.js';

const PLUGINS = [
  'go-match',
  'go-no-section-headers',
  'go-not-stripped',
  'go-arm64',
  'go-c-shared',
  'rust-match',
  'rust-not-stripped',
  'c-many-symbols',
];
const bytesOf = (name: string) => readFileSync(`fixtures/plugins/${name}.so`);
const found = (bytes: Uint8Array) => {
  const source = new MemorySource('plugin', bytes);
  return wholeTableFindings(source, gatherEvidence(source, { sidecar: null })).map(({ code, subject }) => `${code} ${subject}`);
};

/** File offset of a table of the dynamic section. */
function table(bytes: Uint8Array, tag: number): number {
  const elf = ElfFile.read(new MemorySource('plugin', bytes));
  return elf.offsetOf(elf.dynamic?.get(tag) ?? 0) ?? 0;
}

describe('a look at every entry of the tables of the dynamic linker', () => {
  it.each(PLUGINS)('finds nothing in %s, which a linker wrote', (name) => {
    expect(found(bytesOf(name))).toEqual([]);
  });

  // Each was taken for a plugin that loads, and refused by the real loader (test/toolchain/mutated.test.ts).
  it.each<[string, string, (bytes: Buffer) => void]>([
    ['a relocation of no known type', 'OCX0103 DT_RELA', (bytes) => bytes.writeUInt32LE(0x40007, table(bytes, DT.RELA) + 8)],
    ['a version with the hash of another', 'OCX0103 vna_hash', (bytes) => bytes.writeUInt32LE(1, table(bytes, DT.VERNEED) + 16)],
    ['a version record of a later format', 'OCX0103 vn_version', (bytes) => bytes.writeUInt16LE(257, table(bytes, DT.VERNEED))],
    ['a segment larger than memory', 'OCX0103 p_memsz', (bytes) => bytes.writeUInt32LE(0x7fffffff, 64 + 44)],
    [
      'a symbol under another name than its hash',
      'OCX0103 DT_GNU_HASH',
      (bytes) => {
        const elf = ElfFile.read(new MemorySource('plugin', bytes));
        const name = table(bytes, DT.STRTAB) + bytes.readUInt32LE(table(bytes, DT.SYMTAB) + 24 * elf.unhashedCount());
        bytes[name] = (bytes[name] ?? 0) ^ 1;
      },
    ],
    [
      'a file without a hash table',
      'OCX0103 DT_GNU_HASH',
      (bytes) => {
        bytes[bytes.indexOf(Buffer.from('f5feff6f00000000', 'hex'))] = 0xf1;
      },
    ],
    [
      'a symbol wanted from libc under a name it has not',
      'OCX0203',
      (bytes) => {
        const at = bytes.indexOf('pthread_create\0');
        bytes.write('pthread_kreate', at, 'latin1');
      },
    ],
  ])('finds %s', (_what, finding, damage) => {
    const bytes = bytesOf('go-match');
    damage(bytes);
    expect(found(bytes).join('\n')).toContain(finding);
  });

  it('is taken at a file that is named, not in lists', async () => {
    const { stdout } = await ocx(['plugins', 'validate', 'fixtures/plugins/go-match.so', '--collector', 'fixtures/otelcol']);
    expect(stdout).toContain('+ loads');
  });
});
