import { type CellStyle, PLAIN, REVERSE, UNDERLINE } from './cellStyle.js';
import { type Grid, isBlank } from './grid.js';

/** Where the terminal's cursor is and what it writes with, as far as we know; null after what leaves it unknown. */
export interface Pen {
  readonly position: { readonly row: number; readonly column: number } | null;
  readonly style: CellStyle;
}

export const PEN_AT_START: Pen = { position: null, style: PLAIN };

/**
 * The fewest bytes that move the cursor. Next to a `CSI` with numbers, what every terminal since the VT100 has in two:
 * `ESC D` down, `ESC E` to the start of the next row, `ESC M` up. They scroll only at the edge of the screen, which no
 * move from one row to another stands on in their direction.
 */
export function moveTo(after: Grid, pen: Pen, row: number, column: number): string {
  return fewest(after, pen, row, column);
}

/** `moveTo` over cells that are not what they will be. */
export function jumpTo(pen: Pen, row: number, column: number): string {
  return fewest(null, pen, row, column);
}

function fewest(after: Grid | null, pen: Pen, row: number, column: number): string {
  if (pen.position?.row === row && pen.position.column === column) return '';
  const absolute = column === 0 ? `\x1b[${row === 0 ? '' : row + 1}H` : `\x1b[${row === 0 ? '' : row + 1};${column + 1}H`;
  if (!pen.position) return absolute;
  const down = row - pen.position.row;
  if (down === 0) return shortest([absolute, along(after, pen, row, pen.position.column, column)]);
  const far = Math.abs(down);
  const vertical = [`\x1b[${count(far)}${down > 0 ? 'B' : 'A'}`, (down > 0 ? '\x1bD' : '\x1bM').repeat(far), `\x1b[${row + 1}d`];
  const candidates = [absolute, shortest(vertical) + along(after, pen, row, pen.position.column, column)];
  if (down > 0) candidates.push('\x1bE'.repeat(down) + along(after, pen, row, 0, column));
  return shortest(candidates);
}

/** The fewest bytes from one column of a row to another; what stands between may be written again. */
function along(after: Grid | null, pen: Pen, row: number, from: number, to: number): string {
  const right = to - from;
  if (right === 0) return '';
  const candidates = [`\x1b[${count(Math.abs(right))}${right > 0 ? 'C' : 'D'}`, `\x1b[${to + 1}G`];
  if (to === 0) candidates.push('\r');
  if (right < 0) candidates.push('\b'.repeat(-right));
  const rewrite = after && textBetween(after, pen.style, row, from, to);
  if (rewrite !== null) candidates.push(rewrite);
  return shortest(candidates);
}

function shortest(candidates: readonly string[]): string {
  return candidates.reduce((best, candidate) => (Buffer.byteLength(candidate) < Buffer.byteLength(best) ? candidate : best));
}

const count = (times: number): string => (times === 1 ? '' : String(times));

/** What stands between two columns, if a pen of this style could write it as it is and it is no longer than moving. */
function textBetween(grid: Grid, style: CellStyle, row: number, from: number, to: number): string | null {
  if (from >= to || to - from > 5) return null;
  const first = row * grid.columns;
  for (let at = from; at < to; at++) {
    const blank = isBlank(grid, first + at) && (style & (UNDERLINE | REVERSE)) === 0;
    if (!blank && grid.styles[first + at] !== style) return null;
  }
  if (grid.characters[first + from] === '') return null;
  return grid.characters.slice(first + from, first + to).join('');
}
