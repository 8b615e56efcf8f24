import { type CleanText, clean, cleaned, cleanJson } from '../terminal/clean.js';
import { fit } from '../terminal/fit.js';
import { pad } from '../terminal/width.js';
import { listedRecords } from './listed.js';
import { exportedConfig } from './panels/componentConfig.js';
import type { PanelContent } from './panels/content.js';
import { contentOfWidth, panelContent } from './panels/panel.js';
import { PANELS, type PanelId } from './panels/panelIds.js';
import { visiblePanel } from './panels/visible.js';
import { listColumns, longestName } from './plugins/columns.js';
import { listHeading, listRow } from './plugins/listRows.js';
import type { Row } from './row.js';
import { recordOf, type SavedPane, type State } from './state.js';
import { shownPlan } from './trial.js';

/** What `w` writes, line by line: made while it is written, because a symbol table has a million. */
export interface SavedText {
  readonly lines: number;
  line(index: number): CleanText;
}

/** Wide enough that nothing is cut where the last column is the long one; else as wide as reads well. */
const WIDTHS: Readonly<Record<PanelId | 'list', number>> = {
  list: 1000,
  overview: 160,
  manifest: 220,
  symbols: 20_000,
  // One side of it: beside each other they would be no tree and no YAML.
  components: 99,
  findings: 160,
  plan: 400,
  log: 1000,
  sections: 160,
};

/** All of the list, or of the visible panel, as filtered, sorted and unfolded at the moment; without the cursor. */
export function savedText(state: State, pane: SavedPane): SavedText {
  if (pane === 'config') {
    const { described } = panelContent(state);
    const lines = described ? exportedConfig(described, state.componentsView.fields) : [];
    return linesOf(lines, 0, () => clean(''));
  }
  return pane === 'list' ? listText(state) : panelText(state);
}

function listText(state: State): SavedText {
  const { place, plugins } = state.snapshot;
  const records = listedRecords(state);
  const columns = listColumns(WIDTHS.list, longestName(plugins));
  const filter = { matches: () => true, places: () => [] };
  return linesOf(
    [cleaned`${place.paths.join(', ')}, ${state.list.sort}`, textOf(listHeading(columns))],
    records.length,
    (index) => {
      const record = records[index];
      if (!record) return clean('');
      const marks = {
        current: false,
        marked: state.marked.has(record.path),
        change: state.changes.get(record.path) ?? null,
        filter,
      };
      return textOf(listRow(record, columns, marks));
    },
  );
}

function panelText(state: State): SavedText {
  const id = visiblePanel(state);
  if (id === 'plan') return discoveryText(state);
  const content = contentOfWidth(state, WIDTHS[id]);
  const name = PANELS.find((panel) => panel.id === id)?.name ?? '';
  const file = id === 'log' ? '' : ` of ${state.shown ?? ''}`;
  const note = content.note === '' ? '' : `, ${content.note}`;
  const head = [cleaned`${name}${file}${note}`, ...content.heading.map(textOf)];
  if (!content.table) return linesOf(head, content.rows, (row) => textOf(content.draw(row, -1)));
  return linesOf([...head, tableLine(content, null)], content.rows, (row) => tableLine(content, row));
}

/** The order that is shown, as a discovery file: JSON, in which any path survives. */
function discoveryText(state: State): SavedText {
  const { host } = state.snapshot;
  const steps = shownPlan(state)?.sequence.steps ?? [];
  const file = {
    ...(host.state === 'read' ? { host: host.path } : {}),
    plugins: steps.map(({ candidate: { path } }) => ({ path })),
  };
  return linesOf(cleanJson(file).split('\n') as CleanText[], 0, () => clean(''));
}

/** One row of a small table, or its headings. */
function tableLine({ table }: PanelContent, row: number | null): CleanText {
  const columns = table?.columns ?? [];
  const cells = row === null ? columns.map(({ title }) => title) : (table?.cells(row) ?? []);
  const padded = columns.map(({ width, align }, index) =>
    pad(fit(cells[index] ?? clean(''), width, 'middle'), width, align === 'right' ? 'start' : 'end'),
  );
  return trimmed(`   ${padded.join('  ')}`);
}

function linesOf(head: readonly CleanText[], rows: number, row: (index: number) => CleanText): SavedText {
  return { lines: head.length + rows, line: (index) => head[index] ?? row(index - head.length) };
}

function textOf(row: Row): CleanText {
  return trimmed(row.map(({ text }) => text).join(''));
}

/** Cutting blanks off clean text leaves clean text. */
const trimmed = (text: string): CleanText => text.trimEnd() as CleanText;

/** `go-match.so-symbols.txt`: of a name that someone else chose, only what is harmless in a path. */
export function defaultName(state: State, pane: SavedPane): string {
  if (pane === 'config') return `./${panelContent(state).described?.type ?? 'config'}.yaml`;
  if (pane === 'list') return './plugins.txt';
  const id = visiblePanel(state);
  if (id === 'plan') return './plugins.json';
  const file = id === 'log' ? '' : (recordOf(state, state.shown)?.name ?? '');
  const harmless = file
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[.-]+/, '')
    .slice(0, 80);
  return `./${harmless === '' ? '' : `${harmless}-`}${id}.txt`;
}
