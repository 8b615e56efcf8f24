import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Document, parse, visit } from 'yaml';
import {
  asciiOnly,
  clean,
  cleaned,
  cleanJson,
  cleanUpTo,
  escapeYaml,
  isClean,
  needsYamlQuotes,
} from '../../source/terminal/clean.js';

/** Written out by code point, not by property, so that a slip in the sanitiser's own classes shows here. */
const FORBIDDEN_RANGES: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xa0, 0xa0],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x115f],
  [0x180b, 0x180f],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xe000, 0xf8ff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xfffe, 0xffff],
  [0x1d173, 0x1d17a],
  [0x1f1e6, 0x1f1ff],
  [0xe0000, 0xe0fff],
  [0xf0000, 0x10ffff],
];

function forbiddenIn(text: string, allowed = ''): string[] {
  return [...text].filter((character) => {
    const code = character.codePointAt(0) ?? 0;
    return !allowed.includes(character) && FORBIDDEN_RANGES.some(([from, to]) => code >= from && code <= to);
  });
}

/** Any UTF-16, lone halves too, with the dangerous characters as frequent as letters. */
const nasty = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.integer({ min: 0x10000, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
      fc
        .constantFrom(...FORBIDDEN_RANGES)
        .chain(([from, to]) => fc.integer({ min: from, max: to }))
        .map((code) => String.fromCodePoint(code)),
      fc.constantFrom(
        'a',
        '\\',
        '"',
        ' ',
        '/',
        'é',
        '語',
        '👍',
        '🏽',
        'क',
        '्',
        'ष',
        '\u0301',
        '\u0d4e',
        '\u1100',
        '\u1161',
        '\u11a8',
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe('clean', () => {
  test('shows what would act on the terminal as a visible escape', () => {
    expect(clean('a\x1b[31mb\x07')).toBe('a\\x1b[31mb\\x07');
    expect(clean('two\nlines\r\tend\x7f')).toBe('two\\nlines\\r\\tend\\x7f');
    expect(clean('\x9b31m')).toBe('\\u009b31m');
    expect(clean('safe\u202egpj.so')).toBe('safe\\u202egpj.so');
    expect(clean('a\u200bb\ufeffc\u00add')).toBe('a\\u200bb\\ufeffc\\u00add');
    expect(clean('\u2028\u2029')).toBe('\\u2028\\u2029');
    expect(clean('tag\u{e0041}')).toBe('tag\\u{e0041}');
    expect(clean('half\ud800')).toBe('half\\ud800');
    expect(clean('\ue000\u{10ffff}')).toBe('\\ue000\\u{10ffff}');
    expect(clean('a\u00a0b')).toBe('a\\u00a0b');
  });

  test('leaves text that people write alone', () => {
    for (const text of [
      'plain ~ text',
      'größe',
      'Ångström e\u0301',
      '語彙　表',
      'привет',
      'שלום',
      '한국어',
      '\u1112\u1161\u11ab',
      '👍',
      'C:\\x',
    ]) {
      expect(clean(text)).toBe(text);
    }
  });

  test('cuts a pile of combining characters down to three', () => {
    expect(clean('a\u0301\u0302\u0303\u0304\u0305b')).toBe('a\u0301\u0302\u0303\\u0304\\u0305b');
  });

  test('escapes a combining character that has nothing before it', () => {
    expect(clean('\u0301a')).toBe('\\u0301a');
    expect(clean('\n\u0301')).toBe('\\n\u0301');
  });

  test('escapes characters whose width depends on the terminal', () => {
    expect(clean('👍🏽')).toBe('\\u{1f44d}\\u{1f3fd}');
    expect(clean('क्ष')).toBe('\\u0915\\u094d\\u0937');
    expect(clean('🇩🇪')).toBe('\\u{1f1e9}\\u{1f1ea}');
  });

  test('never lets a forbidden character through, and changes nothing the second time', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const once = clean(text);
        expect(forbiddenIn(once)).toEqual([]);
        expect(clean(once)).toBe(once);
        expect(isClean(once)).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  test('never lets any control, format, surrogate, private or unassigned code point through', () => {
    const through: string[] = [];
    // Beyond the planes in use and the tags, one in 17 stands for its neighbours.
    for (let code = 0; code <= 0x10ffff; code += code < 0x20000 || (code >= 0xe0000 && code < 0xe1000) ? 1 : 17) {
      const character = String.fromCodePoint(code);
      if (/[\p{C}\p{Zl}\p{Zp}]/u.test(character) && /[\p{C}\p{Zl}\p{Zp}]/u.test(clean(character)))
        through.push(code.toString(16));
    }
    expect(through).toEqual([]);
  });

  test('the time grows with the length, not with its square', () => {
    // Some milliseconds; with its square it would be minutes, and the test would time out.
    clean(`a${'\u0301'.repeat(300_000)}`);
    clean('👍\u200d'.repeat(60_000));
  });

  test('the capped form counts what it leaves out and never splits a pair', () => {
    expect(cleanUpTo('abcdef', 6)).toBe('abcdef');
    expect(cleanUpTo('abcdef', 4)).toBe('abcd (2 more characters)');
    expect(cleanUpTo('abc👍', 4)).toBe('abc (2 more characters)');
  });

  test('ASCII mode leaves nothing but ASCII', () => {
    expect(asciiOnly(clean('größe 👍'))).toBe('gr\\u00f6\\u00dfe \\u{1f44d}');
  });

  test('the template cleans values and keeps our words', () => {
    expect(cleaned`no manifest in ${'a\nb'}: ${3} looked at`).toBe('no manifest in a\\nb: 3 looked at');
    expect(cleaned`plain`).toBe('plain');
  });
});

describe('cleanJson', () => {
  test('prints nothing raw, and a parser gets the same strings back', () => {
    fc.assert(
      fc.property(fc.dictionary(nasty, nasty), (value) => {
        const json = cleanJson(value);
        expect(forbiddenIn(json, '\n')).toEqual([]);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 400 },
    );
  });

  test('keeps readable text readable', () => {
    expect(cleanJson({ name: 'größe\u202e' })).toBe('{\n  "name": "größe\\u202e"\n}');
  });
});

describe('the YAML recipe', () => {
  function cleanYaml(value: unknown): string {
    const document = new Document(value, { aliasDuplicateObjects: false });
    visit(document, {
      Scalar(_, node) {
        if (typeof node.value === 'string' && needsYamlQuotes(node.value)) node.type = 'QUOTE_DOUBLE';
      },
    });
    return escapeYaml(document.toString({ lineWidth: 0 }));
  }

  test('prints nothing raw, and a parser gets the same strings back', () => {
    fc.assert(
      fc.property(fc.dictionary(nasty, nasty), (value) => {
        const yaml = cleanYaml(value);
        expect(forbiddenIn(yaml, '\n')).toEqual([]);
        expect(parse(yaml)).toEqual({ ...value });
      }),
      { numRuns: 400 },
    );
  });
});
