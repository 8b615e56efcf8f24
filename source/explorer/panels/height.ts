import { filterRows, layoutOf } from '../layout.js';
import type { State } from '../state.js';
import { panelContent } from './panel.js';

/** Rows the panel has for its items. */
export function panelHeight(state: State): number {
  const layout = layoutOf(state);
  if (layout.kind === 'too small') return 0;
  const { heading, footing = [], table } = panelContent(state);
  // A table brings one row of headings of its own.
  return Math.max(0, layout.panel - heading.length - footing.length - (table ? 1 : 0) - filterRows(state, 'panel'));
}
