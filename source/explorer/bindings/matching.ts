import { always, type Binding } from './binding.js';
import { noFiles, noFilter } from './reasons.js';

/** Filters, and from match to match. */
export const MATCHING: readonly Binding[] = [
  {
    command: 'filter',
    keys: ['/'],
    shown: '/',
    where: ['list', 'manifest', 'symbols', 'components', 'sections', 'log'],
    name: 'filter',
    column: 'look',
    hint: always('filter'),
    whyNot: noFiles,
  },
  {
    command: 'next',
    keys: ['n'],
    shown: 'n N',
    where: ['list', 'manifest', 'symbols', 'components', 'sections', 'log'],
    name: 'next, previous match',
    column: 'look',
    hint: always('match'),
    whyNot: noFilter,
  },
  {
    command: 'previous',
    keys: ['N'],
    shown: 'N',
    where: ['list', 'manifest', 'symbols', 'components', 'sections', 'log'],
    name: null,
    column: 'look',
    whyNot: noFilter,
  },
];
