import type { PluginRecord } from '../../catalog/record.js';
import { recordOf, type State } from '../state.js';
import { describedComponents } from './componentTree.js';
import { PANELS, type PanelId } from './panelIds.js';

/** The panels the file at hand has data for: a tab without data is left out. */
export function panelsOf(record: PluginRecord | null): readonly PanelId[] {
  const judged = record?.state === 'judged';
  return PANELS.map(({ id }) => id).filter((id) => {
    if (id === 'symbols' || id === 'sections') return judged && record.evidence?.object.format === 'elf';
    if (id === 'manifest') return judged && record.comparison.length > 0;
    if (id === 'components') return describedComponents(record).length > 0;
    return id === 'findings' ? judged : true;
  });
}

export function hasFindings(record: PluginRecord | null): boolean {
  return record?.state === 'judged' && record.judgement.findings.length > 0;
}

/**
 * The panel on the screen: the one asked for if the file has it, else Overview. It never changes by itself: another panel for
 * every second file would be a new screen for every second key.
 */
export function visiblePanel(state: State): PanelId {
  const there = panelsOf(recordOf(state, state.shown));
  return there.includes(state.panel) ? state.panel : 'overview';
}
