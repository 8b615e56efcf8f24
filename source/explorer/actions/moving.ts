import { currentIndex, listedRecords, listHeight } from '../listed.js';
import { panelHeight } from '../panels/height.js';
import { panelContent } from '../panels/panel.js';
import { visiblePanel } from '../panels/visible.js';
import { only, type PanelState, type State, type Step } from '../state.js';

/** After so long a rest (ms), the panel follows the first move at once; in a run of moves it waits for their end. */
const REST = 150;

export type Distance = 'one' | 'half' | 'page' | 'all';

/** Moves the cursor of the pane that has the focus. */
export function move(state: State, direction: 1 | -1, distance: Distance, at: number): Step {
  return state.focus === 'list' ? moveInList(state, direction, distance, at) : only(moveInPanel(state, direction, distance));
}

function moveInList(state: State, direction: 1 | -1, distance: Distance, at: number): Step {
  const records = listedRecords(state);
  const target =
    records[clamp(currentIndex(state) + direction * rowsOf(distance, listHeight(state), records.length), records.length)];
  return target ? select(state, target.path, at) : only(state);
}

/** Puts the list's cursor on a file; the panel follows at once after a rest, else when the keys have stopped. */
export function select(state: State, path: string, at: number): Step {
  const left = state.list.current;
  if (left === path) return only(state);
  const moved: State = { ...state, list: { ...state.list, current: path }, movedAt: at, changes: without(state.changes, left) };
  return { state: moved, effects: [{ type: at - state.movedAt >= REST ? 'follow' : 'follow later' }] };
}

/** Whoever has been on a changed row has seen it. */
function without<T>(changes: ReadonlyMap<string, T>, path: string | null): ReadonlyMap<string, T> {
  if (path === null || !changes.has(path)) return changes;
  const rest = new Map(changes);
  rest.delete(path);
  return rest;
}

/** The panel shows the file under the cursor, from its top; filters and folds stay as they were set. */
export function follow(state: State): State {
  if (state.shown === state.list.current) return state;
  const top = (panel: PanelState): PanelState => ({ ...panel, cursor: 0, top: 0 });
  const { overview, manifest, components, findings, symbols, sections, plan, log } = state.panels;
  return {
    ...state,
    shown: state.list.current,
    back: null,
    componentsView: { ...state.componentsView, side: 'tree' },
    panels: {
      overview: top(overview),
      manifest: top(manifest),
      components: top(state.componentsView.side === 'tree' ? components : state.componentsView.other),
      findings: top(findings),
      symbols: top(symbols),
      sections: top(sections),
      plan,
      log,
    },
  };
}

function moveInPanel(state: State, direction: 1 | -1, distance: Distance): State {
  const content = panelContent(state);
  const panel = state.panels[visiblePanel(state)];
  const height = panelHeight(state);
  if (distance === 'all')
    return withPanel(state, { ...panel, cursor: direction > 0 ? content.items - 1 : 0, top: direction > 0 ? content.rows : 0 });
  const [first, end] = [content.firstRow(panel.cursor), content.firstRow(panel.cursor + 1)];
  if (distance === 'one') {
    // An item longer than the panel is read to its end before the cursor goes on.
    const inside = direction > 0 ? panel.top + height < end : panel.top > first;
    if (end - first > height && inside) return withPanel(state, { ...panel, top: panel.top + direction });
    return withPanel(state, { ...panel, cursor: clamp(panel.cursor + direction, content.items) });
  }
  const rows = rowsOf(distance, height, content.rows);
  const row = clamp(first + direction * rows, content.rows);
  return withPanel(state, { ...panel, cursor: content.itemAt(row), top: panel.top + direction * rows });
}

/** `:123`: a row by its number, in the pane that has the focus. */
export function toRow(state: State, row: number): State {
  if (state.focus === 'panel')
    return withPanel(state, { ...state.panels[visiblePanel(state)], cursor: clamp(row - 1, panelContent(state).items) });
  const records = listedRecords(state);
  const target = records[clamp(row - 1, records.length)];
  return target ? follow({ ...state, list: { ...state.list, current: target.path } }) : state;
}

export function withPanel(state: State, panel: PanelState): State {
  return { ...state, panels: { ...state.panels, [visiblePanel(state)]: panel } };
}

function rowsOf(distance: Distance, height: number, all: number): number {
  if (distance === 'one') return 1;
  if (distance === 'half') return Math.max(1, Math.floor(height / 2));
  return distance === 'page' ? Math.max(1, height - 1) : all;
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(index, length - 1));
}
