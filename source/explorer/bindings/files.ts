import type { Binding } from './binding.js';
import { noFiles } from './reasons.js';

/** Other files: what is written, opened, marked. */
export const FILES: readonly Binding[] = [
  { command: 'write', keys: ['w'], shown: 'w', where: ['panes'], name: 'write this to a file', column: 'do', whyNot: noFiles },
  { command: 'open directory', keys: [], shown: '', where: ['panes'], name: 'open directory…', column: 'do' },
  { command: 'choose host', keys: [], shown: '', where: ['panes'], name: 'choose the host…', column: 'do' },
  { command: 'mark', keys: [' '], shown: 'Space', where: ['list'], name: 'mark', column: 'do', whyNot: noFiles },
];
