import { type CleanText, clean } from '../../terminal/clean.js';
import { width } from '../../terminal/width.js';
import { wrapped } from '../../terminal/wrap.js';
import type { Style } from './style.js';
import { type Column, tableLines, widest } from './table.js';

/** Narrower than this a sentence is hard to read: it goes below its row. */
const LEAST_REST = 40;

/**
 * A table whose last column is a sentence: into a terminal nothing of it is cut. The other columns are as wide as they are,
 * those that can be done without go (`expendable`, the lowest first) where they don't fit; the sentence has the rest of the
 * row and wraps there, or, where that is too little, stands below it. Into a pipe (`columns` null) as `tableLines`.
 */
export function wrappedTableLines<Row>(
  rows: readonly Row[],
  table: readonly Column<Row>[],
  columns: number | null,
  paint: (text: CleanText, style: Style) => CleanText,
): CleanText[] {
  const sentence = table.at(-1);
  if (columns === null || !sentence) return tableLines(rows, table, columns, paint);
  const texts = rows.map((row) => clean(sentence.value(row)));
  const shown = fitting(rows, table.slice(0, -1), columns);
  const plain = tableLines(rows, shown, null, (text) => text);
  const lines = tableLines(rows, shown, null, paint);
  const before = widest(plain) + 2;
  const isBeside = columns - before >= Math.min(LEAST_REST, widest(texts));
  const indent = isBeside ? before : width(shown[0] ? clean(shown[0].title) : clean('')) + 4;
  return lines.flatMap((line, at): CleanText[] => {
    if (at === 0)
      return isBeside ? [joined(line, width(plain[0] ?? line), before, paint(clean(sentence.title), 'heading'))] : [line];
    const parts = wrapped(texts[at - 1] ?? clean(''), Math.max(LEAST_REST / 2, columns - indent)).filter((part) => part !== '');
    const [first, ...more] = parts;
    const below = (part: CleanText) => `${' '.repeat(indent)}${part}` as CleanText;
    if (!isBeside || first === undefined) return [line, ...parts.map(below)];
    return [joined(line, width(plain[at] ?? line), before, first), ...more.map(below)];
  });
}

function joined(line: CleanText, length: number, column: number, text: CleanText): CleanText {
  return `${line}${' '.repeat(Math.max(2, column - length))}${text}` as CleanText;
}

/** Without the columns there is no room for. */
function fitting<Row>(rows: readonly Row[], table: readonly Column<Row>[], columns: number): readonly Column<Row>[] {
  const lines = tableLines(rows, table, null, (text) => text);
  if (widest(lines) <= columns) return table;
  const [first] = table
    .filter(({ expendable }) => expendable !== undefined)
    .sort((a, b) => (a.expendable ?? 0) - (b.expendable ?? 0));
  return first
    ? fitting(
        rows,
        table.filter((column) => column !== first),
        columns,
      )
    : table;
}
