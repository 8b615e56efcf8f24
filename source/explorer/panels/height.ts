import { filterRows, layoutOf } from '../layout.js';
import type { State } from '../state.js';
import { panelContent } from './panel.js';

/** Rows the panel has for its items. */
export function panelHeight(state: State): number {
  const layout = layoutOf(state);
  if (layout.kind === 'too small') return 0;
  return Math.max(0, layout.panel - panelContent(state).heading.length - filterRows(state, 'panel'));
}
