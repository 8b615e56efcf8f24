import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FileSource } from '../../source/binary/reader/byteSource.js';
import {
  commandOf,
  environmentFor,
  flagsOf,
  refuseDifferences,
  refuseToolchain,
  refuseUnmatchable,
  tagsOf,
} from '../../source/builder/against/matching.js';
import { goModText, goSumText } from '../../source/builder/against/sources.js';
import { readTarget, type Target } from '../../source/builder/against/target.js';
import { BuildError } from '../../source/builder/buildError.js';
import { parseConfiguration } from '../../source/builder/configuration.js';
import type { GoEnvironment } from '../../source/builder/goManifest.js';
import { gatherEvidence } from '../../source/evidence/gather.js';
import type { Manifest } from '../../source/manifest/manifest.js';
import { makeProfile } from '../../source/profile/makeProfile.js';

const folder = mkdtempSync(join(tmpdir(), 'ocx-against-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MANIFEST: Manifest = {
  language: 'go',
  toolchain_version: 'go1.26.8 X:rangefunc,synctest',
  build_profile: 'release',
  dependency_hashes: {
    'example.com/local': 'dir:sha256-local',
    'example.com/zap': 'h1:zap=',
    'go.opentelemetry.io/collector/pdata': 'h1:pdata=',
    'ocx.dev/runtime': 'dir:sha256-runtime',
  },
  dependency_versions: { 'example.com/zap': 'v1.27.1', 'go.opentelemetry.io/collector/pdata': 'v1.71.0' },
  build_flags: ['-trimpath', '-tags=noasm,netgo', '-ldflags=-s -w'],
  target: 'x86_64-unknown-linux-gnu',
  build_time: '2023-11-14T22:13:20Z',
  goamd64: 'v3',
};
const TARGET: Target = {
  file: 'published/distribution.json',
  title: 'otelcol 1.0.0',
  name: 'otelcol',
  version: '1.0.0',
  manifest: MANIFEST,
  replaced: new Map([
    ['ocx.dev/runtime', { module: 'ocx.dev/runtime', version: 'v0.0.0', by: null }],
    ['example.com/local', { module: 'example.com/local', version: 'v0.0.0', by: null }],
    [
      'example.com/zap',
      { module: 'example.com/zap', version: 'v1.26.0', by: { module: 'example.com/fork', version: 'v1.27.1' } },
    ],
  ]),
  ocx: '0.9.0',
  judge: null,
  binary: null,
  descriptors: null,
};
const GO: GoEnvironment = {
  GOVERSION: 'go1.26.8 X:rangefunc,synctest',
  GOOS: 'linux',
  GOARCH: 'amd64',
  GOAMD64: 'v3',
  GOFLAGS: '',
  GOEXPERIMENT: 'rangefunc,synctest',
  CC: 'gcc',
  CGO_CFLAGS: '',
  CGO_LDFLAGS: '',
};

const AGAIN = commandOf(resolve('ocx-build.yaml'), TARGET);

/** What is refused, and what to do about it. */
function refusal(work: () => void): string {
  try {
    work();
  } catch (error) {
    if (error instanceof BuildError) return [error.message, ...error.details].join('\n');
    throw error;
  }
  return 'taken';
}

const configuration = (yaml: string) => parseConfiguration(`dist: {name: Mine}\nplugins:\n${yaml}`, 'b.yaml', folder);
const with_ = (more: Partial<Manifest>): Target => ({ ...TARGET, manifest: { ...MANIFEST, ...more } });

describe('what a plugin takes from a Collector that is there', () => {
  it('flags, tags, toolchain, experiments and GOAMD64; of GOFLAGS what is about the command alone', () => {
    expect(flagsOf(TARGET)).toEqual(['-buildvcs=false', '-trimpath', '-tags=noasm,netgo', '-ldflags=-s -w']);
    expect(tagsOf(TARGET)).toEqual(['noasm', 'netgo']);
    const environment = environmentFor(TARGET, { GOFLAGS: '-race -modcacherw', GOEXPERIMENT: 'arenas', GOAMD64: 'v1' });
    expect(environment).toEqual({
      GOTOOLCHAIN: 'go1.26.8',
      GOEXPERIMENT: 'rangefunc,synctest',
      GOFLAGS: '-modcacherw',
      GOAMD64: 'v3',
    });
  });

  it('a GOTOOLCHAIN that is set stays, and is compared', () => {
    expect(environmentFor(TARGET, { GOTOOLCHAIN: 'local' }).GOTOOLCHAIN).toBe('local');
    expect(refusal(() => refuseToolchain(TARGET, GO, AGAIN))).toBe('taken');
    const other = refusal(() => refuseToolchain(TARGET, { ...GO, GOVERSION: 'go1.25.5', GOEXPERIMENT: '' }, AGAIN));
    expect(other).toContain('fix: GOTOOLCHAIN=go1.26.8 ocx build --against published/distribution.json');
    expect(other).toContain('golang:1.26.8-bookworm');
    expect(refusal(() => refuseToolchain(with_({ toolchain_version: 'devel go1.27-3f1a' }), GO, AGAIN))).toContain(
      'ask its maker for the toolchain',
    );
  });

  it('the command to paste names a build file that would not be found by itself', () => {
    expect(AGAIN).toBe('build --against published/distribution.json');
    expect(commandOf(resolve('mine/other file.yaml'), TARGET)).toBe(
      "build 'mine/other file.yaml' --against published/distribution.json",
    );
  });

  it('another system says how', () => {
    expect(refusal(() => refuseToolchain(with_({ target: 'aarch64-unknown-linux-gnu' }), GO, AGAIN))).toContain(
      'fix: GOOS=linux GOARCH=arm64 CC=aarch64-linux-gnu-gcc ocx build',
    );
  });

  it('every module in its version, what stands in for it too; a lower one of the build file does not count, a higher one shows', () => {
    const text = goModText(
      configuration(`  - name: p
    processors:
      - gomod: go.opentelemetry.io/collector/pdata v1.70.0
      - gomod: example.com/zap v1.99.0
      - gomod: example.com/new v0.1.0`),
      TARGET,
      folder,
    );
    expect(text).toContain('module ocx.dev/plugins/mine\n\ngo 1.26.0\n');
    expect(text).toContain('\tgo.opentelemetry.io/collector/pdata v1.71.0\n');
    expect(text).toContain('\texample.com/zap v1.99.0\n');
    expect(text).toContain('\texample.com/new v0.1.0\n');
    expect(text).toContain('replace example.com/zap => example.com/fork v1.27.1\n');
    expect(text).toContain('replace ocx.dev/runtime => ./runtime\n');
    expect(text).not.toContain('example.com/local');
    expect(goSumText(TARGET)).toBe('example.com/fork v1.27.1 h1:zap=\ngo.opentelemetry.io/collector/pdata v1.71.0 h1:pdata=\n');
  });
});

describe('what is refused before anything is compiled', () => {
  it.each<[string, Partial<Manifest>, string]>([
    [
      'a Collector of another ocx',
      { dependency_hashes: { 'ocx.dev/runtime': 'dir:sha256-other' } },
      'fix: use the ocx that built it, 0.9.0: ocx build --against published/distribution.json',
    ],
    ['a Collector that ocx build did not make', { dependency_hashes: {} }, 'otelcol 1.0.0 has no ocx.dev/runtime'],
    ['flags that name files', { build_flags: ['-pgo=/home/x/default.pgo'] }, 'is not taken over from others'],
    ['flags that run programs', { build_flags: ['-trimpath', '-toolexec=/tmp/x'] }, 'was built with -toolexec=/tmp/x, which'],
    ['the same by the linker', { build_flags: ['-ldflags=-s -w -extld=/tmp/x'] }, 'which is not taken over'],
    ['another place to write to', { build_flags: ['-o=/tmp/x'] }, 'which is not taken over'],
    ['another language', { language: 'rust' }, 'is not a Go program'],
  ])('%s', (_what, more, sentence) => {
    expect(refusal(() => refuseUnmatchable(with_(more), 'dir:sha256-runtime', AGAIN))).toContain(sentence);
    expect(refusal(() => refuseUnmatchable(TARGET, 'dir:sha256-runtime', AGAIN))).toBe('taken');
  });

  const go = (hashes: Record<string, string>, versions: Record<string, string>): Manifest => ({
    ...MANIFEST,
    dependency_hashes: { ...MANIFEST.dependency_hashes, ...hashes },
    dependency_versions: { ...MANIFEST.dependency_versions, ...versions },
  });
  const differs = (plugin: Manifest, target = TARGET) =>
    refusal(() =>
      refuseDifferences(plugin, 'p', target, (module, version) =>
        module === 'example.com/zap' ? [`example.com/a@v1 for ${version}`] : [],
      ),
    );

  it('each module that differs, with who asks for it', () => {
    expect(differs(MANIFEST)).toBe('taken');
    expect(differs(go({ 'example.com/zap': 'h1:new=' }, { 'example.com/zap': 'v1.28.0' }))).toBe(
      [
        "plugin p can't match otelcol 1.0.0",
        'example.com/zap: plugin v1.28.0 h1:new=, otelcol 1.0.0 v1.27.1 h1:zap=',
        '  fix: take a version of example.com/a@v1 for v1.28.0, which requires it, that asks for example.com/zap v1.27.1 at most',
      ].join('\n'),
    );
    expect(differs(go({ 'example.com/zap': 'h1:forged=' }, {}))).toContain(
      'the proxy or cache that example.com/zap came from holds other content',
    );
    expect(differs(go({ 'example.com/zap': 'dir:sha256-mine' }, {}))).toContain(
      'take the path: of example.com/zap out of the build file: it must be v1.27.1',
    );
  });

  it('a folder of the Collector that nobody published', () => {
    expect(differs(go({ 'example.com/local': 'h1:x=' }, { 'example.com/local': 'v1.0.0' }))).toContain(
      'otelcol 1.0.0 has example.com/local from a folder that is not published: ask its maker',
    );
  });

  const RUST = {
    toolchain_version: 'rustc 1.95.0 (59807616e 2026-04-14)',
    abi_version: 1,
    build_flags: ['-Cpanic=unwind'],
    dependency_hashes: { prost: '11' },
    dependency_versions: { prost: '0.14.1' },
  };
  const rust: Manifest = {
    ...MANIFEST,
    language: 'rust',
    toolchain_version: 'rustc 1.94.0 (aaaaaaaaa 2026-03-01)',
    build_flags: ['-Cpanic=unwind'],
    abi_version: 1,
    dependency_hashes: { prost: '22', mine: '33' },
    dependency_versions: { prost: '0.13.0', mine: '1.0.0' },
  };

  it('of a Rust plugin the compiler and the crates that cross the boundary, and nothing else', () => {
    const said = differs(rust, with_({ accepts: { rust: RUST } }));
    expect(said).toContain('fix: RUSTUP_TOOLCHAIN=1.95.0');
    expect(said).toContain('fix: cargo update -p prost --precise 0.14.1');
    expect(said).not.toContain('mine');
    expect(
      differs(
        { ...rust, ...RUST, dependency_hashes: { ...RUST.dependency_hashes, mine: '33' } },
        with_({ accepts: { rust: RUST } }),
      ),
    ).toBe('taken');
    expect(differs(rust, with_({ accepts: { rust: { abi_version: 1 } } }))).toContain('was built without a Rust plugin');
  });
});

/** A distribution.json whose Collector has these modules. */
const published = (versions: Record<string, string>, replaced: unknown[] = []) => ({
  format_version: 1,
  artifacts: [],
  files: [],
  collector: { path: 'x', manifest: { ...MANIFEST, dependency_versions: versions }, replaced },
});

describe('--against', () => {
  it.each([
    ['no such file', null, 'no such file or directory'],
    ['a distribution of an earlier ocx', { format_version: 1, artifacts: [] }, 'it is of an earlier ocx'],
    [
      'a distribution of plugins alone',
      { format_version: 1, artifacts: [], against: { name: 'a', version: '1' } },
      'name the distribution that they were built against',
    ],
    ['a later format', { format_version: 2, artifacts: [] }, 'this ocx knows 1'],
    [
      'a manifest that is none',
      { format_version: 1, artifacts: [], collector: { path: 'x', manifest: { language: 'go' }, replaced: [] } },
      'collector.manifest',
    ],
    [
      'a version that says more',
      published({ 'example.com/a': 'v1.0.0\nreplace example.com/b => /' }),
      'is no module and its version',
    ],
    ['a module that says more', published({ 'example.com/a v1\n': 'v1.0.0' }), 'is no module and its version'],
    [
      'a replacement that is none',
      published({}, [{ module: 'a.b/c', version: 'v1.0.0', by: { module: '../x', version: '' } }]),
      'collector.replaced[0] is no module',
    ],
    ['a list of files that is none', { ...published({}), artifacts: [null] }, 'artifacts[0] is no object'],
    ['a Collector that is none', { ...published({}), collector: 'x' }, 'it is of an earlier ocx'],
    ['a list of things', [1], '--against wants a distribution.json or a host profile'],
    ['other JSON', {}, 'is JSON, but no host profile'],
  ])('%s is one sentence', (_what, content, sentence) => {
    const file = join(folder, `${_what}.json`);
    if (content !== null) writeFileSync(file, JSON.stringify(content));
    expect(() => readTarget(file)).toThrow(sentence);
  });

  // The first Rust plugin for a Collector in another folder was compiled, and then said to need a program that is not in PATH.
  it('a Collector beside a distribution.json that is named from here is found from any folder', () => {
    copyFileSync('fixtures/otelcol', join(folder, 'otelcol'));
    const bytes = readFileSync('fixtures/otelcol');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const artifact = {
      path: 'otelcol',
      kind: 'collector',
      sha256,
      size: bytes.length,
      manifest_sha256: sha256,
      components_sha256: null,
    };
    const file = join(folder, 'distribution.json');
    writeFileSync(file, JSON.stringify({ ...published({}), artifacts: [artifact] }));
    const { binary, judge } = readTarget(relative('', file));
    expect({ binary, judge }).toEqual({ binary: join(folder, 'otelcol'), judge: join(folder, 'otelcol') });
  });

  // Of a distribution.json it was refused; a profile may be a stranger's as well, and its lines went into go.mod.
  it('a profile whose Collector has what is no module in place of one', () => {
    const path = 'fixtures/otelcol';
    const source = new FileSource(path);
    try {
      const evidence = gatherEvidence(source, { sidecar: null });
      const info = evidence.go?.buildInfo;
      if (!evidence.go || !info) throw new Error(`${path} has no build info`);
      const by = { path: '../x', version: 'v1.0.0\nreplace example.com/b => /', sum: '', replace: null };
      const deps = [...info.deps, { path: 'example.com/a', version: 'v1.0.0', sum: '', replace: by }];
      const file = join(folder, 'profile.json');
      writeFileSync(file, makeProfile(source, 'otelcol', { ...evidence, go: { ...evidence.go, buildInfo: { ...info, deps } } }));
      expect(() => readTarget(file)).toThrow(/replaced module\[\d\] is no module and what stands in for it/);
    } finally {
      source.close();
    }
  });

  it('a Collector itself is no profile of one', () => {
    expect(() => readTarget('fixtures/otelcol')).toThrow('ocx collector profile fixtures/otelcol -o host.json');
  });
});
