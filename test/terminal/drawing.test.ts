import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridOf } from '../../source/terminal/frame.js';
import { blankGrid, type Grid } from '../../source/terminal/grid.js';
import { PEN_AT_START } from '../../source/terminal/pen.js';
import { drawFrame } from '../../source/terminal/scrollRegion.js';
import { Emulator } from './emulator.js';

/** Draws frames one after the other as the painter does; gives the bytes of each. */
async function drawAll(emulator: Emulator, frames: readonly string[], columns: number, rows: number): Promise<number[]> {
  let shown: Grid = blankGrid(columns, rows);
  let pen = PEN_AT_START;
  const sizes: number[] = [];
  for (const frame of frames) {
    const next = gridOf(frame, columns, rows, 'unicode');
    const drawn = drawFrame(shown, next, pen);
    await emulator.write(drawn.bytes);
    sizes.push(Buffer.byteLength(drawn.bytes));
    shown = next;
    pen = drawn.pen;
  }
  return sizes;
}

const screen = (emulator: Emulator, rows: number) => Array.from({ length: rows }, (_, row) => emulator.styledRow(row));

const STYLES = ['\x1b[1m', '\x1b[4m', '\x1b[7m', '\x1b[31m', '\x1b[38;5;120m', '\x1b[38;2;9;8;7m', '\x1b[1;7;36m'];

describe('drawing only what changed', () => {
  it('ends with the screen that drawing everything would give, whatever came before', async () => {
    const piece = fc.oneof(
      fc.constantFrom('a', 'bc', ' ', '      ', '━━━', '漢字', 'é', 'long word here'),
      fc
        .tuple(fc.constantFrom(...STYLES), fc.constantFrom('x', 'yz', ' ', '漢', '-> '))
        .map(([style, text]) => `${style}${text}\x1b[0m`),
    );
    const line = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    const lines = fc.array(line, { minLength: 8, maxLength: 8 });
    // Frames that follow from one another by scrolling part of the screen, as well as unrelated ones.
    const step = fc.oneof(
      lines.map((next) => () => next),
      fc
        .tuple(fc.nat(3), fc.nat(3), fc.integer({ min: -3, max: 3 }), line)
        .map(([top, rest, by, fresh]) => (before: string[]) => {
          const block = before.slice(top, 8 - rest);
          const moved = block.map((_, index) => block[index + by] ?? fresh);
          return [...before.slice(0, top), ...moved, ...before.slice(8 - rest)];
        }),
    );
    await fc.assert(
      fc.asyncProperty(lines, fc.array(step, { minLength: 1, maxLength: 4 }), async (first, steps) => {
        const frames = [first];
        for (const next of steps) frames.push(next(frames.at(-1) ?? first));
        const [stepwise, atOnce] = [new Emulator(20, 8), new Emulator(20, 8)];
        await drawAll(
          stepwise,
          frames.map((frame) => frame.join('\n')),
          20,
          8,
        );
        await drawAll(atOnce, [(frames.at(-1) ?? first).join('\n')], 20, 8);
        expect(screen(stepwise, 8)).toEqual(screen(atOnce, 8));
      }),
      { numRuns: 80 },
    );
  });

  it('moves a list with a scroll region instead of writing its rows again', async () => {
    const row = (item: number, current: boolean) =>
      `${current ? '>' : ' '} ${item} a row of text that would cost a hundred bytes to write again ${item * 7919}`;
    const frame = (first: number) =>
      ['title', ...Array.from({ length: 20 }, (_, index) => row(first + index, index === 19)), 'keys'].join('\n');
    const emulator = new Emulator(100, 22);
    const sizes = await drawAll(emulator, [frame(0), frame(1), frame(2), frame(1)], 100, 22);
    expect(emulator.rows()).toEqual(frame(1).split('\n'));
    // The new row is some 80 characters; the rest is the region and the cursor.
    expect(Math.max(...sizes.slice(1))).toBeLessThanOrEqual(116);
  });

  it('knows that after the last column the cursor hangs', async () => {
    const emulator = new Emulator(20, 2);
    await drawAll(emulator, [`first\n${'x'.repeat(20)}`, `first\n${'x'.repeat(17)}yxx`], 20, 2);
    expect(emulator.rows()[1]).toBe(`${'x'.repeat(17)}yxx`);
  });

  it('erases with a pen that is not reversed, because some terminals paint what they erase', () => {
    const [before, after] = ['name and much more text', '\x1b[7mname\x1b[0m'].map((frame) => gridOf(frame, 40, 1, 'unicode')) as [
      Grid,
      Grid,
    ];
    const { bytes } = drawFrame(before, after, { position: { row: 0, column: 0 }, style: 0 });
    expect(bytes).toBe('\x1b[7mname\x1b[C\x1b[m\x1b[K');
  });

  it('writes nothing for the same frame', async () => {
    const sizes = await drawAll(new Emulator(20, 4), ['a\n\x1b[1mb\x1b[0m', 'a\n\x1b[1mb\x1b[0m   '], 20, 4);
    expect(sizes[1]).toBe(0);
  });

  it('lets nothing but text and SGR through', async () => {
    const grid = gridOf('a\x1b]52;c;aGk=\x07b\x1b[2Jc\x9b31m\td', 40, 1, 'unicode');
    expect(grid.characters.join('').trimEnd()).toBe('a?]52;c;aGk=?b?[2Jc?31m?d');
  });

  it('draws ASCII signs, and a question mark a column for what has none, in ASCII mode', () => {
    const grid = gridOf('━━ ─ │ … ▸ ▾ 漢é', 40, 1, 'ascii');
    expect(grid.characters.join('').trimEnd()).toBe('== - | ~ + - ???');
  });
});
