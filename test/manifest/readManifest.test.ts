import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../source/manifest/readManifest.js';
import { goManifest } from './goManifest.js';

const schema = JSON.parse(readFileSync('spec/manifest.schema.json', 'utf8'));
const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(schema);

describe('a manifest', () => {
  it('with the seven fields of the RFC is valid', () => {
    expect(readManifest(JSON.stringify(goManifest())).faults).toEqual([]);
  });

  it('that is the example of the RFC is valid', () => {
    const example = {
      language: 'go',
      toolchain_version: '1.22.3',
      build_profile: 'release',
      dependency_hashes: { 'otel-arrow': 'b1c2d3...', 'go.opentelemetry.io/collector': 'a9b8c7...' },
      build_flags: ['-buildmode=plugin'],
      target: 'x86_64-unknown-linux-gnu',
      build_time: '2025-07-03T12:34:56Z',
    };
    expect(readManifest(JSON.stringify(example)).manifest).toEqual(example);
  });

  it.each([
    ['language', undefined, 'is missing', null],
    ['language', 'java', 'must be "go" or "rust"', '"java"'],
    ['toolchain_version', '  ', 'must not be empty', '"  "'],
    ['build_profile', 7, 'must be a string, is the number 7', '7'],
    ['build_flags', '-trimpath', 'must be a list of strings, is a string', '"-trimpath"'],
    ['dependency_hashes', [], 'must be an object of strings, is a list', '[]'],
    ['build_time', 'yesterday', 'must be a time as in RFC 3339 (2025-07-03T12:34:56Z)', '"yesterday"'],
    ['abi_version', 0, 'must be a whole number from 1, is the number 0', '0'],
  ])('with %s = %j is faulty, and the fault names the field', (field, value, problem, shown) => {
    const { manifest, faults } = readManifest(JSON.stringify({ ...goManifest(), [field]: value }));
    expect(manifest).toBeNull();
    expect(faults).toEqual([{ field, problem, value: shown }]);
  });

  it('names each wrong element by its place', () => {
    const wrong = {
      ...goManifest(),
      build_flags: ['-trimpath', 3],
      dependency_hashes: { 'go.uber.org/zap': null },
      accepts: { rust: { abi_version: 'one' } },
    };
    expect(readManifest(JSON.stringify(wrong)).faults.map(({ field }) => field)).toEqual([
      'dependency_hashes["go.uber.org/zap"]',
      'build_flags[1]',
      'accepts.rust.abi_version',
    ]);
  });

  it.each([
    ['', 'is not JSON: it ends too early'],
    ['{"language": "go"', 'is not JSON'],
    ['{language: go}', 'is not JSON: unexpected text at byte 1'],
    ['[]', 'must be a JSON object, is a list'],
    ['null', 'must be a JSON object, is null'],
  ])('%j is said to be no manifest', (text, problem) => {
    const [fault] = readManifest(text).faults;
    expect(fault?.field).toBe('');
    expect(fault?.problem).toContain(problem);
  });

  // Arbitrary values in arbitrary fields: the published schema and the code must draw the same line.
  it('is valid for us exactly when it is valid by spec/manifest.schema.json', () => {
    const fields = Object.keys(schema.properties);
    const anything = fc.oneof(
      fc.constantFrom(
        'go',
        'rust',
        'release',
        '',
        ' ',
        '2025-07-03T12:34:56Z',
        '2025-13-03T12:34:56Z',
        '2025-07-03t12:34:56+05:30',
        '2025-07-03',
      ),
      fc.integer({ min: -2, max: 3 }),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 3 }),
      fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer()), { maxKeys: 3 }),
      fc.record({
        rust: fc.oneof(
          fc.constant(null),
          fc.dictionary(
            fc.constantFrom('abi_version', 'target', 'build_flags'),
            fc.oneof(fc.string(), fc.integer(), fc.constant([])),
          ),
        ),
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...fields), anything, { noNullPrototype: true }), (changes) => {
        const text = JSON.stringify({ ...goManifest(), ...changes });
        expect(readManifest(text).faults.length === 0, text).toBe(validate(JSON.parse(text)));
      }),
      { numRuns: 2000, seed: 7 },
    );
  });

  it('text of any kind never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readManifest(text)),
      { numRuns: 500, seed: 7 },
    );
  });
});
