import { PLAIN, sgrBetween } from './cellStyle.js';
import { type Grid, scrolled } from './grid.js';
import { drawChanges, type Pen, sameCell } from './pen.js';

interface Scroll {
  readonly top: number;
  readonly bottom: number;
  /** Rows up; negative: down. */
  readonly lines: number;
}

/**
 * The bytes for a new frame: either the changed cells, or, where rows moved up or down as a block, a scroll region that
 * moves them (`CSI t;b r`, `CSI S`) and then the cells that still differ. Whichever is shorter.
 */
export function drawFrame(before: Grid, after: Grid, pen: Pen): { bytes: string; pen: Pen } {
  const plain = drawChanges(before, after, pen);
  // A scroll costs some 15 bytes itself; below this there is nothing to win.
  if (plain.bytes.length < 60) return plain;
  const scroll = likelyScroll(before, after);
  if (!scroll) return plain;
  const { top, bottom, lines } = scroll;
  const times = Math.abs(lines) === 1 ? '' : String(Math.abs(lines));
  // New rows are erased with the pen: it must be plain. Setting and resetting the region moves the cursor home.
  const move = `${sgrBetween(pen.style, PLAIN)}\x1b[${top + 1};${bottom + 1}r\x1b[${times}${lines > 0 ? 'S' : 'T'}\x1b[r`;
  const rest = drawChanges(scrolled(before, top, bottom, lines), after, { position: { row: 0, column: 0 }, style: PLAIN });
  const bytes = move + rest.bytes;
  return Buffer.byteLength(bytes) < Buffer.byteLength(plain.bytes) ? { bytes, pen: rest.pen } : plain;
}

/** The block of rows that most likely moved, found by what moving it would save; null when nothing moved. */
function likelyScroll(before: Grid, after: Grid): Scroll | null {
  let best: { scroll: Scroll; saved: number } | null = null;
  for (const lines of candidateDistances(before, after)) {
    const found = bestBlock(before, after, lines);
    if (found && (!best || found.saved > best.saved)) best = found;
  }
  return best?.scroll ?? null;
}

/** Distances at which at least one changed row of text is found again whole. */
function candidateDistances(before: Grid, after: Grid): Set<number> {
  const rowsBefore = new Map<string, number[]>();
  for (let row = 0; row < before.rows; row++) {
    const key = rowKey(before, row);
    rowsBefore.set(key, [...(rowsBefore.get(key) ?? []), row]);
  }
  const distances = new Set<number>();
  for (let row = 0; row < after.rows; row++) {
    const key = rowKey(after, row);
    const sources = rowsBefore.get(key) ?? [];
    if (key.trim() === '' || sources.includes(row)) continue;
    for (const source of sources) distances.add(source - row);
  }
  return distances;
}

function rowKey(grid: Grid, row: number): string {
  const [start, end] = [row * grid.columns, (row + 1) * grid.columns];
  const styled = grid.styles.subarray(start, end);
  return grid.characters.slice(start, end).join('') + (styled.some((style) => style !== 0) ? styled.join() : '');
}

/** Of one distance, the run of rows whose cells gain most by the move (Kadane's maximum sum over rows). */
function bestBlock(before: Grid, after: Grid, lines: number): { scroll: Scroll; saved: number } | null {
  let best: { scroll: Scroll; saved: number } | null = null;
  let sum = 0;
  let start = 0;
  for (let row = 0; row < after.rows; row++) {
    const source = row + lines;
    if (source < 0 || source >= before.rows) {
      sum = 0;
      start = row + 1;
      continue;
    }
    if (sum <= 0) {
      sum = 0;
      start = row;
    }
    sum += equalCells(before, source, after, row) - equalCells(before, row, after, row);
    if (sum > (best?.saved ?? 0)) {
      // The region holds the rows that arrive and those they come from.
      const [top, bottom] = lines > 0 ? [start, row + lines] : [start + lines, row];
      best = { scroll: { top, bottom, lines }, saved: sum };
    }
  }
  return best;
}

function equalCells(a: Grid, rowOfA: number, b: Grid, rowOfB: number): number {
  if (rowOfA === rowOfB) {
    let same = 0;
    for (let index = rowOfA * a.columns; index < (rowOfA + 1) * a.columns; index++) if (sameCell(a, b, index)) same++;
    return same;
  }
  let same = 0;
  for (let column = 0; column < a.columns; column++) {
    const [from, to] = [rowOfA * a.columns + column, rowOfB * b.columns + column];
    if (a.characters[from] === b.characters[to] && a.styles[from] === b.styles[to]) same++;
  }
  return same;
}
