import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { closures, parseGoList } from '../../source/builder/closure.js';
import { folderHash } from '../../source/builder/folderHash.js';
import { buildTime, type GoEnvironment, goManifest, manifestText } from '../../source/builder/goManifest.js';
import { inputKey } from '../../source/builder/inputs.js';
import { noteAssembler } from '../../source/builder/noteAssembler.js';
import { sharedFlags } from '../../source/builder/plan.js';
import { readManifest } from '../../source/manifest/readManifest.js';

const room = mkdtempSync(join(tmpdir(), 'ocx-manifest-'));
afterAll(() => rmSync(room, { recursive: true, force: true }));

const GO: GoEnvironment = {
  GOVERSION: 'go1.26.8',
  GOOS: 'linux',
  GOARCH: 'amd64',
  GOAMD64: 'v3',
  GOFLAGS: '-mod=mod -asan -buildvcs=false',
  GOEXPERIMENT: '',
  CC: 'gcc',
  CGO_CFLAGS: '-O2 -g',
  CGO_LDFLAGS: '-O2 -g',
};
const CLOSURE = [
  { path: 'example.com/local', version: 'v0.0.0', hash: 'dir:sha256-00', replaced: null },
  { path: 'go.uber.org/zap', version: 'v1.27.0', hash: 'h1:abc=', replaced: null },
];
const PLUGIN = goManifest({
  name: 'redact',
  version: '1.0.0',
  kind: 'plugin',
  flags: ['-buildmode=plugin', '-trimpath', '-buildvcs=false'],
  closure: CLOSURE,
  go: GO,
  buildTime: '2026-01-02T03:04:05Z',
});

describe('the manifest', () => {
  it('is valid, with what the build used', () => {
    const { manifest, faults } = readManifest(manifestText(PLUGIN));
    expect(faults).toEqual([]);
    expect(manifest).toEqual({
      language: 'go',
      toolchain_version: 'go1.26.8',
      build_profile: 'release',
      dependency_hashes: { 'example.com/local': 'dir:sha256-00', 'go.uber.org/zap': 'h1:abc=' },
      build_flags: ['-buildmode=plugin', '-trimpath', '-asan'],
      target: 'x86_64-unknown-linux-gnu',
      build_time: '2026-01-02T03:04:05Z',
      schema_version: 1,
      name: 'redact',
      version: '1.0.0',
      goamd64: 'v3',
      entry_symbol: 'CollectorPluginInit',
      dependency_versions: { 'go.uber.org/zap': 'v1.27.0' },
    });
  });

  it('takes its time from SOURCE_DATE_EPOCH, else from the clock', () => {
    expect(buildTime({ SOURCE_DATE_EPOCH: '1700000000' }, 0)).toBe('2023-11-14T22:13:20Z');
    expect(buildTime({}, 1_700_000_000_999)).toBe('2023-11-14T22:13:20Z');
    expect(buildTime({ SOURCE_DATE_EPOCH: 'yesterday' }, 0)).toBeNull();
    expect(buildTime({ SOURCE_DATE_EPOCH: '-1' }, 0)).toBeNull();
  });
});

describe('the assembler source of a note', () => {
  it('has the bytes of the text, its length, and the owner, so that it assembles to the note of docs/manifest.md', () => {
    const text = '{"name": "ünï"}\n'.repeat(5);
    const source = noteAssembler([{ type: 1, text }]);
    const bytes = [...source.matchAll(/^\t\.byte (.*)$/gm)].flatMap(([, list = '']) => list.split(',').map(Number));
    expect(Buffer.from(bytes).toString('utf8')).toBe(text);
    expect(source).toContain(`\t.long 8, ${Buffer.byteLength(text)}, 1\n\t.asciz "OTelCol"\n`);
    expect(source).toContain('.section .note.otelcol,"a",@note');
    expect(source).toContain('.note.GNU-stack');
  });

  it('holds several notes, in their order', () => {
    const source = noteAssembler([
      { type: 1, text: 'a' },
      { type: 2, text: 'b' },
    ]);
    expect([...source.matchAll(/\.long 8, 1, (\d)/g)].map(([, type]) => type)).toEqual(['1', '2']);
  });
});

describe('the dependency closure', () => {
  const LISTED = `{
	"ImportPath": "fmt"
}
{
	"ImportPath": "go.uber.org/zap",
	"Module": {"Path": "go.uber.org/zap", "Version": "v1.27.0"}
}
{
	"ImportPath": "example.com/old",
	"Module": {"Path": "example.com/old", "Version": "v1.0.0", "Replace": {"Path": "example.com/new", "Version": "v2.0.0"}}
}
{
	"ImportPath": "example.com/host",
	"Module": {"Path": "example.com/host", "Main": true},
	"Deps": ["fmt", "go.uber.org/zap"]
}
{
	"ImportPath": "example.com/host/plugins/p",
	"Module": {"Path": "example.com/host", "Main": true},
	"Deps": ["fmt", "go.uber.org/zap", "example.com/old"]
}
`;
  const sums = new Map([
    ['go.uber.org/zap v1.27.0', 'h1:zap='],
    ['example.com/new v2.0.0', 'h1:new='],
  ]);

  it('is of each main package by itself, without the standard library and the module that is built', () => {
    const closureOf = closures(parseGoList(LISTED), sums, []);
    expect(closureOf('example.com/host').map(({ path }) => path)).toEqual(['go.uber.org/zap']);
    expect(closureOf('example.com/host/plugins/p')).toEqual([
      {
        path: 'example.com/old',
        version: 'v2.0.0',
        hash: 'h1:new=',
        // What go.mod asks for, and what is compiled in its place.
        replaced: { module: 'example.com/old', version: 'v1.0.0', by: { module: 'example.com/new', version: 'v2.0.0' } },
      },
      { path: 'go.uber.org/zap', version: 'v1.27.0', hash: 'h1:zap=', replaced: null },
    ]);
  });

  it('of a folder is the hash of what Go would zip of it, whatever the output holds', () => {
    const folder = join(room, 'module');
    mkdirSync(join(folder, 'sub/.git'), { recursive: true });
    mkdirSync(join(folder, 'nested'));
    mkdirSync(join(folder, 'vendor'));
    mkdirSync(join(folder, 'dist'));
    const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
    write('go.mod', 'module example.com/module\n');
    write('sub/x.go', 'package sub\n');
    const hash = folderHash(folder, [join(folder, 'dist')]);
    write('sub/.git/HEAD', 'x');
    write('nested/go.mod', 'module example.com/nested\n');
    write('vendor/modules.txt', 'x');
    write('dist/plugin.so', 'x');
    expect(folderHash(folder, [join(folder, 'dist')])).toBe(hash);
    write('sub/x.go', 'package sub // changed\n');
    expect(folderHash(folder, [join(folder, 'dist')])).not.toBe(hash);
  });
});

describe('whether an artifact is built again', () => {
  const key = inputKey(PLUGIN, ['package main'], { CC: 'gcc 12' });

  it('does not depend on the time', () => {
    expect(inputKey({ ...PLUGIN, build_time: '2030-01-01T00:00:00Z' }, ['package main'], { CC: 'gcc 12' })).toBe(key);
  });

  it.each([
    ['a module', { ...PLUGIN, dependency_hashes: { ...PLUGIN.dependency_hashes, 'go.uber.org/zap': 'h1:other=' } }],
    ['the toolchain', { ...PLUGIN, toolchain_version: 'go1.26.9' }],
    ['a flag', { ...PLUGIN, build_flags: ['-buildmode=plugin'] }],
    ['GOAMD64', { ...PLUGIN, goamd64: 'v1' }],
  ])('depends on %s', (_what, manifest) => {
    expect(inputKey(manifest, ['package main'], { CC: 'gcc 12' })).not.toBe(key);
  });

  it('depends on what is generated, and on the C compiler', () => {
    expect(inputKey(PLUGIN, ['package main // other'], { CC: 'gcc 12' })).not.toBe(key);
    expect(inputKey(PLUGIN, ['package main'], { CC: 'gcc 13' })).not.toBe(key);
  });
});

describe('flags', () => {
  it('are the same for host and plugins, and stamp nothing of a repository', () => {
    expect(sharedFlags({ tags: ['netgo', 'x'], debug: false })).toEqual([
      '-trimpath',
      '-buildvcs=false',
      '-tags=netgo,x',
      '-ldflags=-s -w',
    ]);
    expect(sharedFlags({ tags: [], debug: true })).toEqual(['-trimpath', '-buildvcs=false', '-gcflags=all=-N -l']);
  });
});
