import type { PluginRecord } from '../catalog/record.js';
import { filterRows, layoutOf } from './layout.js';
import { visibleRecords } from './plugins/order.js';
import type { State } from './state.js';

let last: { plugins: readonly PluginRecord[]; sort: string; filter: string; rows: readonly PluginRecord[] } | null = null;

/** The rows of the list, in the order shown. The last answer is kept: it is asked for many times a frame. */
export function listedRecords({ snapshot: { plugins }, list: { sort, filter } }: State): readonly PluginRecord[] {
  if (last?.plugins !== plugins || last.sort !== sort || last.filter !== filter) {
    last = { plugins, sort, filter, rows: visibleRecords(plugins, sort, filter) };
  }
  return last.rows;
}

export function currentIndex(state: State): number {
  return listedRecords(state).findIndex(({ path }) => path === state.list.current);
}

/** Rows the list has for files. */
export function listHeight(state: State): number {
  const layout = layoutOf(state);
  if (layout.kind === 'too small') return 0;
  return Math.max(0, layout.list - (layout.listHeading ? 1 : 0) - filterRows(state, 'list'));
}

/** Files on the screen. */
export function windowOf(state: State): readonly PluginRecord[] {
  return listedRecords(state).slice(state.list.top, state.list.top + listHeight(state));
}
