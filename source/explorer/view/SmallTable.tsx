import { Text } from 'ink';
import * as inkTable from 'ink-table';
import { type ComponentType, memo, type PropsWithChildren, type ReactNode } from 'react';
import { type CleanText, clean } from '../../terminal/clean.js';
import { fit } from '../../terminal/fit.js';
import { pad, takeStart } from '../../terminal/width.js';
import type { TableColumn } from '../panels/content.js';
import { span } from '../row.js';
import type { Styles } from '../theme.js';
import { painted } from './paint.js';

interface TableProps {
  readonly data: readonly Record<string, string>[];
  readonly columns: readonly string[];
  readonly cell: ComponentType<PropsWithChildren<{ column: number }>>;
  readonly header: ComponentType<PropsWithChildren>;
  readonly skeleton: ComponentType<PropsWithChildren>;
}

// CommonJS, wrapped once more by Node and by bundlers.
const Table = ('default' in inkTable.default
  ? inkTable.default.default
  : inkTable.default) as unknown as ComponentType<TableProps>;

interface SmallTableProps {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly CleanText[])[];
  /** The row under the cursor; -1: none. */
  readonly current: number;
  readonly styles: Styles;
}

/**
 * ink-table, drawn in our signs: no boxes, headings in the secondary colour, `>` before the current row. It measures
 * text by its length, so cells come cut and padded, in as many columns as they are characters long.
 */
export const SmallTable = memo(function SmallTable({ columns, rows, current, styles }: SmallTableProps): ReactNode {
  const names = columns.map(({ title }) => title);
  const data = rows.map((cells, row) => {
    const marked: Record<string, string> = { ' ': row === current ? '>' : ' ' };
    for (const [index, { title, width, align }] of columns.entries())
      marked[title] = pad(fit(cells[index] ?? clean(''), width, 'middle'), width, align === 'right' ? 'start' : 'end');
    return marked;
  });
  const right = new Set<string>(columns.filter(({ align }) => align === 'right').map(({ title }) => title));
  const Heading = ({ children }: PropsWithChildren) => {
    const text = String(children);
    const title = text.trim();
    const shown = title === '' ? text.slice(1) : right.has(title) ? `${title.padStart(text.length - 1)} ` : text;
    return <Text>{painted([span(clean(shown), 'secondary')], styles)}</Text>;
  };
  // Every cell has a blank on both sides; the cursor stands in the first column of the screen.
  // Padded by length, a cell with wide characters is longer than its column.
  const inColumns = (column: number, text: string) => takeStart(clean(text), (columns[column - 1]?.width ?? 0) + 2);
  const Cell = ({ column, children }: PropsWithChildren<{ column: number }>) => (
    <Text>
      {painted(
        [column === 0 ? span(clean(String(children).slice(1)), 'focus') : span(inColumns(column, String(children)))],
        styles,
      )}
    </Text>
  );
  // ink-table keeps the components it was made with: another table is another one.
  const key = columns.map(({ title, width }) => `${title} ${width}`).join();
  return <Table key={key} data={data} columns={[' ', ...names]} cell={Cell} header={Heading} skeleton={Nothing} />;
});

/** No boxes: without lines the rows of the skeleton take no room. */
function Nothing(): ReactNode {
  return null;
}
