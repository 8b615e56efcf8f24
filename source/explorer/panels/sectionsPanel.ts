import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { type DependencyRow, dependencyRows } from '../dependencyRows.js';
import type { SectionRow } from '../details.js';
import { matcherOf } from '../matcher.js';
import { countText } from '../quantities.js';
import { contentOf, type Entrance, type PanelContent, type PanelContext, type TableColumn } from './content.js';
import { sentence } from './symbolsPanel.js';

/** The section headers as a small table, or what the file depends on. No loader looks at the first; people do. */
export function sectionsContent(context: PanelContext): PanelContent {
  return context.sectionsView === 'sections' ? sectionTable(context) : dependencyTable(context);
}

function sectionTable(context: PanelContext): PanelContent {
  const { details, panel, width } = context;
  if (!details || details.state === 'reading') return contentOf(clean(''), [sentence(clean('reading'), width)], []);
  if (details.state === 'unreadable') return contentOf(clean(''), [sentence(details.because, width)], []);
  const all = details.of.sections ?? [];
  if (all.length === 0)
    return contentOf(clean(''), [sentence(clean('No section headers: they were stripped. No loader needs them.'), width)], []);
  const { matches } = matcherOf(panel.filter);
  const rows = all.filter(({ name, type }) => matches(`${name} ${type}`));
  const nothing = cleaned`No section matches "${panel.filter}". Esc shows all ${all.length}.`;
  return tableOf(rows, columnsFor(width), context, nothing, () => null);
}

function dependencyTable(context: PanelContext): PanelContent {
  const { record, panel, width } = context;
  const evidence = record?.state === 'judged' ? record.evidence : null;
  const all = evidence ? dependencyRows(evidence) : [];
  if (all.length === 0)
    return contentOf(clean(''), [sentence(clean('Nothing recorded: no needed library, no module, no crate.'), width)], []);
  const { matches } = matcherOf(panel.filter);
  const rows = all.filter(({ kind, name, version, about }) => matches(`${kind} ${name} ${version} ${about}`));
  const nothing = cleaned`No dependency matches "${panel.filter}". Esc shows all ${all.length}.`;
  return tableOf(rows, dependencyColumns(width), context, nothing, dependencyPage);
}

function tableOf<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  { panel, width, sectionsView }: PanelContext,
  nothing: CleanText,
  enter: (row: T) => Entrance | null,
): PanelContent {
  const cells = (row: T) => columns.map(({ value }) => clean(value(row)));
  const place = cleaned`${countText(Math.min(panel.cursor + 1, rows.length))} of ${countText(rows.length)}`;
  return {
    ...contentOf(sectionsView === 'sections' ? place : cleaned`dependencies, ${place}`, [], []),
    heading: rows.length === 0 ? [sentence(nothing, width)] : [],
    items: rows.length,
    rows: rows.length,
    firstRow: (item) => item,
    itemAt: (row) => row,
    text: (item) => clean(rows[item] ? cells(rows[item]).join('  ') : ''),
    enter: (item) => (rows[item] ? enter(rows[item]) : null),
    ...(rows.length === 0 ? {} : { table: { columns, cells: (row: number) => (rows[row] ? cells(rows[row]) : []) } }),
  };
}

/** A hash in full is longer than its column. */
function dependencyPage({ kind, name, version, about }: DependencyRow): Entrance {
  return {
    type: 'page',
    title: clean(kind),
    lines: [clean(name), clean(version === '' ? 'no version recorded' : version), clean(about)].filter((line) => line !== ''),
    hint: clean('details'),
  };
}

type Column<T> = TableColumn & { readonly value: (row: T) => string };

const hex = (value: number): string => `0x${value.toString(16)}`;

/** What doesn't fit goes from the right of this list, but for the name. */
function columnsFor(width: number): readonly Column<SectionRow>[] {
  const name: Column<SectionRow> = {
    title: clean('name'),
    width: Math.min(36, Math.max(16, width - 60)),
    align: 'left',
    value: (row) => row.name,
  };
  const others: readonly Column<SectionRow>[] = [
    { title: clean('type'), width: 14, align: 'left', value: ({ type }) => type },
    { title: clean('size'), width: 11, align: 'right', value: ({ size }) => countText(size) },
    { title: clean('flags'), width: 5, align: 'left', value: ({ flags }) => flags },
    { title: clean('address'), width: 10, align: 'right', value: ({ address }) => hex(address) },
    { title: clean('offset'), width: 10, align: 'right', value: ({ offset }) => hex(offset) },
  ];
  return [name, ...thatFit(others, width - 2 - name.width)];
}

/** The name has what the others leave; the version is worth more than where it is from. */
function dependencyColumns(width: number): readonly Column<DependencyRow>[] {
  const others = thatFit<DependencyRow>(
    [
      { title: clean('kind'), width: 7, align: 'left', value: ({ kind }) => kind },
      { title: clean('version'), width: width >= 100 ? 26 : 18, align: 'left', value: ({ version }) => version },
      { title: clean('found, hash or source'), width: 40, align: 'left', value: ({ about }) => about },
    ],
    width - 4 - 24,
  );
  // Two before the first column, and two with every one of them.
  const used = others.reduce((sum, column) => sum + 2 + column.width, 4);
  const name: Column<DependencyRow> = { title: clean('name'), width: width - used, align: 'left', value: (row) => row.name };
  const [kind, ...rest] = others;
  return kind ? [kind, name, ...rest] : [name];
}

function thatFit<T>(columns: readonly Column<T>[], room: number): readonly Column<T>[] {
  const shown: Column<T>[] = [];
  let used = 0;
  for (const column of columns) {
    used += 2 + column.width;
    if (used > room) break;
    shown.push(column);
  }
  return shown;
}
