import { visiblePanel } from '../panels/visible.js';
import type { State } from '../state.js';
import type { Binding, Place } from './binding.js';

/** What has the keys now. */
export function placeOf(state: State): Place {
  if (state.sheet) return 'sheet';
  return state.focus === 'list' ? 'list' : visiblePanel(state);
}

export function isBoundAt({ where }: Binding, place: Place): boolean {
  return where.some((there) => {
    if (there === 'everywhere' || there === place) return true;
    if (there === 'panes') return place !== 'sheet';
    return there === 'panels' && place !== 'sheet' && place !== 'list';
  });
}

/** The filter of the pane that has the focus. */
export function filterAt(state: State): string {
  return state.focus === 'list' ? state.list.filter : state.panels[visiblePanel(state)].filter;
}
