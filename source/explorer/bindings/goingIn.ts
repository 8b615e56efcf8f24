import { hasOnePane } from '../layout.js';
import { panelContent } from '../panels/panel.js';
import { hasFindings, visiblePanel } from '../panels/visible.js';
import { recordOf, type State } from '../state.js';
import { always, type Binding } from './binding.js';
import { noFiles } from './reasons.js';

/** Into what the cursor is on, and from pane to pane. */
export const GOING_IN: readonly Binding[] = [
  {
    command: 'leave',
    keys: ['escape', 'q', '?', 'enter'],
    shown: 'Esc',
    where: ['sheet'],
    name: null,
    column: 'here',
    hint: always('close'),
  },
  // Where no tabs are to be seen, the key row says how to get to the other panels.
  {
    command: 'next panel',
    keys: [],
    shown: '[ ]',
    where: ['panels'],
    name: null,
    column: 'everywhere',
    hint: (state) => (hasOnePane(state) ? 'panel' : null),
    whyNot: noFiles,
  },
  {
    command: 'enter',
    keys: ['enter', 'l', 'right'],
    shown: 'Enter',
    where: ['list'],
    name: 'open the panel',
    column: 'here',
    hint: enterListHint,
    whyNot: noFiles,
  },
  {
    command: 'enter',
    keys: ['enter', 'l', 'right'],
    shown: 'Enter',
    where: ['panels'],
    name: 'go in',
    column: 'here',
    hint: enterPanelHint,
    whyNot: (state) => (enterPanelHint(state) === null ? 'there is nothing behind this row' : null),
  },
  {
    command: 'switch pane',
    keys: ['tab', 'shift-tab'],
    shown: 'Tab',
    where: ['panes'],
    name: 'list, panel',
    column: 'everywhere',
    hint: tabHint,
    whyNot: noFiles,
  },
];

function enterListHint(state: State): string {
  if (hasOnePane(state)) return 'open';
  // Words of one length: moving between files that load and files that don't rewrites nothing else in the row.
  return hasFindings(recordOf(state, state.list.current)) ? 'findings' : 'overview';
}

function enterPanelHint(state: State): string | null {
  if (state.focus === 'list') return null;
  return panelContent(state).enter(state.panels[visiblePanel(state)].cursor)?.hint ?? null;
}

function tabHint(state: State): string | null {
  if (state.focus === 'list') return 'panel';
  if (visiblePanel(state) !== 'components') return null;
  return state.componentsView.side === 'tree' ? 'config' : 'list';
}
