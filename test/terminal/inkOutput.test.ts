import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridOf } from '../../source/terminal/frame.js';
import { leanOutput } from '../../source/terminal/inkOutput.js';

// No entry point of Ink's: the bundle replaces it by file as well (scripts/leanParts.mjs).
const file = join(dirname(createRequire(import.meta.url).resolve('ink')), 'output.js');
const { default: Output } = (await import(pathToFileURL(file).href)) as { default: Parameters<typeof leanOutput>[0] };
const Lean = leanOutput(Output);

const SIZE = { width: 20, height: 5 };
const piece = fc.constantFrom('a', 'bc ', ' ', '━', '…', '漢', 'é', '\x1b[7mr\x1b[0m', '\x1b[1;31mfails\x1b[0m');
const text = fc
  .array(fc.array(piece, { maxLength: 8 }), { maxLength: 3 })
  .map((lines) => lines.map((line) => line.join('')).join('\n'));
const place = fc.record({ x: fc.integer({ min: 0, max: 12 }), y: fc.integer({ min: 0, max: 5 }), text });

const cells = (of: typeof Output, places: readonly { x: number; y: number; text: string }[], clipped: boolean) => {
  const output = new of(SIZE);
  if (clipped) output.clip({ x1: 1, x2: 9, y1: 0, y2: 3 });
  for (const { x, y, text: written } of places)
    output.write(x, y, written, { transformers: [(line) => line.replace('bc', 'BC')] });
  if (clipped) output.unclip();
  const { output: frame, height } = output.get();
  return { grid: gridOf(frame, SIZE.width, SIZE.height, 'unicode'), height };
};

describe('leanOutput', () => {
  it("gives the frames of Ink's own output, wherever texts stand and overlap", () => {
    fc.assert(
      fc.property(fc.array(place, { maxLength: 5 }), fc.boolean(), (places, clipped) => {
        expect(cells(Lean, places, clipped)).toEqual(cells(Output, places, clipped));
      }),
      { numRuns: 500 },
    );
  });
});
