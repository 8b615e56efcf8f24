import type { Binding } from './binding.js';

/** Moving the cursor, and scrolling sheets. */
export const MOVING: readonly Binding[] = [
  { command: 'down', keys: ['j', 'down'], shown: 'j k', where: ['panes', 'sheet'], name: 'down, up', column: 'look' },
  { command: 'up', keys: ['k', 'up'], shown: 'k', where: ['panes', 'sheet'], name: null, column: 'look' },
  { command: 'page down', keys: ['page-down'], shown: 'PgDn PgUp', where: ['panes', 'sheet'], name: 'a page', column: 'look' },
  { command: 'page up', keys: ['page-up'], shown: 'PgUp', where: ['panes', 'sheet'], name: null, column: 'look' },
  { command: 'half page down', keys: ['ctrl-d'], shown: '^D ^U', where: ['panes', 'sheet'], name: 'half a page', column: 'look' },
  { command: 'half page up', keys: ['ctrl-u'], shown: '^U', where: ['panes', 'sheet'], name: null, column: 'look' },
  { command: 'first', keys: ['g', 'home'], shown: 'g G', where: ['panes', 'sheet'], name: 'first, last', column: 'look' },
  { command: 'last', keys: ['G', 'end'], shown: 'G', where: ['panes', 'sheet'], name: null, column: 'look' },
];
