import { type CellStyle, PLAIN, REVERSE, sgrBetween } from './cellStyle.js';
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

/** Bytes that turn a terminal showing `before` into one showing `after`, and the pen they leave behind. */
export function drawChanges(before: Grid, after: Grid, start: Pen): { bytes: string; pen: Pen } {
  const { columns, rows } = after;
  let bytes = '';
  let pen = start;
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    let blankFrom = -1;
    for (let column = 0; column < columns; column++) {
      if (sameCell(before, after, first + column)) continue;
      // The right half of a wide character is drawn by its left half.
      const at = after.characters[first + column] === '' && column > 0 ? column - 1 : column;
      if (blankFrom < 0) blankFrom = startOfBlankTail(after, first);
      bytes += moveTo(pen, row, at, textBetween(after, pen, row, at));
      if (at >= blankFrom) {
        // Erasing paints with the pen; a reversed one would leave a bar on some terminals.
        const style = pen.style & REVERSE ? PLAIN : pen.style;
        bytes += `${sgrBetween(pen.style, style)}\x1b[K`;
        pen = { position: { row, column: at }, style };
        break;
      }
      const style = after.styles[first + at] ?? PLAIN;
      const character = after.characters[first + at] ?? ' ';
      const end = at + (after.characters[first + at + 1] === '' && at + 1 < columns ? 2 : 1);
      bytes += sgrBetween(pen.style, style) + character;
      // In the last column the cursor hangs between this row and the next one.
      pen = { position: end >= columns ? null : { row, column: end }, style };
      column = end - 1;
    }
  }
  return { bytes, pen };
}

export function sameCell(a: Grid, b: Grid, index: number): boolean {
  return a.characters[index] === b.characters[index] && a.styles[index] === b.styles[index];
}

/** The first column from which the row is blank to its end, if erasing to there is worth three bytes; else past the end. */
function startOfBlankTail(grid: Grid, first: number): number {
  let column = grid.columns;
  while (column > 0 && grid.characters[first + column - 1] === ' ' && grid.styles[first + column - 1] === PLAIN) column--;
  return grid.columns - column >= 3 ? column : grid.columns;
}

/** What stands between the pen and `column`, if the pen could write it as it is. */
function textBetween(grid: Grid, pen: Pen, row: number, column: number): string | null {
  if (!pen.position || pen.position.row !== row || pen.position.column >= column || column - pen.position.column > 5) return null;
  const first = row * grid.columns;
  for (let at = pen.position.column; at < column; at++) {
    const blank = grid.characters[first + at] === ' ' && grid.styles[first + at] === PLAIN && (pen.style & 6) === 0;
    if (!blank && grid.styles[first + at] !== pen.style) return null;
  }
  if (grid.characters[first + pen.position.column] === '') return null;
  return grid.characters.slice(first + pen.position.column, first + column).join('');
}
