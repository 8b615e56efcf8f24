import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { type Distribution, DistributionError, distributionText, parseDistribution } from '../../source/trust/distribution.js';

const DIGEST = 'ab'.repeat(32);
const whole: Distribution = {
  format_version: 1,
  name: 'otelcol',
  version: '1.0.0',
  artifacts: [
    { path: 'otelcol', kind: 'collector', sha256: DIGEST, size: 7, manifest_sha256: DIGEST, components_sha256: null },
    { path: 'plugins/a.so', kind: 'plugin', sha256: DIGEST, size: 9, manifest_sha256: DIGEST, components_sha256: DIGEST },
  ],
  files: [{ path: 'plugins/a.so.manifest.json', kind: 'manifest', sha256: DIGEST, size: 3 }],
  build: { go: 'go1.26.8', ocb: 'v0.165.0', ocx: '0.1.0', target: 't', flags: [], environment: {} },
};
const matches = new Ajv2020({ strict: true }).compile(JSON.parse(readFileSync('spec/distribution.schema.json', 'utf8')));

/** The distribution with one thing changed in it, as text. */
function changed(change: (value: Record<string, Record<string, unknown>[]>) => void): string {
  const value = JSON.parse(distributionText(whole));
  change(value);
  return JSON.stringify(value);
}

const path = (value: unknown) => changed(({ files }) => Object.assign(files?.[0] ?? {}, { path: value }));

describe('distribution.json', () => {
  it('says which files there are; fields that are not known are passed over', () => {
    const { artifacts, files } = parseDistribution(changed((value) => Object.assign(value, { later: true })));
    expect({ artifacts, files }).toEqual({ artifacts: whole.artifacts, files: whole.files });
    expect(matches(whole)).toBe(true);
  });

  it.each([
    [
      'another format version',
      changed((value) => Object.assign(value, { format_version: 2 })),
      'format_version is 2, this ocx knows 1',
    ],
    ['a path that leads out', path('../etc/passwd'), 'files[0].path is no path below the folder'],
    ['a path within that leads out', path('plugins/../../x'), 'files[0].path is no path below the folder'],
    ['an absolute path', path('/etc/passwd'), 'files[0].path is no path below the folder'],
    ['an empty path', path(''), 'files[0].path is no path below the folder'],
    ['a path of Windows', path('plugins\\a.so'), 'files[0].path is no path below the folder'],
    [
      'a digest in capitals',
      changed(({ files }) => Object.assign(files?.[0] ?? {}, { sha256: DIGEST.toUpperCase() })),
      'files[0].sha256 is no SHA-256 in hex',
    ],
    [
      'a size that is none',
      changed(({ artifacts }) => Object.assign(artifacts?.[1] ?? {}, { size: -1 })),
      'artifacts[1].size is no number of bytes',
    ],
    [
      'an artifact of another kind',
      changed(({ artifacts }) => Object.assign(artifacts?.[0] ?? {}, { kind: 'dog' })),
      'artifacts[0].kind is dog, must be collector or plugin',
    ],
    ['no list of files', changed((value) => Object.assign(value, { files: undefined })), 'files is missing'],
  ])('%s is refused by reader and schema alike', (_, text, sentence) => {
    expect(() => parseDistribution(text)).toThrow(new DistributionError(sentence));
    expect(matches(JSON.parse(text))).toBe(false);
  });

  it('lists a file once, and never itself', () => {
    expect(() => parseDistribution(path('plugins/a.so'))).toThrow('files[0].path is there twice: plugins/a.so');
    expect(() => parseDistribution(path('distribution.json'))).toThrow('files[0].path is distribution.json, which can');
  });

  it('that is no JSON is said to be none', () => {
    expect(() => parseDistribution('{')).toThrow('it is no JSON');
    expect(() => parseDistribution('[]')).toThrow('it is no JSON object');
  });
});
