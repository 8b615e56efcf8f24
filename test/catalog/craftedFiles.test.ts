import { writeFileSync } from 'node:fs';
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

/** A little-endian 64-bit shared object of one segment, with these sections: what a stranger would write by hand to keep ocx busy. */
function sharedObject(sections: Readonly<Record<string, Buffer>>): Buffer {
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
  const dynamic = put(Buffer.alloc(16));
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
  segment(64, 1, 0, file.length);
  segment(64 + 56, 2, dynamic, 16);
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
});
