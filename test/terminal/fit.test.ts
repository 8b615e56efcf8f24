// biome-ignore-all lint/suspicious/noFocusedTests: `fit` cuts text here, it is not a test
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CleanText, clean } from '../../source/terminal/clean.js';
import { fit } from '../../source/terminal/fit.js';
import { pad, takeEnd, takeStart, width } from '../../source/terminal/width.js';

describe('fit', () => {
  test('a sentence loses its end', () => {
    expect(fit(clean('built without -trimpath: 198 of 199 packages differ'), 20, 'end')).toBe('built without -trim…');
  });

  test('a file name loses its middle and keeps its extension', () => {
    expect(fit(clean('groupbyattrsprocessor.so'), 19, 'file')).toBe('groupbyattrs…sor.so');
    expect(fit(clean('libsomething_long.so.1.2.3'), 18, 'file')).toBe('libsome…g.so.1.2.3');
  });

  test('a package keeps its last two segments whole', () => {
    const name = clean('github.com/open-telemetry/opentelemetry-collector-contrib/processor/filterprocessor');
    expect(fit(name, 44, 'path')).toBe('github.com/open-t…/processor/filterprocessor');
    expect(fit(clean('go.opentelemetry.io/collector/pdata'), 29, 'path')).toBe('go.opentelem…/collector/pdata');
    expect(fit(clean('go.opentelemetry.io/collector/consumer'), 29, 'path')).toBe('go.opente…/collector/consumer');
    expect(fit(name, 20, 'path')).toBe('git…/filterprocessor');
    expect(fit(name, 10, 'path')).toBe('githu…ssor');
  });

  test('ASCII mode cuts with a tilde', () => {
    expect(fit(clean('explains 14 of 24'), 10, 'end', '~')).toBe('explains ~');
  });

  test('wide characters are never cut in half', () => {
    expect(fit(clean('語彙表'), 4, 'end')).toBe('語…');
    expect(width(clean('語彙表'))).toBe(6);
  });

  const text = fc
    .array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('/', '.so', '語', 'e\u0301', '한', '\u1112\u1161\u11ab')), {
      maxLength: 12,
    })
    .map((parts) => clean(parts.join('')));

  test('never takes more columns than there are, and changes nothing that fits', () => {
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 0, max: 40 }),
        fc.constantFrom('end', 'middle', 'path', 'file' as const),
        fc.constantFrom('…', '~' as const),
        (value, columns, how, ellipsis) => {
          const result = fit(value, columns, how as 'end', ellipsis as '…');
          expect(width(result)).toBeLessThanOrEqual(columns);
          if (width(value) <= columns) expect(result).toBe(value);
        },
      ),
      { numRuns: 800 },
    );
  });

  test('clean text is measured alike whole and cut to pieces', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 40 }), (value, columns) => {
        const start = takeStart(value, columns);
        expect(width(start) + width(value.slice(start.length) as CleanText)).toBe(width(value));
        expect(width(takeEnd(value, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test('pad fills up to the columns', () => {
    expect(pad(clean('語'), 4)).toBe('語  ');
    expect(pad(clean('12'), 4, 'start')).toBe('  12');
    expect(pad(clean('12345'), 4)).toBe('12345');
  });
});
