import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { describe, expect, it } from 'vitest';
import { type Bill, sbomText } from '../../source/builder/sbom.js';
import { ocx } from '../commands/run.js';

const GO: Bill = {
  kind: 'collector',
  name: 'otelcol-custom',
  sha256: 'ab'.repeat(32),
  ocxVersion: '0.1.0',
  replaced: [
    { module: 'example.com/shared', version: 'v0.0.0', by: null },
    { module: 'go.uber.org/zap', version: 'v1.26.0', by: { module: 'example.com/zap', version: 'v1.27.1' } },
  ],
  manifest: {
    language: 'go',
    toolchain_version: 'go1.26.8 X:rangefunc',
    dependency_hashes: {
      'example.com/shared': 'dir:sha256-00',
      'github.com/Azure/go-autorest': 'h1:abc=',
      'github.com/old/thing': 'h1:def=',
      'go.uber.org/zap': 'h1:xyz=',
    },
    dependency_versions: {
      'github.com/Azure/go-autorest': 'v14.2.0+incompatible',
      'github.com/old/thing': 'v1.0.0',
      'go.uber.org/zap': 'v1.27.1',
    },
    build_flags: ['-trimpath'],
    target: 'x86_64-unknown-linux-gnu',
    build_time: '2023-11-14T22:13:20Z',
    name: 'otelcol-custom',
    version: '1.2.0',
  },
};

const RUST: Bill = {
  kind: 'plugin',
  name: 'redact',
  sha256: 'cd'.repeat(32),
  ocxVersion: '0.1.0',
  replaced: [],
  manifest: {
    ...GO.manifest,
    language: 'rust',
    toolchain_version: 'rustc 1.95.0 (59807616e 2026-04-14)',
    name: 'redact',
    dependency_hashes: {
      'prost@0.13.5': '11'.repeat(32),
      'prost@0.14.1': '22'.repeat(32),
      mine: 'dir:sha256-33',
      theirs: 'git:44',
    },
    dependency_versions: { 'prost@0.13.5': '0.13.5', 'prost@0.14.1': '0.14.1', mine: '0.1.0', theirs: '2.0.0' },
  },
};

const VALIDATOR = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
const componentsOf = (bill: Bill): { name: string; purl: string; hashes?: unknown; properties?: unknown }[] =>
  JSON.parse(sbomText(bill)).components;

describe('the bill of materials of an artifact', () => {
  // CycloneDX's own validator, in its strict form: nothing that the specification does not name.
  it.each([
    ['a Collector', GO],
    ['a Rust plugin', RUST],
  ])('of %s is valid CycloneDX 1.6', async (_what, bill) => {
    expect(await VALIDATOR.validate(sbomText(bill))).toBeNull();
  });

  it('names Go modules and the standard library as scanners know them; what a replace brings is what is compiled', () => {
    expect(componentsOf(GO).map(({ purl }) => purl)).toEqual([
      'pkg:golang/stdlib@1.26.8',
      'pkg:golang/example.com/shared',
      'pkg:golang/github.com/azure/go-autorest@v14.2.0%2Bincompatible',
      'pkg:golang/github.com/old/thing@v1.0.0',
      'pkg:golang/example.com/zap@v1.27.1',
    ]);
    expect(componentsOf(GO).at(-1)?.properties).toContainEqual({ name: 'ocx:replaces', value: 'go.uber.org/zap' });
  });

  it("a crate's checksum is a SHA-256; h1, folders and commits are none, and are properties", () => {
    expect(componentsOf(RUST)[0]).toMatchObject({
      purl: 'pkg:cargo/prost@0.13.5',
      hashes: [{ alg: 'SHA-256', content: '11'.repeat(32) }],
    });
    expect(componentsOf(RUST)[3]?.properties).toEqual([{ name: 'ocx:git', value: 'git:44' }]);
    for (const { hashes } of componentsOf(GO)) expect(hashes).toBeUndefined();
  });

  it.each([
    ['fixtures/plugins/go-match.so', 'pkg:golang/stdlib@1.26.8'],
    ['fixtures/plugins/go-no-manifest.so', 'pkg:golang/stdlib@1.26.8'],
    ['fixtures/plugins/rust-cargo-auditable.so', 'pkg:cargo/'],
    ['fixtures/otelcol', 'pkg:golang/example.com/otelcol-fixture/api'],
  ])('ocx dist sbom says it of any file that tells: %s', async (file, purl) => {
    const { status, stdout, stderr } = await ocx(['dist', 'sbom', file]);
    expect(status, stderr).toBe(0);
    expect(await VALIDATOR.validate(stdout)).toBeNull();
    expect(stdout).toContain(`"purl": "${purl}`);
  });

  it('ocx dist sbom of a file that says nothing, or is none, is one sentence', async () => {
    expect(await ocx(['dist', 'sbom', 'fixtures/plugins/c-library.so'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('says nothing of what it was built from'),
    });
    expect(await ocx(['dist', 'sbom', 'fixtures/plugins/text-file.so'])).toMatchObject({ status: 2 });
    expect(await ocx(['dist', 'sbom', 'nowhere.so'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no such file'),
    });
  });

  it('names that no file should have are still names', async () => {
    const { dependency_hashes, ...rest } = GO.manifest;
    const odd = { ...GO, manifest: { ...rest, dependency_hashes: { ...dependency_hashes, 'a\ud800/b c': 'h1:x=' } } };
    expect(await VALIDATOR.validate(sbomText(odd))).toBeNull();
    expect(componentsOf(odd).at(-1)?.purl).toBe('pkg:golang/a%EF%BF%BD/b%20c');
  });

  it('is the same for the same artifact, and has a serial number of its own for another', () => {
    expect(sbomText(GO)).toBe(sbomText({ ...GO }));
    const serial = (bill: Bill) => JSON.parse(sbomText(bill)).serialNumber;
    expect(serial(GO)).not.toBe(serial({ ...GO, sha256: 'ef'.repeat(32) }));
  });
});
