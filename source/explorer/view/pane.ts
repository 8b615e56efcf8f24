import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { fit } from '../../terminal/fit.js';
import { filterRows, type Panes } from '../layout.js';
import { currentIndex, listedRecords, windowOf } from '../listed.js';
import { faultOf, matcherOf } from '../matcher.js';
import type { PanelContent, TableColumn } from '../panels/content.js';
import { panelHeight } from '../panels/height.js';
import { panelContent } from '../panels/panel.js';
import { PANELS, type PanelId } from '../panels/panelIds.js';
import { panelsOf, visiblePanel } from '../panels/visible.js';
import { listColumns, longestName } from '../plugins/columns.js';
import { listHeading, listRow } from '../plugins/listRows.js';
import { countText } from '../quantities.js';
import { blanks, cutRow, EMPTY_ROW, type Row, rowWidth, rule, span } from '../row.js';
import { recordOf, type State } from '../state.js';

/** A panel whose items are a small table. */
export interface PaneTable {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly CleanText[])[];
  /** Among these rows; -1: none. */
  readonly current: number;
}

/** A rule with a title, and the rows under it. */
export interface Pane {
  readonly rule: Row;
  readonly rows: readonly Row[];
}

export function listPane(state: State, layout: Panes): Pane {
  const records = listedRecords(state);
  const focused = state.focus === 'list' && !state.sheet;
  const position =
    records.length === 0
      ? clean('0 files')
      : cleaned`${countText(currentIndex(state) + 1)} of ${countText(state.snapshot.plugins.length)}`;
  const title =
    state.list.filter === '' ? position : cleaned`${countText(records.length)} of ${countText(state.snapshot.plugins.length)}`;
  return {
    rule: rule(
      [span(listTitle(state, layout.width), focused ? 'strong' : 'plain')],
      title,
      layout.width,
      focused ? 'heavy' : 'light',
    ),
    rows: [...filterRow(state, 'list', layout.width), ...listBody(state, layout)],
  };
}

function listTitle({ list: { sort }, snapshot: { plan } }: State, columns: number): CleanText {
  if (sort !== 'load order') return clean(`Plugins by ${sort}`);
  if (columns < 100) return clean('Plugins');
  const dies = plan?.diesAt ?? null;
  if (dies === null) return clean('Plugins in load order');
  return cleaned`Plugins in load order, judged as if ${dies}, which kills the Collector, were left out`;
}

function listBody(state: State, layout: Panes): readonly Row[] {
  if (state.snapshot.plugins.length === 0) return emptyDirectory(state, layout.width);
  if (listedRecords(state).length === 0)
    return [
      sentence(
        cleaned`No file matches "${state.list.filter}". Esc shows all ${countText(state.snapshot.plugins.length)}.`,
        layout.width,
      ),
    ];
  const columns = listColumns(layout.width, longestName(state.snapshot.plugins));
  const filter = matcherOf(state.list.filter);
  const rows = windowOf(state).map((record) =>
    listRow(record, columns, {
      current: record.path === state.list.current,
      marked: state.marked.has(record.path),
      change: state.changes.get(record.path) ?? null,
      filter,
    }),
  );
  return layout.listHeading ? [listHeading(columns), ...rows] : rows;
}

function emptyDirectory({ snapshot: { place, problems } }: State, columns: number): readonly Row[] {
  const where = place.paths.join(', ');
  const discovery = place.kind === 'discovery file';
  const first = discovery
    ? cleaned`No plugins are listed in ${where}. Waiting: one that is added appears here.`
    : cleaned`No files in ${where}. Waiting: a plugin copied there appears here.`;
  const second = discovery
    ? clean('looked for plugins: [{path: ...}] in this file')
    : clean('looked for *.so in this directory, not in sub-directories');
  const third = clean(': Open directory…   another one');
  return [
    ...problems.map((problem) => sentence(clean(problem), columns)),
    sentence(first, columns),
    sentence(second, columns),
    sentence(third, columns),
  ];
}

export function sentence(text: CleanText, columns: number): Row {
  return [blanks(3), span(fit(text, columns - 3, 'end'))];
}

/** ` / pdata trace_`: stays while a filter is set. */
function filterRow(state: State, pane: 'list' | 'panel', columns: number): readonly Row[] {
  if (filterRows(state, pane) === 0) return [];
  const typing = state.input?.pane === pane ? state.input : null;
  const text = typing ? typing.text : pane === 'list' ? state.list.filter : state.panels[visiblePanel(state)].filter;
  const fault = faultOf(text);
  return [
    cutRow(
      [
        blanks(1),
        span(clean('/'), 'focus'),
        blanks(1),
        span(cleaned`${text}${typing ? '_' : ''}`),
        ...(fault === null ? [] : [blanks(2), span(clean(fault), 'fails')]),
      ],
      columns,
    ),
  ];
}

export function panelPane(state: State, layout: Panes): Pane & { readonly table: PaneTable | null } {
  const content = panelContent(state);
  const focused = state.focus === 'panel' && !state.sheet;
  const current = focused ? state.panels[visiblePanel(state)].cursor : -1;
  const height = panelHeight(state);
  const { top } = state.panels[visiblePanel(state)];
  const filter = filterRow(state, 'panel', layout.width);
  const shown = Math.max(0, Math.min(height, content.rows - top));
  const table = content.table
    ? {
        columns: content.table.columns,
        rows: Array.from({ length: shown }, (_, row) => content.table?.cells(top + row) ?? []),
        current: current < 0 ? -1 : current - top,
      }
    : null;
  const rows = table ? [] : bodyRows(content, top, height, current, layout.width);
  const footing = content.footing ?? [];
  const above = [...filter, ...content.heading, ...rows];
  const free = footing.length === 0 ? 0 : Math.max(0, layout.panel - above.length - footing.length);
  const title = layout.single ? singleTitle(state, layout.width) : tabs(state, layout.width, focused);
  return {
    rule: rule(title, layout.single ? clean('') : content.note, layout.width, focused ? 'heavy' : 'light'),
    rows: [...above, ...Array.from({ length: free }, () => EMPTY_ROW), ...footing].slice(0, layout.panel),
    table,
  };
}

/** What is on the screen of the items; of a divided panel both sides, and the line between them. */
function bodyRows(content: PanelContent, top: number, height: number, current: number, columns: number): readonly Row[] {
  const count = Math.max(0, Math.min(height, content.rows - top));
  const rows = Array.from({ length: count }, (_, row) => content.draw(top + row, current));
  const { beside } = content;
  if (!beside) return rows;
  const others = beside.rows(height);
  return Array.from({ length: height }, (_, index) => {
    const [own, other] = [rows[index] ?? EMPTY_ROW, others[index] ?? EMPTY_ROW];
    // The side with the cursor has a column for it; the other one a blank in its place.
    const [left, right] = beside.side === 'right' ? [own, [blanks(1), ...other]] : [other, own];
    const cut = cutRow(left, beside.left - 1);
    return [...cut, blanks(beside.left - rowWidth(cut)), span(clean('│')), ...cutRow(right, columns - beside.left - 1)];
  });
}

/** `< attributes…  2/7 Manifest`: where one pane is all there is. */
function singleTitle(state: State, columns: number): Row {
  const record = recordOf(state, state.shown);
  const there = panelsOf(record);
  const id = visiblePanel(state);
  const name = PANELS.find((panel) => panel.id === id)?.name ?? '';
  const place = clean(`${there.indexOf(id) + 1}/${there.length} ${name}`);
  return [
    span(cleaned`< ${fit(clean(record?.name ?? ''), Math.max(8, columns - place.length - 14), 'end')}  `),
    span(place, 'strong'),
  ];
}

/** The tabs, the current one in brackets: names, below 100 columns four letters, below 72 numbers. */
function tabs(state: State, columns: number, focused: boolean): Row {
  const record = recordOf(state, state.shown);
  const current = visiblePanel(state);
  const gap = columns >= 100 ? 2 : 1;
  return panelsOf(record).flatMap((id, index): Row => {
    const label = tabLabel(id, columns, id === current);
    const count = id === 'findings' && record?.state === 'judged' ? record.judgement.findings.length : 0;
    const text = cleaned`${label}${count > 0 && columns >= 72 ? ` ${count}` : ''}`;
    return [
      ...(index === 0 ? [] : [blanks(gap)]),
      id === current ? span(clean(`[${text}]`), focused ? 'strong' : 'plain') : span(text),
    ];
  });
}

function tabLabel(id: PanelId, columns: number, current: boolean): string {
  const panel = PANELS.find((candidate) => candidate.id === id);
  if (!panel) return '';
  if (columns >= 100 || (current && columns < 72)) return `${panel.number} ${panel.name}`;
  return columns >= 72 ? `${panel.number} ${panel.short}` : String(panel.number);
}
