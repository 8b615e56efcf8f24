import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { compareDistributions } from '../../source/builder/verify/compare.js';
import { manifestDifferences } from '../../source/builder/verify/differences.js';
import { verifiedLines } from '../../source/builder/verify/verify.js';
import type { Manifest } from '../../source/manifest/manifest.js';
import type { Artifact } from '../../source/trust/distribution.js';

// Real plugins stand for what a build made, and for what it makes of the same sources later.

const room = mkdtempSync(join(tmpdir(), 'ocx-verify-'));
afterAll(() => rmSync(room, { recursive: true, force: true }));
let [distribution, rebuilt] = ['', ''];
let counter = 0;
beforeEach(() => {
  const folder = join(room, String(counter++));
  [distribution, rebuilt] = [join(folder, 'dist'), join(folder, 'again')];
  for (const place of [distribution, rebuilt]) mkdirSync(join(place, 'plugins'), { recursive: true });
});

function place(folder: string, name: string, fixture: string): Artifact {
  const path = `plugins/${name}.so`;
  copyFileSync(`fixtures/plugins/${fixture}.so`, join(folder, path));
  return { path, kind: 'plugin', sha256: hash(join(folder, path)), size: 1, manifest_sha256: '', components_sha256: null };
}
const hash = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
function compared(before: readonly Artifact[], now: readonly Artifact[]) {
  return compareDistributions(distribution, { artifacts: before }, rebuilt, now);
}

describe('a distribution that was built again', () => {
  it('is the same where every file is', () => {
    const [one] = compared([place(distribution, 'a', 'go-match')], [place(rebuilt, 'a', 'go-match')]);
    expect(one).toMatchObject({ path: 'plugins/a.so', state: 'same', differences: [] });
  });

  it('differs by a dependency, which is named with both versions', () => {
    const [one] = compared([place(distribution, 'a', 'go-match')], [place(rebuilt, 'a', 'go-other-dependency')]);
    expect(one?.state).toBe('differs');
    expect(one?.differences[0]).toMatchObject({ what: 'dependency', distribution: expect.stringMatching(/ h1:/) });
    expect(one && verifiedLines(one)[1]).toMatch(/^ {4}dependency \S+: v[\d.]+ h1:\S+, rebuilt v[\d.]+ h1:/);
  });

  it('differs by its flags before anything else', () => {
    const [one] = compared([place(distribution, 'a', 'go-match')], [place(rebuilt, 'a', 'go-other-trimpath')]);
    expect(one?.differences[0]).toMatchObject({ what: 'manifest', name: 'build_flags' });
  });

  it('tells a file that was changed after the build from one that is built otherwise now, and where', () => {
    const recorded = place(distribution, 'a', 'rust-not-stripped');
    const bytes = readFileSync(join(distribution, recorded.path));
    const text = 0x20000;
    bytes[text] = (bytes[text] ?? 0) ^ 1;
    writeFileSync(join(distribution, recorded.path), bytes);
    const [one] = compared([recorded], [place(rebuilt, 'a', 'rust-not-stripped')]);
    expect(one?.state).toBe('altered');
    expect(one?.differences).toEqual([
      {
        what: 'section',
        name: '.text',
        distribution: expect.stringMatching(/^0x[0-9a-f]{2} at 0x20000, address 0x[0-9a-f]+$/),
        rebuilt: expect.stringMatching(/^0x[0-9a-f]{2} at 0x20000, address 0x[0-9a-f]+$/),
      },
    ]);
  });

  it('differs somewhere, where no section tells: bytes behind the end', () => {
    const recorded = place(distribution, 'a', 'rust-match');
    const made = place(rebuilt, 'a', 'rust-match');
    const longer = Buffer.concat([readFileSync(join(rebuilt, made.path)), Buffer.from('x')]);
    writeFileSync(join(rebuilt, made.path), longer);
    const [one] = compared([recorded], [{ ...made, sha256: hash(join(rebuilt, made.path)) }]);
    expect(one?.differences).toMatchObject([{ what: 'file', rebuilt: `${longer.length} bytes` }]);
  });

  it('lacks files, has others, and says of each which', () => {
    const [here, away] = [place(distribution, 'here', 'rust-match'), place(distribution, 'away', 'rust-match')];
    rmSync(join(distribution, away.path));
    const both = [place(rebuilt, 'away', 'rust-match'), place(rebuilt, 'more', 'rust-match')];
    expect(compared([here, away], both).map(({ path, state }) => `${path} ${state}`)).toEqual([
      'plugins/here.so gone',
      'plugins/away.so missing',
      'plugins/more.so new',
    ]);
  });

  it('is compared where a file is no object file any more', () => {
    const recorded = place(distribution, 'a', 'rust-match');
    writeFileSync(join(distribution, recorded.path), '<html>not found</html>');
    const [one] = compared([recorded], [place(rebuilt, 'a', 'rust-match')]);
    expect(one?.state).toBe('altered');
    expect(one?.differences).toMatchObject([{ what: 'manifest', distribution: 'none' }, { what: 'descriptors' }].slice(0, 1));
  });
});

describe('two manifests', () => {
  const manifest = (over: Partial<Manifest>): Manifest => ({
    language: 'go',
    toolchain_version: 'go1.26.8',
    build_profile: 'release',
    dependency_hashes: { 'a.example/m': 'h1:a' },
    build_flags: ['-trimpath'],
    target: 'x86_64-unknown-linux-gnu',
    build_time: '1970-01-01T00:00:00Z',
    ...over,
  });
  const told = (over: Partial<Manifest>) =>
    manifestDifferences(manifest({}), manifest(over)).map(({ what, name, distribution, rebuilt: now }) => [
      what,
      name,
      distribution,
      now,
    ]);

  it('that are alike differ in nothing', () => {
    expect(told({})).toEqual([]);
  });

  it('differ by dependencies on one side too, and by parts of the container', () => {
    const environment = { digest: 'sha256:2', parts: { go: 'go1.26.8' } };
    expect(
      told({ dependency_hashes: { 'b.example/n': 'h1:b' }, build_environment: environment, build_time: '2026-01-01T00:00:00Z' }),
    ).toEqual([
      ['dependency', 'a.example/m', 'h1:a', null],
      ['dependency', 'b.example/n', null, 'h1:b'],
      ['environment', 'go', null, 'go1.26.8'],
      ['manifest', 'build_time', '1970-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ]);
  });
});
