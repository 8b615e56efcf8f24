import { type CellStyle, PLAIN } from './cellStyle.js';

/** What a terminal of this size shows: one character and one style a cell. The right half of a wide character is ''. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly characters: string[];
  readonly styles: Int32Array;
}

export function blankGrid(columns: number, rows: number): Grid {
  const cells = columns * rows;
  return { columns, rows, characters: new Array<string>(cells).fill(' '), styles: new Int32Array(cells) };
}

export function setCell(grid: Grid, index: number, character: string, style: CellStyle): void {
  grid.characters[index] = character;
  grid.styles[index] = style;
}

export function copyOf(grid: Grid): Grid {
  return { ...grid, characters: grid.characters.slice(), styles: grid.styles.slice() };
}

export function isBlank(grid: Grid, index: number): boolean {
  return grid.characters[index] === ' ' && grid.styles[index] === PLAIN;
}

/** Do two grids show the same at this place? */
export function sameCell(a: Grid, b: Grid, index: number, indexInB = index): boolean {
  return a.characters[index] === b.characters[indexInB] && a.styles[index] === b.styles[indexInB];
}

/** What a scroll region does to the cells: rows `top` to `bottom` move up by `lines` (down if negative), blanks follow. */
export function scrolled(grid: Grid, top: number, bottom: number, lines: number): Grid {
  const result = copyOf(grid);
  const { columns } = grid;
  for (let row = top; row <= bottom; row++) {
    const from = row + lines;
    for (let column = 0; column < columns; column++) {
      const inside = from >= top && from <= bottom;
      const source = from * columns + column;
      setCell(
        result,
        row * columns + column,
        inside ? (grid.characters[source] ?? ' ') : ' ',
        inside ? (grid.styles[source] ?? PLAIN) : PLAIN,
      );
    }
  }
  return result;
}

/** The text of one row, without styles and trailing blanks: for tests and for people. */
export function rowText(grid: Grid, row: number): string {
  return grid.characters
    .slice(row * grid.columns, (row + 1) * grid.columns)
    .join('')
    .trimEnd();
}
