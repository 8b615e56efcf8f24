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

  it('ends with that screen where parts of rows move sideways and blocks of rows by several distances', async () => {
    const word = fc.oneof(
      fc.constantFrom('2 Manifest  ', '[5 Findings 8]', '━━━━━━━━━━', '          ', 'plugin', 'go-match.so', '漢字'),
      fc.constantFrom(...STYLES).map((style) => `${style}x fails\x1b[0m  `),
    );
    const line = fc.array(word, { minLength: 3, maxLength: 7 });
    const lines = fc.array(line, { minLength: 10, maxLength: 10 });
    const edit = fc.tuple(fc.nat(9), fc.nat(7), fc.nat(2), fc.array(word, { maxLength: 2 }));
    const pushed = fc.tuple(fc.nat(9), fc.nat(2), line);
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.array(edit, { maxLength: 6 }),
        fc.array(pushed, { maxLength: 2 }),
        async (first, edits, rows) => {
          const next = first.map((words) => [...words]);
          for (const [row, at, gone, come] of edits) next[row]?.splice(at, gone, ...come);
          for (const [at, gone, come] of rows) next.splice(at, gone, come);
          const frames = [first, next.slice(0, 10)].map((frame) => frame.map((words) => words.join('')).join('\n'));
          const [stepwise, atOnce] = [new Emulator(60, 10), new Emulator(60, 10)];
          await drawAll(stepwise, [frames[0] ?? '', frames[1] ?? '', frames[0] ?? ''], 60, 10);
          await drawAll(atOnce, [frames[0] ?? ''], 60, 10);
          expect(screen(stepwise, 10)).toEqual(screen(atOnce, 10));
        },
      ),
      { numRuns: 80 },
    );
  });

  it('moves what stands in a row sideways where something comes before it, and back where it goes', async () => {
    const tabs = (more: string) =>
      `── 1 Overview  [2 Manifest]  ${more}5 Findings 1  6 Load plan  7 Log ${'─'.repeat(30 - more.length)} 4 rows decide ─`;
    const emulator = new Emulator(120, 1);
    const sizes = await drawAll(emulator, [tabs(''), tabs('4 Components  '), tabs('')], 120, 1);
    expect(emulator.rows()).toEqual([tabs('')]);
    // The word that is new, and two places; the 80 columns right of it are not written again.
    expect(sizes[1]).toBeLessThanOrEqual(45);
    // Its columns are line again, at three bytes a column.
    expect(sizes[2]).toBeLessThanOrEqual(14 * 3 + 20);
  });

  it('moves two blocks of rows where rows appear at two places', async () => {
    const row = (item: number) => `row ${item} of a text that would cost fifty bytes to write again`;
    const before = Array.from({ length: 16 }, (_, index) => row(index));
    const after = [...before.slice(0, 4), 'new', ...before.slice(4, 9), 'newer', ...before.slice(9)].slice(0, 16);
    const emulator = new Emulator(80, 16);
    const sizes = await drawAll(emulator, [before.join('\n'), after.join('\n')], 80, 16);
    expect(emulator.rows()).toEqual(after);
    expect(sizes[1]).toBeLessThanOrEqual(80);
  });

  it('erases a row from where text gives way to blanks, and writes what comes after it', async () => {
    const [before, after] = ['fix    a long text that is no more, and much of it', 'fix    short                       end'];
    const emulator = new Emulator(60, 1);
    const sizes = await drawAll(emulator, [before, after], 60, 1);
    expect(emulator.rows()).toEqual([after]);
    expect(sizes[1]).toBeLessThanOrEqual('\x1b[1;8Hshort\x1b[K\x1b[23Cend'.length);
  });

  it('goes to the next row in two bytes, and never by a move that scrolls', async () => {
    const frames = ['a\nb\nc', 'A\nB\nC'];
    const emulator = new Emulator(10, 3);
    const sizes = await drawAll(emulator, frames, 10, 3);
    expect(emulator.rows()).toEqual(['A', 'B', 'C']);
    expect(sizes[1]).toBe('\x1b[HA\x1bEB\x1bEC'.length);
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
