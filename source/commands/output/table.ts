import { type CleanText, clean } from '../../terminal/clean.js';
import { fit, type How } from '../../terminal/fit.js';
import { width } from '../../terminal/width.js';
import type { Style } from './style.js';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: 'right';
  /** How it may be cut when the terminal is too narrow; a column without is never cut. */
  readonly cut?: How;
  /** Where a table must be narrower it goes, the lowest first; a column without stays. */
  readonly expendable?: number;
  readonly style?: (row: Row) => Style;
}

/**
 * Rows as aligned lines with a heading. Into a terminal of `columns` the cuttable columns shrink, widest first, to fit;
 * into a pipe (`columns` null) nothing is cut, and one long name doesn't move the columns of every other row: it stands out of
 * its own. No trailing blanks.
 */
export function tableLines<Row>(
  rows: readonly Row[],
  table: readonly Column<Row>[],
  columns: number | null,
  paint: (text: CleanText, style: Style) => CleanText,
): CleanText[] {
  const cells = rows.map((row) => table.map(({ value }) => clean(value(row))));
  const titles = table.map(({ title }) => clean(title));
  const widths = table.map((_, at) => widest([titles, ...cells].map((line) => line[at] ?? clean(''))));
  if (columns !== null) shrink(widths, table, columns);
  else for (const [at, { cut }] of table.entries()) if (cut) widths[at] = Math.min(widths[at] ?? 0, MOST_IN_PIPE);
  const line = (texts: readonly CleanText[], styleOf: (at: number) => Style): CleanText => {
    const parts = texts.map((text, at) => {
      const room = widths[at] ?? 0;
      const shown = columns === null ? text : fit(text, room, table[at]?.cut ?? 'end');
      const blanks = ' '.repeat(Math.max(0, room - width(shown)));
      const painted = paint(shown, styleOf(at));
      if (table[at]?.align === 'right') return blanks + painted;
      return at === texts.length - 1 ? painted : painted + blanks;
    });
    return parts.join('  ') as CleanText;
  };
  return [
    line(titles, () => 'heading'),
    ...cells.map((texts, at) => {
      const row = rows[at];
      return line(texts, (column) => (row === undefined ? 'plain' : (table[column]?.style?.(row) ?? 'plain')));
    }),
  ];
}

/** Columns of the widest. Not `Math.max(...)`: a directory may have more files than a call takes arguments. */
export function widest(texts: readonly CleanText[]): number {
  return texts.reduce((most, text) => Math.max(most, width(text)), 0);
}

/** How wide a column gets for the longest of its cells where nothing is cut: most file names and packages fit. */
const MOST_IN_PIPE = 60;
const LEAST = 12;

function shrink<Row>(widths: number[], table: readonly Column<Row>[], columns: number): void {
  let over = widths.reduce((sum, w) => sum + w, 0) + 2 * (widths.length - 1) - columns;
  while (over > 0) {
    let widest = -1;
    for (const [at, column] of table.entries()) {
      if (column.cut && (widths[at] ?? 0) > LEAST && (widest < 0 || (widths[at] ?? 0) > (widths[widest] ?? 0))) widest = at;
    }
    if (widest < 0) return; // Too narrow for the rest: the terminal wraps, nothing is lost.
    widths[widest] = (widths[widest] ?? 0) - 1;
    over--;
  }
}
