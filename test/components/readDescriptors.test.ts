import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDescriptors } from '../../source/components/readDescriptors.js';

const schema = JSON.parse(readFileSync('spec/components.schema.json', 'utf8'));
const ajv = new Ajv2020({ strict: true, strictTypes: false });
ajv.addSchema(schema);
const validate = ajv.compile({ $ref: `${schema.$id}#/$defs/descriptors` });

const batch = { kind: 'processor', type: 'batch' };
const text = (...components: unknown[]) => JSON.stringify({ format_version: 1, components });

describe('descriptors', () => {
  it('need a kind and a type; the rest may be left out', () => {
    expect(readDescriptors(text(batch))).toEqual({
      faults: [],
      components: [
        {
          kind: 'processor',
          type: 'batch',
          module: '',
          version: '',
          stability: {},
          configSchema: null,
          defaultConfig: null,
          docs: null,
          description: null,
          warnings: [],
          defaultConfigFaults: [],
        },
      ],
    });
  });

  it.each([
    ['', 'is not JSON'],
    ['{"components": [', 'is not JSON'],
    ['[]', 'must be a JSON object, is a list'],
    ['{}', 'is missing'],
    ['{"components": {}}', 'must be a list, is an object'],
    ['{"format_version": 2, "components": []}', 'must be 1: a newer ocx wrote this'],
  ])('of %j: nothing, and the fault is said', (value, problem) => {
    const { components, faults } = readDescriptors(value);
    expect(components).toEqual([]);
    expect(faults.map((fault) => fault.problem)).toEqual([problem]);
  });

  it('a fault in one hides no other, and names its place', () => {
    const { components, faults } = readDescriptors(
      text({ kind: 'sink', type: 'a' }, { kind: 'exporter', type: 'has blanks' }, 7, batch, batch, {
        kind: 'exporter',
        type: 'debug',
        docs: 1,
        stability: { logs: 2, traces: 'beta' },
        default_config: [],
      }),
    );
    expect(components.map(({ kind, type }) => `${kind} ${type}`)).toEqual(['processor batch', 'exporter debug']);
    expect(components[1]).toMatchObject({ docs: null, stability: { traces: 'beta' }, defaultConfig: null });
    expect(faults.map(({ field }) => field)).toEqual([
      'components[0].kind',
      'components[1].type',
      'components[2]',
      'components[4]',
      'components[5].stability["logs"]',
      'components[5].default_config',
      'components[5].docs',
    ]);
  });

  it('nested without end are not walked into', () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const { components, faults } = readDescriptors(
      `{"components": [{"kind": "exporter", "type": "x", "config_schema": ${deep}}]}`,
    );
    expect(components[0]?.configSchema).toBeNull();
    expect(faults).toEqual([{ field: 'components[0].config_schema', problem: 'is nested deeper than 100 levels', value: null }]);
    expect(readDescriptors('['.repeat(1_000_000)).components).toEqual([]);
    expect(readDescriptors(`${'['.repeat(100_000)}${']'.repeat(100_000)}`).faults).toHaveLength(1);
  });

  it('too long a text is cut, and said to be', () => {
    const { components, faults } = readDescriptors(text({ ...batch, docs: 'x'.repeat(300_000) }));
    expect(components[0]?.docs).toHaveLength(262_144);
    expect(faults[0]?.problem).toBe('has 300000 characters: 262144 are read');
  });

  it('a key that every object inherits is nothing that the file says', () => {
    const { components } = readDescriptors(
      '{"components": [{"kind": "exporter", "type": "constructor", "stability": {"__proto__": "beta"}}]}',
    );
    expect(Object.entries(components[0]?.stability ?? {})).toEqual([['__proto__', 'beta']]);
    expect(readDescriptors('{"__proto__": {"components": []}}').faults[0]?.problem).toBe('is missing');
  });

  it('whatever stands in the file, reading does not throw; and what spec/components.schema.json takes has no fault', () => {
    const value = fc.oneof(
      fc.constantFrom(null, 'processor', 'exporter', 'batch', 1, {}, { logs: 'alpha' }, [], ['x']),
      fc.jsonValue(),
    );
    const entry = fc.dictionary(
      fc.constantFrom('kind', 'type', 'module', 'version', 'stability', 'config_schema', 'default_config', 'docs', 'warnings'),
      value,
    );
    const valid = fc.record({ kind: fc.constantFrom('processor', 'receiver'), type: fc.constantFrom('a', 'b', 'c') });
    const likely = fc.tuple(entry, valid).map(([one, two]) => ({ ...one, ...two }));
    fc.assert(
      fc.property(fc.array(fc.oneof(entry, likely, fc.jsonValue()), { maxLength: 4 }), (components) => {
        const document = { components };
        const { faults } = readDescriptors(JSON.stringify(document));
        if (!validate(document)) return;
        expect(faults.filter(({ problem }) => !problem.includes('once more'))).toEqual([]);
      }),
      { numRuns: 300 },
    );
    fc.assert(fc.property(fc.string(), (any) => readDescriptors(any).components.length === 0));
  });
});
