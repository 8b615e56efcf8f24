import type { ShownFields } from '../../components/defaultConfig.js';
import { clean } from '../../terminal/clean.js';
import { componentPage } from '../panels/componentsPanel.js';
import { evidenceRow } from '../panels/evidenceRow.js';
import { panelContent } from '../panels/panel.js';
import type { PanelId } from '../panels/panelIds.js';
import { hasFindings, panelsOf, visiblePanel } from '../panels/visible.js';
import { only, recordOf, type State, type Step } from '../state.js';
import { atShown } from '../trial.js';
import { withFilter } from './filtering.js';
import { follow, withPanel } from './moving.js';

export function toPanel(state: State, panel: PanelId): State {
  const there = { ...follow(state), panel, back: null };
  return panel === 'plan' ? atShown(there) : there;
}

/** The panel before or after the visible one, around the ends. */
export function stepPanel(state: State, by: 1 | -1): State {
  const followed = follow(state);
  const there = panelsOf(recordOf(followed, followed.shown));
  const at = there.indexOf(visiblePanel(followed));
  const next = there[(at + by + there.length) % there.length];
  return next ? toPanel(followed, next) : followed;
}

export function switchPane(state: State): State {
  if (state.focus === 'panel' && visiblePanel(state) === 'components')
    return state.componentsView.side === 'tree' ? otherSide(state) : { ...otherSide(state), focus: 'list' };
  const focus = state.focus === 'list' ? 'panel' : 'list';
  return focus === 'panel' ? { ...follow(state), focus } : { ...state, focus };
}

/** Enter: from the list to the findings of a file that has some, else to its overview; in a panel, what its item offers. */
export function enter(state: State): Step {
  if (state.focus === 'list') {
    const panel = hasFindings(recordOf(state, state.list.current)) ? 'findings' : 'overview';
    return only({ ...toPanel(state, panel), focus: 'panel' });
  }
  const id = visiblePanel(state);
  const panel = state.panels[id];
  const entrance = panelContent(state).enter(panel.cursor);
  if (!entrance) return only(state);
  if (entrance.type === 'fold' && entrance.key !== undefined) return only(toggled(state, entrance.key));
  if (entrance.type === 'fold') return only(withPanel(state, { ...panel, unfolded: !panel.unfolded }));
  if (entrance.type === 'hash') return hashed(state);
  if (entrance.type === 'page')
    return only({ ...state, sheet: { kind: 'page', title: entrance.title, lines: entrance.lines, top: 0 } });
  return only(toEvidence(state, entrance.subject));
}

function hashed(state: State): Step {
  const record = recordOf(state, state.shown);
  if (record?.state !== 'judged' || !record.evidence) return only(state);
  const { evidence, path } = record;
  return { state: { ...state, hash: { evidence, text: clean('hashing') } }, effects: [{ type: 'hash', path, evidence }] };
}

/** To the row of the comparison that a finding is about; Esc comes back to the finding. */
function toEvidence(state: State, subject: string): State {
  const record = recordOf(state, state.shown);
  if (record?.state !== 'judged') return state;
  const name = evidenceRow(record, subject);
  if (name === null) return state;
  const from = visiblePanel(state);
  const there: State = {
    ...state,
    panel: 'manifest',
    back: { panel: from, at: state.panels[from] },
    panels: { ...state.panels, manifest: { cursor: 0, top: 0, filter: '', unfolded: true } },
  };
  const content = panelContent(there);
  const cursor = Array.from({ length: content.items }, (_, item) => item).find((item) =>
    content.text(item).startsWith(clean(`${name}  `)),
  );
  return withPanel(there, { ...there.panels.manifest, cursor: cursor ?? 0 });
}

/** Esc: one step out, and never out of the program. */
export function stepOut(state: State): State {
  const filter = state.focus === 'list' ? state.list.filter : state.panels[visiblePanel(state)].filter;
  if (filter !== '') return withFilter(state, state.focus, '');
  if (state.zoomed) return { ...state, zoomed: false };
  if (state.focus === 'panel' && state.back) {
    const { panel, at } = state.back;
    return { ...state, panel, back: null, panels: { ...state.panels, [panel]: at } };
  }
  return outOfPanel(state);
}

export function leave(state: State): State {
  return state.sheet ? { ...state, sheet: null } : outOfPanel(state);
}

/** From the configuration to the tree beside it, from everywhere else to the list. */
function outOfPanel(state: State): State {
  const inConfig = visiblePanel(state) === 'components' && state.componentsView.side === 'config';
  return inConfig ? otherSide(state) : { ...state, focus: 'list' };
}

export function unfold(state: State): State {
  const panel = state.panels[visiblePanel(state)];
  return withPanel(state, { ...panel, unfolded: !panel.unfolded });
}

/** Tree and default configuration change places as what has the cursor; each keeps its own. */
function otherSide(state: State): State {
  const { side, other } = state.componentsView;
  return {
    ...state,
    componentsView: { ...state.componentsView, side: side === 'tree' ? 'config' : 'tree', other: state.panels.components },
    panels: { ...state.panels, components: other },
  };
}

function toggled(state: State, key: string): State {
  const keys = new Set(state.componentsView.toggled);
  if (!keys.delete(key)) keys.add(key);
  return { ...state, componentsView: { ...state.componentsView, toggled: keys } };
}

/** `a`, `r`: all fields, or those that must be filled in; once more: what is in force. */
export function showFields(state: State, fields: Exclude<ShownFields, 'in force'>): State {
  const { componentsView } = state;
  return { ...state, componentsView: { ...componentsView, fields: componentsView.fields === fields ? 'in force' : fields } };
}

/** All that is said of the component under the cursor. */
export function describe(state: State): State {
  const { described } = panelContent(state);
  return described ? { ...state, sheet: { kind: 'page', ...componentPage(described), top: 0 } } : state;
}
