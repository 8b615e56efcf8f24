import { type CellStyle, PLAIN, REVERSE, sgrBetween, UNDERLINE } from './cellStyle.js';
import type { Grid } from './grid.js';

/** Where the terminal's cursor is and what it writes with, as far as we know; null after what leaves it unknown. */
export interface Pen {
  readonly position: { readonly row: number; readonly column: number } | null;
  readonly style: CellStyle;
}

export const PEN_AT_START: Pen = { position: null, style: PLAIN };

/** The fewest bytes that move the cursor. `rewrite` is the text between, where writing it again would do. */
function moveTo(pen: Pen, row: number, column: number, rewrite: string | null): string {
  const absolute = column === 0 ? `\x1b[${row === 0 ? '' : row + 1}H` : `\x1b[${row === 0 ? '' : row + 1};${column + 1}H`;
  if (!pen.position) return absolute;
  const candidates = [absolute];
  const down = row - pen.position.row;
  const right = column - pen.position.column;
  if (down === 0) {
    if (right === 0) return '';
    if (column === 0) candidates.push('\r');
    if (right < 0) candidates.push('\b'.repeat(-right));
    candidates.push(`\x1b[${count(Math.abs(right))}${right > 0 ? 'C' : 'D'}`, `\x1b[${column + 1}G`);
    if (rewrite !== null) candidates.push(rewrite);
  } else {
    const vertical = `\x1b[${count(Math.abs(down))}${down > 0 ? 'B' : 'A'}`;
    if (right === 0) candidates.push(vertical, `\x1b[${row + 1}d`);
    if (column === 0) candidates.push(`\r${vertical}`);
  }
  return candidates.reduce((best, candidate) => (Buffer.byteLength(candidate) < Buffer.byteLength(best) ? candidate : best));
}

const count = (times: number): string => (times === 1 ? '' : String(times));

interface Drawn {
  readonly bytes: string;
  readonly pen: Pen;
}

/** Bytes that turn a terminal showing `before` into one showing `after`, and the pen they leave behind. */
export function drawChanges(before: Grid, after: Grid, start: Pen): Drawn {
  let bytes = '';
  let pen = start;
  for (let row = 0; row < after.rows; row++) {
    const drawn = drawRow(before, after, row, pen);
    bytes += drawn.bytes;
    pen = drawn.pen;
  }
  return { bytes, pen };
}

/** One row: its changed cells, or, where that is shorter, erased from the first of them on and written again. */
function drawRow(before: Grid, after: Grid, row: number, pen: Pen): Drawn {
  const first = row * after.columns;
  let changed = 0;
  while (changed < after.columns && sameCell(before, after, first + changed)) changed++;
  if (changed === after.columns) return { bytes: '', pen };
  const cells = drawCells(after, row, pen, (column) => sameCell(before, after, first + column));
  // Little to save, and never by starting within a wide character.
  if (cells.bytes.length < 24 || after.characters[first + changed] === '') return cells;
  const erased = eraseFrom(after, row, changed, pen);
  const again = drawCells(after, row, erased.pen, (column) => column < changed || isBlank(after, first + column));
  const bytes = erased.bytes + again.bytes;
  return Buffer.byteLength(bytes) < Buffer.byteLength(cells.bytes) ? { bytes, pen: again.pen } : cells;
}

function eraseFrom(after: Grid, row: number, column: number, pen: Pen): Drawn {
  const move = moveTo(pen, row, column, textBetween(after, pen, row, column));
  // Erasing paints with the pen; a reversed one would leave a bar on some terminals.
  const style = pen.style & REVERSE ? PLAIN : pen.style;
  return { bytes: `${move}${sgrBetween(pen.style, style)}\x1b[K`, pen: { position: { row, column }, style } };
}

/** Writes the cells of a row that are not `shown` yet. */
function drawCells(after: Grid, row: number, start: Pen, shown: (column: number) => boolean): Drawn {
  const { columns } = after;
  const first = row * columns;
  const blankFrom = startOfBlankTail(after, first);
  let bytes = '';
  let pen = start;
  for (let column = 0; column < columns; column++) {
    if (shown(column)) continue;
    // The right half of a wide character is drawn by its left half.
    const at = after.characters[first + column] === '' && column > 0 ? column - 1 : column;
    if (at >= blankFrom) {
      const erased = eraseFrom(after, row, at, pen);
      return { bytes: bytes + erased.bytes, pen: erased.pen };
    }
    bytes += moveTo(pen, row, at, textBetween(after, pen, row, at));
    const style = after.styles[first + at] ?? PLAIN;
    const end = at + (after.characters[first + at + 1] === '' && at + 1 < columns ? 2 : 1);
    bytes += sgrBetween(pen.style, style) + (after.characters[first + at] ?? ' ');
    // In the last column the cursor hangs between this row and the next one.
    pen = { position: end >= columns ? null : { row, column: end }, style };
    column = end - 1;
  }
  return { bytes, pen };
}

function isBlank(grid: Grid, index: number): boolean {
  return grid.characters[index] === ' ' && grid.styles[index] === PLAIN;
}

export function sameCell(a: Grid, b: Grid, index: number): boolean {
  return a.characters[index] === b.characters[index] && a.styles[index] === b.styles[index];
}

/** The first column from which the row is blank to its end, if erasing to there is worth three bytes; else past the end. */
function startOfBlankTail(grid: Grid, first: number): number {
  let column = grid.columns;
  while (column > 0 && isBlank(grid, first + column - 1)) column--;
  return grid.columns - column >= 3 ? column : grid.columns;
}

/** What stands between the pen and `column`, if the pen could write it as it is. */
function textBetween(grid: Grid, pen: Pen, row: number, column: number): string | null {
  if (!pen.position || pen.position.row !== row || pen.position.column >= column || column - pen.position.column > 5) return null;
  const first = row * grid.columns;
  for (let at = pen.position.column; at < column; at++) {
    const blank = isBlank(grid, first + at) && (pen.style & (UNDERLINE | REVERSE)) === 0;
    if (!blank && grid.styles[first + at] !== pen.style) return null;
  }
  if (grid.characters[first + pen.position.column] === '') return null;
  return grid.characters.slice(first + pen.position.column, first + column).join('');
}
