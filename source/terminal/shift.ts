import { bestRun, type Run } from './bestRun.js';
import { PLAIN } from './cellStyle.js';
import { copyOf, type Grid, setCell } from './grid.js';

/**
 * A part of a row that moves sideways: `cells` are deleted at one column (`CSI n P`), what follows comes nearer, then as
 * many blanks are inserted at another (`CSI n @`), and what follows that is where it was. A null column: that end is the
 * end of the row, where the terminal does it by itself.
 */
export interface Shift {
  readonly deleteAt: number | null;
  readonly insertAt: number | null;
  readonly cells: number;
}

/** The part of a row that most likely moved, found by what moving it would save; null when nothing moved. */
export function likelyShift(before: Grid, after: Grid, row: number): Shift | null {
  const start = row * after.columns;
  // Half of a wide character may be deleted; what then stands there differs from terminal to terminal.
  if (hasWide(before, start) || hasWide(after, start)) return null;
  const [from, to] = [cellIds(before, start), cellIds(after, start)];
  const { columns } = after;
  let [first, last] = [0, columns - 1];
  // Only what changed can gain.
  while (first < columns && from[first] === to[first]) first++;
  while (last > first && from[last] === to[last]) last--;
  let best: { run: Run; by: number } | null = null;
  for (const by of candidateDistances(textOf(before, start), textOf(after, start), first, last)) {
    const gain = (column: number) => Number(from[column - by] === to[column]) - Number(from[column] === to[column]);
    const run = bestRun(Math.max(first, by), Math.min(last, columns - 1 + by), gain);
    if (run && run.gain > (best?.run.gain ?? 0)) best = { run, by };
  }
  return best && shiftOf(best.run, best.by, restMoves(from, to, best.run.last + 1, best.by));
}

/** So much text has to be found again, at least, for a shift to be shorter. */
const ANCHOR = 8;

/** Distances at which some of the text that changed is found again; a line or blanks are found everywhere and say nothing. */
function candidateDistances(before: string, after: string, first: number, last: number): Set<number> {
  const distances = new Set<number>();
  for (let column = first; column + ANCHOR <= last + 1; column += ANCHOR / 2) {
    const anchor = after.slice(column, column + ANCHOR);
    if (anchor === anchor.charAt(0).repeat(ANCHOR)) continue;
    const found = before.indexOf(anchor);
    if (found >= 0 && found !== column) distances.add(column - found);
  }
  return distances;
}

/** One character a column, so that places in the text are columns. */
function textOf(grid: Grid, start: number): string {
  return grid.characters
    .slice(start, start + grid.columns)
    .map((character) => character.charAt(0))
    .join('');
}

const BLANK_ID = ' '.charCodeAt(0);

/** A number a cell: quick to compare, and two that look alike have the same. */
function cellIds(grid: Grid, start: number): Int32Array {
  return Int32Array.from({ length: grid.columns }, (_, column) => {
    const character = grid.characters[start + column] ?? ' ';
    return Math.imul(grid.styles[start + column] ?? PLAIN, 31) + (character.codePointAt(0) ?? 0);
  });
}

/** May all that follows move as well, blanks among blanks? Then one end of the shift is the end of the row. */
function restMoves(from: Int32Array, to: Int32Array, first: number, by: number): boolean {
  return to.subarray(first).every((id, index) => id === (from[first + index - by] ?? BLANK_ID));
}

function shiftOf({ first, last }: Run, by: number, isTail: boolean): Shift {
  return by > 0
    ? { deleteAt: isTail ? null : last + 1 - by, insertAt: first - by, cells: by }
    : { deleteAt: first, insertAt: isTail ? null : last + 1, cells: -by };
}

function hasWide(grid: Grid, start: number): boolean {
  return grid.characters.slice(start, start + grid.columns).includes('');
}

/** What a shift does to the cells of one row. */
export function shifted(grid: Grid, row: number, { deleteAt, insertAt, cells }: Shift): Grid {
  const result = copyOf(grid);
  const start = row * grid.columns;
  const order = Array.from({ length: grid.columns }, (_, column) => column);
  const blanks = new Array<number>(cells).fill(-1);
  if (deleteAt !== null) order.splice(deleteAt, cells);
  if (insertAt !== null) order.splice(insertAt, 0, ...blanks);
  for (let column = 0; column < grid.columns; column++) {
    const source = order[column] ?? -1;
    const blank = source < 0;
    const character = blank ? ' ' : (grid.characters[start + source] ?? ' ');
    setCell(result, start + column, character, blank ? PLAIN : (grid.styles[start + source] ?? PLAIN));
  }
  return result;
}
