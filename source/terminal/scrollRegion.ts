import { bestRun } from './bestRun.js';
import { PLAIN, sgrBetween } from './cellStyle.js';
import { drawChanges } from './drawCells.js';
import { type Grid, sameCell, scrolled } from './grid.js';
import type { Pen } from './pen.js';

interface Scroll {
  readonly top: number;
  readonly bottom: number;
  /** Rows up; negative: down. */
  readonly lines: number;
}

/** As many blocks of one frame are moved at most: rows that appear at two places push those below them twice. */
const BLOCKS = 3;

/**
 * The bytes for a new frame: the changed cells, after rows that moved up or down as a block were moved by a scroll region
 * (`CSI t;b r`, `CSI S`), where that is shorter.
 */
export function drawFrame(before: Grid, after: Grid, pen: Pen): { bytes: string; pen: Pen } {
  let now = { grid: before, bytes: '', pen };
  let left = drawChanges(before, after, pen, 'in place');
  // A scroll costs some 15 bytes itself; below this there is nothing to win.
  for (let block = 0; block < BLOCKS && left.bytes.length >= 60; block++) {
    const scroll = likelyScroll(now.grid, after);
    if (!scroll) break;
    const moved = scrolled(now.grid, scroll.top, scroll.bottom, scroll.lines);
    const move = scrollBytes(scroll, now.pen);
    const rest = drawChanges(moved, after, HOME, 'in place');
    if (Buffer.byteLength(move) + Buffer.byteLength(rest.bytes) >= Buffer.byteLength(left.bytes)) break;
    now = { grid: moved, bytes: now.bytes + move, pen: HOME };
    left = rest;
  }
  const drawn = drawChanges(now.grid, after, now.pen, 'shifted');
  return { bytes: now.bytes + drawn.bytes, pen: drawn.pen };
}

const HOME: Pen = { position: { row: 0, column: 0 }, style: PLAIN };

/** New rows are erased with the pen: it must be plain. Setting and resetting the region moves the cursor home. */
function scrollBytes({ top, bottom, lines }: Scroll, { style }: Pen): string {
  const times = Math.abs(lines) === 1 ? '' : String(Math.abs(lines));
  return `${sgrBetween(style, PLAIN)}\x1b[${top + 1};${bottom + 1}r\x1b[${times}${lines > 0 ? 'S' : 'T'}\x1b[r`;
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

/** Of one distance, the run of rows whose cells gain most by the move. */
function bestBlock(before: Grid, after: Grid, lines: number): { scroll: Scroll; saved: number } | null {
  const gain = (row: number) => equalCells(before, row + lines, after, row) - equalCells(before, row, after, row);
  const run = bestRun(Math.max(0, -lines), after.rows - 1 - Math.max(0, lines), gain);
  if (!run) return null;
  // The region holds the rows that arrive and those they come from.
  const [top, bottom] = lines > 0 ? [run.first, run.last + lines] : [run.first + lines, run.last];
  return { scroll: { top, bottom, lines }, saved: run.gain };
}

function equalCells(a: Grid, rowOfA: number, b: Grid, rowOfB: number): number {
  let same = 0;
  for (let column = 0; column < a.columns; column++)
    if (sameCell(a, b, rowOfA * a.columns + column, rowOfB * b.columns + column)) same++;
  return same;
}
