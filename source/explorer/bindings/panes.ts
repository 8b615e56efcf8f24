import { hasOnePane } from '../layout.js';
import { PANELS } from '../panels/panelIds.js';
import { visiblePanel } from '../panels/visible.js';
import type { State } from '../state.js';
import { always, type Binding } from './binding.js';
import { filterAt } from './place.js';
import { noFiles, noPanel, noRoom } from './reasons.js';

/** Panes and panels: which one, how large, and back. */
export const PANES: readonly Binding[] = [
  {
    command: 'palette',
    keys: [':'],
    shown: ':',
    where: ['panes'],
    name: 'palette',
    column: 'everywhere',
    hint: always('palette'),
  },
  {
    command: 'zoom',
    keys: ['z'],
    shown: 'z',
    where: ['panes'],
    name: 'zoom this pane',
    column: 'everywhere',
    hint: inPanel('zoom'),
    whyNot: noRoom,
  },
  {
    command: 'step out',
    keys: ['escape'],
    shown: 'Esc',
    where: ['panes'],
    name: 'one step back',
    column: 'everywhere',
    hint: escapeHint,
    whyNot: (state) => (escapeHint(state) === null ? 'there is no step back from here' : null),
  },
  { command: 'leave', keys: ['h', 'left'], shown: 'h', where: ['panels'], name: null, column: 'everywhere' },
  {
    command: 'previous panel',
    keys: ['['],
    shown: '1-8 [ ]',
    where: ['panes'],
    name: 'panel',
    column: 'everywhere',
    hint: (state) => (state.focus === 'panel' && !hasOnePane(state) ? 'panel' : null),
    whyNot: noFiles,
  },
  { command: 'next panel', keys: [']'], shown: ']', where: ['panes'], name: null, column: 'everywhere', whyNot: noFiles },
  ...PANELS.map(
    ({ id, number, name }): Binding => ({
      command: `panel ${id}`,
      keys: [String(number)],
      shown: String(number),
      where: ['panes'],
      name,
      column: 'everywhere',
      whyNot: noPanel(id),
    }),
  ),
];

function inPanel(word: string): (state: State) => string | null {
  return (state) => (state.focus === 'panel' ? word : null);
}

const inConfig = (state: State): boolean => visiblePanel(state) === 'components' && state.componentsView.side === 'config';

function escapeHint(state: State): string | null {
  if (filterAt(state) !== '') return 'clear filter';
  if (state.zoomed) return 'unzoom';
  if (state.focus === 'panel') return state.back ? 'back' : inConfig(state) ? 'tree' : 'list';
  return null;
}
