import type { State } from '../state.js';
import { always, type Binding } from './binding.js';
import { placeOf } from './place.js';
import { noFiles, noFinding, noOther, noPanel } from './reasons.js';

/** What is done with the row at hand. */
export const ROW: readonly Binding[] = [
  {
    command: 'copy',
    keys: ['y'],
    shown: 'y',
    where: ['panes'],
    name: 'copy path, row or fix',
    column: 'do',
    hint: copyHint,
    whyNot: noFiles,
  },
  {
    command: 'explain',
    keys: ['x'],
    shown: 'x',
    where: ['list', 'findings'],
    name: 'explain the finding',
    column: 'here',
    hint: (state) => (placeOf(state) === 'findings' ? 'explain' : null),
    whyNot: noFinding,
  },
  {
    command: 'export',
    keys: ['e'],
    shown: 'e',
    where: ['panes'],
    name: 'export a default configuration',
    column: 'do',
    hint: (state) => (placeOf(state) === 'components' ? 'export' : null),
    whyNot: noPanel('components'),
  },
  {
    command: 'all fields',
    keys: ['a'],
    shown: 'a',
    where: ['components'],
    name: 'all fields, or those in force',
    column: 'here',
    hint: (state) => (state.componentsView.fields === 'all' ? 'in force only' : 'all fields'),
  },
  {
    command: 'required fields',
    keys: ['r'],
    shown: 'r',
    where: ['components'],
    name: 'required fields only',
    column: 'here',
    hint: (state) => (state.componentsView.fields === 'required' ? 'not only required' : 'required only'),
  },
  {
    command: 'describe',
    keys: ['x'],
    shown: 'x',
    where: ['components'],
    name: 'docs of the component',
    column: 'here',
    hint: always('docs'),
  },
  {
    command: 'next',
    keys: ['n'],
    shown: 'n N',
    where: ['findings'],
    name: 'next, previous finding',
    column: 'here',
    hint: always('next'),
    whyNot: noOther,
  },
  { command: 'previous', keys: ['N'], shown: 'N', where: ['findings'], name: null, column: 'here', whyNot: noOther },
  {
    command: 'unfold',
    keys: ['='],
    shown: '=',
    where: ['manifest'],
    name: 'fold, unfold',
    column: 'here',
    hint: (state) => (state.panels.manifest.unfolded ? 'fold' : 'unfold'),
  },
];

function copyHint(state: State): string | null {
  const place = placeOf(state);
  if (place === 'components') return 'copy yaml';
  return place === 'findings' && noFinding(state) === null ? 'copy fix' : null;
}
