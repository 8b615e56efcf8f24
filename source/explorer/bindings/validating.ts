import { THIS_MACHINE } from '../../catalog/machine.js';
import { whyHostNotValidates } from '../../catalog/probe.js';
import { allTargets, validationTargets } from '../actions/validating.js';
import { panelContent } from '../panels/panel.js';
import { always, type Binding } from './binding.js';
import { noFiles, running } from './reasons.js';

/** Reading, judging and opening plugins again, and its log. */
export const VALIDATING: readonly Binding[] = [
  {
    command: 'stop',
    keys: ['X'],
    shown: 'X',
    where: ['panes'],
    name: 'stop validating',
    column: 'do',
    hint: always('stop'),
    whyNot: (state) => (state.validation ? null : 'nothing is running'),
  },
  {
    command: 'follow log',
    keys: ['f'],
    shown: 'f',
    where: ['log'],
    name: 'follow the log',
    column: 'here',
    hint: always('follow'),
    whyNot: (state) => (state.panels.log.cursor < panelContent(state).items - 1 ? null : 'the log is followed already'),
  },
  {
    command: 'validate',
    keys: ['v'],
    shown: 'v',
    where: ['panes'],
    name: 'validate this, or marked',
    column: 'do',
    hint: (state) => (state.focus === 'list' ? 'validate' : null),
    whyNot: (state) =>
      noFiles(state) ?? running(state) ?? (validationTargets(state).length > 0 ? null : 'the Collector does not load this file'),
  },
  {
    command: 'validate all',
    keys: ['V'],
    shown: 'V',
    where: ['panes'],
    name: 'validate all',
    column: 'do',
    whyNot: (state) => noFiles(state) ?? running(state) ?? (allTargets(state).length > 0 ? null : 'none of these is loaded'),
  },
  {
    command: 'validate config',
    keys: [],
    shown: '',
    where: ['panes'],
    name: 'validate config file…',
    column: 'do',
    whyNot: (state) => whyHostNotValidates(state.snapshot.host, THIS_MACHINE),
  },
];
