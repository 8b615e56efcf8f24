import type { Binding } from './binding.js';

/** The program itself. */
export const PROGRAM: readonly Binding[] = [
  { command: 'redraw', keys: ['ctrl-l'], shown: '^L', where: ['everywhere'], name: 'draw again', column: 'do' },
  { command: 'suspend', keys: ['ctrl-z'], shown: '^Z', where: ['everywhere'], name: 'to the shell, fg comes back', column: 'do' },
  { command: 'help', keys: ['?'], shown: '?', where: ['panes'], name: 'these keys', column: 'everywhere' },
  { command: 'quit', keys: ['q'], shown: 'q', where: ['panes'], name: 'quit', column: 'everywhere' },
  { command: 'quit', keys: ['ctrl-c'], shown: '^C', where: ['everywhere'], name: null, column: 'everywhere' },
];
