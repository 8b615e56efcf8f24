import { hasOnePane } from '../layout.js';
import { listedRecords } from '../listed.js';
import { panelContent } from '../panels/panel.js';
import type { PanelId } from '../panels/panelIds.js';
import { hasFindings, panelsOf } from '../panels/visible.js';
import { recordOf, type State } from '../state.js';
import { shownPlan } from '../trial.js';
import { filterAt } from './place.js';

// Why a key does nothing now, in the words that the palette and the key row say; null where it does something.

export const noFiles = (state: State): string | null => (state.snapshot.plugins.length > 0 ? null : 'there are no files');
export const noFilter = (state: State): string | null => (filterAt(state) === '' ? 'no filter is set' : noOther(state));
export const noPanel = (id: PanelId) => (state: State) =>
  noFiles(state) ?? (panelsOf(recordOf(state, state.list.current)).includes(id) ? null : NO_DATA[id]);
const NO_DATA: Readonly<Record<PanelId, string>> = {
  overview: 'there is no file',
  manifest: 'nothing of this file can be compared with the host',
  symbols: 'this file is no ELF file that can be read',
  components: 'this file has no descriptors of components (ocx build writes them)',
  findings: 'this file was not judged',
  plan: 'there is no file',
  log: 'there is no file',
  sections: 'this file is no ELF file that can be read',
};
export const noRoom = (state: State): string | null => noFiles(state) ?? (hasOnePane(state) ? 'there is one pane only' : null);
/** Of findings and matches: something to go to besides the one at hand. */
export const noOther = (state: State): string | null => {
  const count = state.focus === 'list' ? listedRecords(state).length : panelContent(state).items;
  return count > 1 ? null : 'there is no other';
};
export const running = (state: State): string | null => (state.validation ? 'a validation is running, X stops it' : null);
export const noFinding = (state: State): string | null => {
  const some = state.focus === 'list' ? hasFindings(recordOf(state, state.list.current)) : panelContent(state).items > 0;
  return some ? null : 'there is no finding';
};
export const noSecond = (state: State): string | null =>
  (shownPlan(state)?.sequence.steps.length ?? 0) > 1 ? null : 'there is no other place';
