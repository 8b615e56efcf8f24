import { PLAIN, REVERSE, sgrBetween } from './cellStyle.js';
import { type Grid, isBlank, sameCell } from './grid.js';
import { jumpTo, moveTo, type Pen } from './pen.js';
import { likelyShift, type Shift, shifted } from './shift.js';

/** What was written, and the pen it leaves behind. */
export interface Drawn {
  readonly bytes: string;
  readonly pen: Pen;
}

/**
 * Bytes that turn a terminal showing `before` into one showing `after`, and the pen they leave behind. `shifted`: parts of
 * rows may move sideways, which takes longer to find out.
 */
export function drawChanges(before: Grid, after: Grid, start: Pen, how: 'in place' | 'shifted'): Drawn {
  let bytes = '';
  let pen = start;
  for (let row = 0; row < after.rows; row++) {
    const drawn = how === 'shifted' ? drawShifted(before, after, row, pen) : drawRow(before, after, row, pen);
    bytes += drawn.bytes;
    pen = drawn.pen;
  }
  return { bytes, pen };
}

/** One row: its changed cells, maybe after a part of it was shifted. */
function drawShifted(before: Grid, after: Grid, row: number, pen: Pen): Drawn {
  const plain = drawRow(before, after, row, pen);
  // A shift costs some 20 bytes itself; below this there is nothing to win.
  if (plain.bytes.length < 40) return plain;
  const shift = likelyShift(before, after, row);
  if (!shift) return plain;
  const moved = moveCells(row, pen, shift);
  const rest = drawRow(shifted(before, row, shift), after, row, moved.pen);
  const bytes = moved.bytes + rest.bytes;
  return Buffer.byteLength(bytes) < Buffer.byteLength(plain.bytes) ? { bytes, pen: rest.pen } : plain;
}

/** Deletes cells at one place of the row and inserts as many at another: what stands between moves. */
function moveCells(row: number, start: Pen, { deleteAt, insertAt, cells }: Shift): Drawn {
  // Inserted blanks are painted with the pen, as erased ones are.
  const style = start.style & REVERSE ? PLAIN : start.style;
  const times = cells === 1 ? '' : String(cells);
  let bytes = sgrBetween(start.style, style);
  let pen: Pen = { ...start, style };
  for (const [column, command] of [
    [deleteAt, 'P'],
    [insertAt, '@'],
  ] as const) {
    if (column === null) continue;
    // Nothing between may be written again: it is not what will stand there before both are done.
    bytes += `${jumpTo(pen, row, column)}\x1b[${times}${command}`;
    pen = { position: { row, column }, style };
  }
  return { bytes, pen };
}

/** The changed cells, or, where that is shorter, the row erased from one of them on and written again from there. */
function drawRow(before: Grid, after: Grid, row: number, pen: Pen): Drawn {
  const first = row * after.columns;
  let changed = 0;
  while (changed < after.columns && sameCell(before, after, first + changed)) changed++;
  if (changed === after.columns) return { bytes: '', pen };
  let best = drawCells(after, row, pen, (column) => sameCell(before, after, first + column));
  // Little to save.
  if (best.bytes.length < 24) return best;
  for (const from of erasable(before, after, first, changed)) {
    const head = drawCells(after, row, pen, (column) => column >= from || sameCell(before, after, first + column));
    const erased = eraseFrom(after, row, from, head.pen);
    const tail = drawCells(after, row, erased.pen, (column) => column < from || isBlank(after, first + column));
    const bytes = head.bytes + erased.bytes + tail.bytes;
    if (Buffer.byteLength(bytes) < Buffer.byteLength(best.bytes)) best = { bytes, pen: tail.pen };
  }
  return best;
}

/** So many columns have to become blank, at least, for erasing the rest of a row as well to be shorter. */
const GONE = 4;

/** Where erasing to the end of the row may pay: at its first change, and where blanks come instead of text. */
function erasable(before: Grid, after: Grid, first: number, changed: number): readonly number[] {
  // Never by starting within a wide character.
  const columns = after.characters[first + changed] === '' ? [] : [changed];
  let gone = 0;
  for (let column = changed; column < after.columns; column++) {
    gone = isBlank(after, first + column) && !isBlank(before, first + column) ? gone + 1 : 0;
    if (gone === GONE && column - GONE + 1 > changed) columns.push(column - GONE + 1);
  }
  return columns;
}

function eraseFrom(after: Grid, row: number, column: number, pen: Pen): Drawn {
  const move = moveTo(after, pen, row, column);
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
    bytes += moveTo(after, pen, row, at);
    const style = after.styles[first + at] ?? PLAIN;
    const end = at + (after.characters[first + at + 1] === '' && at + 1 < columns ? 2 : 1);
    bytes += sgrBetween(pen.style, style) + (after.characters[first + at] ?? ' ');
    // In the last column the cursor hangs between this row and the next one.
    pen = { position: end >= columns ? null : { row, column: end }, style };
    column = end - 1;
  }
  return { bytes, pen };
}

/** The first column from which the row is blank to its end, if erasing to there is worth three bytes; else past the end. */
function startOfBlankTail(grid: Grid, first: number): number {
  let column = grid.columns;
  while (column > 0 && isBlank(grid, first + column - 1)) column--;
  return grid.columns - column >= 3 ? column : grid.columns;
}
