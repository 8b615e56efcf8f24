import { describe, expect, it } from 'vitest';
import { configFields } from '../../source/components/configFields.js';
import { allFields, fieldOfPath, fieldRows, foldedAtFirst, pathText, undocumented } from '../../source/components/fieldRows.js';
import { filterDescriptor } from './example.js';

const fieldsOf = (over: Record<string, unknown> = {}) => configFields(filterDescriptor(over)) ?? [];
const byPath = (over: Record<string, unknown> = {}) =>
  Object.fromEntries(allFields(fieldsOf(over)).map((field) => [pathText(field.path), field]));

describe('the fields of a configuration', () => {
  it('come in the order of the schema, then those that only the default configuration has', () => {
    expect(fieldsOf().map(({ name }) => name)).toEqual([
      'error_mode',
      'endpoint',
      'timeout',
      'traces',
      'tls',
      'nullable',
      'unknown_to_schema',
    ]);
  });

  it('have a type in a word or a few', () => {
    const types = Object.entries(byPath()).map(
      ([path, { type, shape }]) => `${path}: ${type}${shape === 'value' ? '' : ` (${shape})`}`,
    );
    expect(types).toEqual([
      'error_mode: enum',
      'endpoint: string',
      'timeout: duration',
      'traces: group (group)',
      'traces::span: list of string (list)',
      'traces::limits: map of integer (map)',
      'tls: group (group)',
      'tls::insecure: boolean',
      'tls::key: secret',
      'nullable: integer',
      'unknown_to_schema: list of any (list)',
    ]);
  });

  it('have the default that is in force, one that would be, or none', () => {
    const fields = byPath();
    const defaultOf = (path: string) => fields[path]?.default;
    expect(defaultOf('error_mode')).toEqual({ state: 'set', value: 'propagate' });
    expect(defaultOf('traces::limits')).toEqual({ state: 'set', value: { spans: 3 } });
    expect(defaultOf('tls')).toEqual({ state: 'not set' });
    expect(defaultOf('tls::insecure')).toEqual({ state: 'once given', value: false });
    expect(defaultOf('tls::key')).toEqual({ state: 'not set' });
    expect(defaultOf('nullable')).toEqual({ state: 'not set' });
  });

  it('say what is required, secret, optional, deprecated, and what an enum takes', () => {
    const { endpoint, timeout, tls, 'tls::key': key, nullable, error_mode: mode } = byPath();
    expect(endpoint).toMatchObject({ required: true, optional: false });
    expect(timeout).toMatchObject({ deprecated: true });
    expect(tls).toMatchObject({ optional: true, docs: 'Off unless given.' });
    expect(key).toMatchObject({ secret: true });
    expect(nullable).toMatchObject({ optional: true });
    expect(mode?.choices).toEqual(['ignore', 'silent', 'propagate']);
  });

  it('fold, and are found by their path', () => {
    const fields = fieldsOf();
    const folded = foldedAtFirst(fields);
    expect([...folded]).toEqual(['tls']);
    const rows = fieldRows(fields, folded);
    expect(rows.map(({ field, depth, folded: is }) => `${depth} ${field.name} ${is}`)).toContain('1 span null');
    expect(rows.map(({ field }) => pathText(field.path))).not.toContain('tls::key');
    expect(fieldRows(fields, new Set()).length).toBe(allFields(fields).length);
    expect(fieldOfPath(fields, ['tls', 'key'])?.docs).toBe('PEM of the private key.');
    expect(fieldOfPath(fields, ['tls', 'none'])).toBeNull();
    expect(undocumented(fields)).toBe(4);
  });

  it('of a file without schema are those of its default configuration; without either there are none to tell', () => {
    expect(fieldsOf({ config_schema: null }).map(({ name, type }) => `${name}: ${type}`)).toContain('timeout: string');
    expect(configFields(filterDescriptor({ config_schema: null, default_config: null }))).toBeNull();
  });

  it.each([
    [
      'documented alternatives (schemars)',
      { oneOf: [{ const: 'a', description: 'A' }, { enum: ['b'] }] },
      { type: 'enum', choices: ['a', 'b'] },
    ],
    ['a type list with null', { type: ['string', 'null'] }, { type: 'string', optional: true }],
    ['parts', { allOf: [{ $ref: '#/$defs/tls' }, { properties: { more: {} } }] }, { type: 'group', shape: 'group' }],
    ['a reference to elsewhere', { $ref: 'https://example.com/x.json', description: 'far' }, { type: 'any', docs: 'far' }],
    ['a reference to nothing', { $ref: '#/$defs/none' }, { type: 'any' }],
    ['references in a ring', { $ref: '#/properties/probe' }, { type: 'any' }],
    ['a schema that says true', true, { type: 'any' }],
    ['several types', { type: ['integer', 'string'] }, { type: 'integer or string' }],
    [
      'lists of lists of lists',
      { type: 'array', items: { type: 'array', items: { type: 'array', items: {} } } },
      { type: 'list of list of list of any' },
    ],
  ])('are understood as %s', (_name, probe, expected) => {
    const { config_schema: schema } = {
      config_schema: { type: 'object', properties: { probe }, $defs: { tls: { properties: { a: {} } } } },
    };
    expect(byPath({ config_schema: schema, default_config: {} }).probe).toMatchObject(expected);
  });

  it('of a schema that contains itself end', () => {
    const schema = { type: 'object', properties: { left: { $ref: '#' }, right: { $ref: '#' } } };
    expect(allFields(fieldsOf({ config_schema: schema, default_config: {} })).length).toBeLessThanOrEqual(10_000);
  });
});
