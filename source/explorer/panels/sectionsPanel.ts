import { clean, cleaned } from '../../terminal/clean.js';
import type { SectionRow } from '../details.js';
import { matcherOf } from '../matcher.js';
import { countText } from '../quantities.js';
import { contentOf, type PanelContent, type PanelContext, type TableColumn } from './content.js';
import { sentence } from './symbolsPanel.js';

/** The section headers as a small table. No loader looks at them; people do. */
export function sectionsContent(context: PanelContext): PanelContent {
  const { details, panel, width } = context;
  if (!details || details.state === 'reading') return contentOf(clean(''), [sentence(clean('reading'), width)], []);
  if (details.state === 'unreadable') return contentOf(clean(''), [sentence(details.because, width)], []);
  const all = details.of.sections ?? [];
  if (all.length === 0)
    return contentOf(clean(''), [sentence(clean('No section headers: they were stripped. No loader needs them.'), width)], []);
  const { matches } = matcherOf(panel.filter);
  const rows = all.filter(({ name, type }) => matches(`${name} ${type}`));
  const columns = columnsFor(width);
  const cells = (row: SectionRow) => columns.map(({ value }) => clean(value(row)));
  return {
    ...contentOf(cleaned`${countText(Math.min(panel.cursor + 1, rows.length))} of ${countText(rows.length)}`, [], []),
    heading:
      rows.length === 0 ? [sentence(cleaned`No section matches "${panel.filter}". Esc shows all ${all.length}.`, width)] : [],
    items: rows.length,
    rows: rows.length,
    firstRow: (item) => item,
    itemAt: (row) => row,
    text: (item) => clean(rows[item] ? cells(rows[item]).join('  ') : ''),
    ...(rows.length === 0 ? {} : { table: { columns, cells: (row: number) => (rows[row] ? cells(rows[row]) : []) } }),
  };
}

type Column = TableColumn & { readonly value: (row: SectionRow) => string };

const hex = (value: number): string => `0x${value.toString(16)}`;

/** What doesn't fit goes from the right of this list, but for the name. */
function columnsFor(width: number): readonly Column[] {
  const name: Column = {
    title: clean('name'),
    width: Math.min(36, Math.max(16, width - 60)),
    align: 'left',
    value: (row) => row.name,
  };
  const others: readonly Column[] = [
    { title: clean('type'), width: 14, align: 'left', value: ({ type }) => type },
    { title: clean('size'), width: 11, align: 'right', value: ({ size }) => countText(size) },
    { title: clean('flags'), width: 5, align: 'left', value: ({ flags }) => flags },
    { title: clean('address'), width: 10, align: 'right', value: ({ address }) => hex(address) },
    { title: clean('offset'), width: 10, align: 'right', value: ({ offset }) => hex(offset) },
  ];
  const shown: Column[] = [name];
  let used = 2 + name.width;
  for (const column of others) {
    used += 2 + column.width;
    if (used > width) break;
    shown.push(column);
  }
  return shown;
}
