import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ConfigTextOptions, defaultConfigLines, linesOfField } from '../../source/components/defaultConfig.js';
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

  it('each line knows its field, and each field its lines', () => {
    const lines = linesOf();
    const text = lines.map((line) => line.text);
    const at = linesOfField(lines, ['traces']);
    expect(text.slice(at?.first, (at?.last ?? 0) + 1)).toEqual([
      '  traces:',
      '    # OTTL conditions; a match drops the span.',
      '    span: []',
      '    limits:',
      '      spans: 3',
    ]);
    const limits = linesOfField(lines, ['traces', 'limits']);
    expect(text[limits?.key ?? 0]).toBe('    limits:');
    expect(text[limits?.last ?? 0]).toBe('      spans: 3');
    const mode = linesOfField(lines, ['error_mode']);
    expect(text[mode?.first ?? 0]).toBe('  # What to do when a condition fails.');
    expect(text[mode?.key ?? 0]).toBe('  error_mode: propagate');
    expect(text[linesOfField(lines, ['tls'])?.key ?? 0]).toBe('  # tls: {}');
    expect(linesOfField(lines, ['tls', 'key'])).toBeNull();
  });

  it('breaks long comments between words', () => {
    const docs = 'word '.repeat(60).trim();
    const lines = linesOf({ width: 40 }, { description: docs });
    expect(Math.max(...lines.map(({ text }) => text.length))).toBeLessThanOrEqual(44);
    expect(lines.filter(({ path, text }) => path.length === 0 && text.startsWith('# ')).length).toBeGreaterThan(7);
  });
});
