import type { Shape } from './panels/content.js';
import { visiblePanel } from './panels/visible.js';
import type { State } from './state.js';

/** Which rows of the screen are for what. */
export type Layout = TooSmall | Panes;

export interface TooSmall {
  readonly kind: 'too small';
}

export interface Panes {
  readonly kind: 'panes';
  readonly width: number;
  /** One pane at a time, without title. */
  readonly single: boolean;
  readonly title: boolean;
  /** A row of its own; else the totals join the title. */
  readonly totals: boolean;
  /** Rows under the rule of each pane, 0: not drawn (nor is its rule). */
  readonly list: number;
  readonly panel: number;
  /** The heading row of the list, part of `list`. */
  readonly listHeading: boolean;
  readonly shape: Shape;
}

export const LEAST = { columns: 40, rows: 12 } as const;
const LIST_SHARE = 0.35;

export function layoutOf(state: State): Layout {
  const { columns, rows } = state.size;
  if (columns < LEAST.columns || rows < LEAST.rows) return { kind: 'too small' };
  const files = state.snapshot.plugins.length;
  const single = hasOnePane(state);
  const shape: Shape = columns <= 60 ? 'narrow' : rows < 30 ? 'short' : 'full';
  const base = { kind: 'panes', width: columns, shape } as const;
  if (single) {
    const body = rows - 2;
    const panel = state.focus === 'panel' && files > 0;
    return { ...base, single, title: false, totals: false, listHeading: false, list: panel ? 0 : body, panel: panel ? body : 0 };
  }
  const totals = rows >= 24;
  const listHeading = rows >= 30 && files > 0;
  // Title, totals, key row.
  const free = rows - 2 - (totals ? 1 : 0);
  const wide = { ...base, single, title: true, totals };
  if (files === 0 || (state.zoomed && state.focus === 'list')) return { ...wide, listHeading, list: free - 1, panel: 0 };
  if (state.zoomed) return { ...wide, listHeading: false, list: 0, panel: free - 1 };
  const heading = listHeading ? 1 : 0;
  const share = Math.round((free - 2 - heading) * LIST_SHARE);
  // A filter row comes on top: typing one must not push the last file out of a short list.
  const input = filterRows(state);
  const listRows = Math.max(4, Math.min(share, Math.max(4, files + input)));
  return { ...wide, listHeading, list: listRows + heading, panel: free - 2 - listRows - heading };
}

/** Too small for list and panel together. */
export function hasOnePane({ size }: State): boolean {
  return size.columns <= 60 || size.rows < 16;
}

/** The filter stays visible while it is set: one that can't be seen is taken for missing data. */
export function filterRows(state: State, pane: 'list' | 'panel' = 'list'): 0 | 1 {
  const typing = state.input?.pane === pane;
  return typing || filterOf(state, pane) !== '' ? 1 : 0;
}

function filterOf(state: State, pane: 'list' | 'panel'): string {
  if (pane === 'list') return state.list.filter;
  return state.panels[visiblePanel(state)].filter;
}
