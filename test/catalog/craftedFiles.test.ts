import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ocxProcess } from '../commands/run.js';
import { directoryWith } from './directory.js';

const HEADERS = 64 + 2 * 56;
const MANIFEST = {
  language: 'go',
  toolchain_version: 'go1.26.8',
  build_profile: 'release',
  dependency_hashes: {},
  build_flags: [],
  target: 'x86_64-unknown-linux-gnu',
  build_time: '2025-07-03T12:34:56Z',
};

/**
 * A little-endian 64-bit shared object of one segment, with these sections and this dynamic section (pairs of tag and value): what a
 * stranger would write by hand to keep ocx busy. `said` is the size that the segment states; the bytes behind the file are the caller's to add.
 */
function sharedObject(
  sections: Readonly<Record<string, Buffer>>,
  tags: readonly (readonly [tag: number, value: number])[] = [],
  said?: number,
): Buffer {
  const parts: Buffer[] = [Buffer.alloc(HEADERS)];
  let size = HEADERS;
  const put = (bytes: Buffer): number => {
    const padding = Buffer.alloc((16 - (size % 16)) % 16);
    const at = size + padding.length;
    parts.push(padding, bytes);
    size = at + bytes.length;
    return at;
  };
  const names = Buffer.from(`\0${[...Object.keys(sections), '.names'].join('\0')}\0`);
  const places = Object.entries({ ...sections, '.names': names }).map(([name, bytes]) => ({
    name,
    at: put(bytes),
    size: bytes.length,
  }));
  const entries = Buffer.alloc(16 * (tags.length + 1));
  for (const [index, [tag, value]] of tags.entries()) {
    entries.writeBigUInt64LE(BigInt(tag), 16 * index);
    entries.writeBigUInt64LE(BigInt(value), 16 * index + 8);
  }
  const dynamic = put(entries);
  const table = Buffer.alloc(64 * (places.length + 1));
  for (const [index, place] of places.entries()) {
    const at = 64 * (index + 1);
    table.writeUInt32LE(names.indexOf(`\0${place.name}\0`) + 1, at);
    table.writeUInt32LE(1, at + 4); // SHT_PROGBITS
    table.writeBigUInt64LE(2n, at + 8); // SHF_ALLOC
    table.writeBigUInt64LE(BigInt(place.at), at + 24);
    table.writeBigUInt64LE(BigInt(place.size), at + 32);
  }
  const shoff = put(table);
  const file = Buffer.concat(parts);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  for (const [at, value] of [
    [16, 3],
    [18, 62],
    [52, 64],
    [54, 56],
    [56, 2],
    [58, 64],
    [60, places.length + 1],
    [62, places.length],
  ] as const)
    file.writeUInt16LE(value, at);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(64n, 32);
  file.writeBigUInt64LE(BigInt(shoff), 40);
  const segment = (at: number, type: number, offset: number, length: number) => {
    file.writeUInt32LE(type, at);
    file.writeUInt32LE(7, at + 4);
    for (const [field, value] of [
      [8, offset],
      [16, offset],
      [32, length],
      [40, length],
      [48, 4096],
    ] as const)
      file.writeBigUInt64LE(BigInt(value), at + field);
  };
  segment(64, 1, 0, said ?? file.length);
  segment(64 + 56, 2, dynamic, entries.length);
  return file;
}

const manifest = (text: string) => sharedObject({ '.otelcol.manifest': Buffer.from(text) });
const changed = (fields: Readonly<Record<string, unknown>>) => manifest(JSON.stringify({ ...MANIFEST, ...fields }));
const nested = '['.repeat(200_000) + ']'.repeat(200_000);

/** Go build info as debug/buildinfo reads it: the strings inline, each behind its length. */
function buildInfo(modules: string): Buffer {
  const varint = (n: number): number[] => (n < 0x80 ? [n] : [(n & 0x7f) | 0x80, ...varint(n >>> 7)]);
  const strings = ['go1.26.8', `${'0'.repeat(16)}${modules}\n${'f'.repeat(16)}`];
  return Buffer.concat([
    Buffer.from('\xff Go buildinf:\x08\x02', 'latin1'),
    Buffer.alloc(16),
    ...strings.flatMap((text) => [Buffer.from(varint(text.length)), Buffer.from(text)]),
  ]);
}

// Each of these once took minutes, or ended ocx with a stack overflow, and hid what lay beside it.
describe('files that are made to keep a reader busy', () => {
  const crates = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`prost@${index}`, `sha${index}`]));
  const files: Readonly<Record<string, readonly [file: Buffer, finding: string]>> = {
    'digits.so': [changed({ toolchain_version: '1'.repeat(2_000_000) }), 'OCX0801'],
    'digits-rust.so': [changed({ language: 'rust', toolchain_version: '1'.repeat(2_000_000) }), 'OCX0801'],
    'copies.so': [changed({ language: 'rust', dependency_hashes: crates }), 'OCX0703'],
    'zeros.so': [manifest(`${'\0'.repeat(4_000_000)}x`), 'OCX0603'],
    'deep-field.so': [manifest(JSON.stringify(MANIFEST).replace('"release"', nested)), 'OCX0603'],
    'deep-extra.so': [manifest(JSON.stringify(MANIFEST).replace('{', `{"more":${nested},`)), 'OCX0603'],
    'lines.so': [sharedObject({ '.go.buildinfo': buildInfo('dep\tx\n'.repeat(1_000_000)) }), 'OCX0103'],
    'bomb.so': [sharedObject({ '.dep-v0': deflateSync(Buffer.alloc(64_000_000, '[')) }), 'OCX0103'],
  };

  it('are judged, and the healthy plugin beside them too', () => {
    const directory = directoryWith({ 'healthy.so': 'plugins/go-match.so' });
    for (const [name, [file]] of Object.entries(files)) writeFileSync(join(directory, name), file);
    const { stdout, status } = ocxProcess(
      ['plugins', 'check-all', directory, '--collector', 'fixtures/otelcol', '--no-load', '-o', 'json'],
      { timeout: 50_000 },
    );
    expect(status).toBe(1);
    const { plugins }: { plugins: { path: string; verdict: string; findings: { code: string }[] }[] } = JSON.parse(stdout);
    for (const { path, verdict, findings } of plugins) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (name === 'healthy.so') expect(verdict).toBe('loads');
      else expect([name, findings.map(({ code }) => code)]).toEqual([name, expect.arrayContaining([files[name]?.[1]])]);
    }
    expect(plugins).toHaveLength(Object.keys(files).length + 1);
  });

  it('are not read whole when a header says so: a file of holes costs its owner nothing', () => {
    const size = 6 * 2 ** 30;
    const directory = directoryWith({});
    const table = [
      [5, 0x2000], // DT_STRTAB
      [10, 100], // DT_STRSZ
      [6, 0x3000], // DT_SYMTAB, and no hash table that ends it
      [11, 24], // DT_SYMENT
    ] as const;
    const relocations = [
      [4, 0x2800], // DT_HASH of nothing
      [7, 0x100000], // DT_RELA
      [8, 5 * 2 ** 30], // DT_RELASZ
      [9, 24], // DT_RELAENT
    ] as const;
    for (const [name, tags] of Object.entries({ 'symbols.so': table, 'relocations.so': [...table, ...relocations] })) {
      writeFileSync(join(directory, name), sharedObject({}, tags, size));
      truncateSync(join(directory, name), size);
    }
    const all = ocxProcess(['plugins', 'check-all', directory, '--collector', 'fixtures/otelcol', '--no-load', '-o', 'json']);
    const said = JSON.parse(all.stdout).plugins.map(({ findings }: { findings: { message: string }[] }) =>
      findings.map(({ message }) => message),
    );
    expect(said).toEqual([
      expect.arrayContaining([
        'relocation at 0x100000 needs 5,368,709,112 bytes, more than the 268,435,456 that are read at once',
      ]),
      expect.arrayContaining(['DT_SYMTAB at 0x3000 needs 6,442,438,656 bytes, more than the 268,435,456 that are read at once']),
    ]);
    const one = ocxProcess(['plugins', 'inspect', join(directory, 'symbols.so'), '--symbols']);
    expect([one.status, one.stderr]).toEqual([0, '']);
  });
});
