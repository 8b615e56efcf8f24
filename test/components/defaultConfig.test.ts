import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ConfigTextOptions, defaultConfigLines, keyLines } from '../../source/components/defaultConfig.js';
import { FILTER, filterDescriptor } from './example.js';

const OPTIONS: ConfigTextOptions = { fields: 'in force', top: 'component', width: 80 };
const linesOf = (options: Partial<ConfigTextOptions> = {}, over: Record<string, unknown> = {}) =>
  defaultConfigLines(filterDescriptor(over), { ...OPTIONS, ...options });
const textOf = (options: Partial<ConfigTextOptions> = {}, over: Record<string, unknown> = {}) =>
  `${linesOf(options, over)
    .map(({ text }) => text)
    .join('\n')}\n`;

describe('a default configuration as text', () => {
  it('has the docs as comments, choices, and what must be filled in', () => {
    expect(textOf()).toBe(`# filter: Drops spans, metrics, logs that match.
# not valid as it is: endpoint must be given
filter:
  # What to do when a condition fails.
  # one of: ignore, silent, propagate
  error_mode: propagate
  # Where to ask.
  # required (string)
  endpoint: ""
  # How long to wait.
  # deprecated (duration)
  timeout: 1m30s
  traces:
    # OTTL conditions; a match drops the span.
    span: []
    limits:
      spans: 3
  # Off unless given.
  # optional, not set (group)
  # tls: {}
  unknown_to_schema:
    - 1
    - 2
`);
  });

  it('with all fields has those that are not set as comments, which can be uncommented', () => {
    const text = textOf({ fields: 'all' });
    expect(text).toContain(`  # Off unless given.
  # optional, not set (group)
  # tls:
  #   insecure: false
  #   # PEM of the private key.
  #   # secret: keep it in an environment variable; not set (secret)
  #   key: ""
  # optional, not set (integer)
  # nullable: ""
`);
    const uncommented = text.replaceAll(
      /^ {2}# {1,3}(tls:|insecure|key)/gm,
      (_line, key) => `${key === 'tls:' ? '  ' : '    '}${key}`,
    );
    expect(parse(uncommented).filter.tls).toEqual({ insecure: false, key: '' });
  });

  it('with required fields has no others', () => {
    expect(parse(textOf({ fields: 'required' }))).toEqual({ filter: { endpoint: '' } });
  });

  it.each(['in force', 'all'] as const)('parses to the default configuration (%s)', (fields) => {
    expect(parse(textOf({ fields }))).toEqual({ filter: FILTER.default_config });
    expect(parse(textOf({ fields, top: 'section' }))).toEqual({ processors: { filter: FILTER.default_config } });
  });

  it('parses to whatever is in it, under whatever name', () => {
    const words = fc.constantFrom(
      'yes',
      'No',
      'null',
      '~',
      '1m30s',
      '200ms',
      '1e3',
      '0x10',
      '1_000',
      '.5',
      'a: b',
      '- a',
      '',
      'y',
      'Inf',
      '1:30',
      '__proto__',
    );
    const text = fc.oneof(words, fc.string({ maxLength: 8 }));
    const value = fc.oneof(
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.dictionary(text, value, { maxKeys: 5, noNullPrototype: true }), (config) => {
        const written = textOf({}, { config_schema: null, default_config: config, default_config_faults: [] });
        expect(parse(written)).toEqual({ filter: JSON.parse(JSON.stringify(config)) });
      }),
      { numRuns: 500 },
    );
  });

  it('of a component without configuration is an empty section', () => {
    expect(parse(textOf({}, { config_schema: null, default_config: {} }))).toEqual({ filter: {} });
    expect(parse(textOf({}, { config_schema: null, default_config: null }))).toEqual({ filter: {} });
  });

  it('holds nothing that a terminal would act on, and still parses to the very strings', () => {
    const hostile = { 'a\x1b[31m': 'x\u202ey\x07', multi: 'one\ntwo\u0085', plain: 'yes', 'a: b': '# no comment' };
    const text = textOf(
      {},
      {
        description: 'evil\x1b]0;title\x07\nsecond: line',
        config_schema: { type: 'object', properties: { plain: { description: 'x\x9b2Jy\r\nevil: injected', enum: ['\x1b'] } } },
        default_config: hostile,
      },
    );
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(parse(text)).toEqual({ filter: hostile });
  });

  it('each line knows its field, and each field the line of its key', () => {
    const lines = linesOf();
    const keys = keyLines(lines);
    const textAt = (path: string) => lines[keys.get(path) ?? -1]?.text;
    expect(textAt('traces')).toBe('  traces:');
    expect(textAt('traces::limits')).toBe('    limits:');
    expect(textAt('error_mode')).toBe('  error_mode: propagate');
    expect(textAt('tls')).toBe('  # tls: {}');
    expect(keys.has('tls::key')).toBe(false);
    const of = (name: string) => lines.filter(({ path }) => path[0] === name).map(({ text, part }) => `${part}: ${text.trim()}`);
    expect(of('traces')).toEqual([
      'key: traces:',
      'note: # OTTL conditions; a match drops the span.',
      'key: span: []',
      'key: limits:',
      'value: spans: 3',
    ]);
    expect(of('error_mode')[0]).toBe('note: # What to do when a condition fails.');
  });

  it('breaks long comments between words', () => {
    const docs = 'word '.repeat(60).trim();
    const lines = linesOf({ width: 40 }, { description: docs });
    expect(Math.max(...lines.map(({ text }) => text.length))).toBeLessThanOrEqual(44);
    expect(lines.filter(({ path, text }) => path.length === 0 && text.startsWith('# ')).length).toBeGreaterThan(7);
  });
});
