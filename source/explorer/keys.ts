import { type CleanText, clean } from '../terminal/clean.js';
import { panelContent } from './panels/panel.js';
import { PANELS, type PanelId } from './panels/panelIds.js';
import { panelsOf, visiblePanel } from './panels/visible.js';
import { recordOf, type State } from './state.js';

/** What a key does. `actions/` has one function for each. */
export type Command =
  | 'up'
  | 'down'
  | 'page up'
  | 'page down'
  | 'half page up'
  | 'half page down'
  | 'first'
  | 'last'
  | 'enter'
  | 'out'
  | 'escape'
  | 'switch pane'
  | 'previous panel'
  | 'next panel'
  | `panel ${PanelId}`
  | 'filter'
  | 'next'
  | 'previous'
  | 'zoom'
  | 'mark'
  | 'sort'
  | 'unfold'
  | 'copy'
  | 'help'
  | 'redraw'
  | 'suspend'
  | 'quit';

/** What has the keys: a pane, or what lies over it. */
export type Place = 'list' | PanelId | 'help';

type Where = 'everywhere' | 'panes' | 'panels' | Place;

export interface Binding {
  readonly command: Command;
  /** As the decoder names them; one character stands for itself. */
  readonly keys: readonly string[];
  /** As people write them: `j k`, `Enter`. */
  readonly shown: string;
  readonly where: readonly Where[];
  /** A line of the help sheet; null for what is said elsewhere there. */
  readonly help: string | null;
  readonly column: 'here' | 'everywhere' | 'look' | 'do';
  /** A word in the key row; null when it is not the moment. Left out: never there. */
  readonly hint?: (state: State) => string | null;
  /** False where the key would do nothing: then it is neither listed nor bound. */
  readonly when?: (state: State) => boolean;
}

const hasFiles = (state: State): boolean => state.snapshot.plugins.length > 0;
const inFindings = (state: State): boolean => placeOf(state) === 'findings';

/**
 * Every key, once: what it does, where, and how help and the key row call it. The first that fits counts; the key row
 * shows them in this order until it is full.
 */
export const BINDINGS: readonly Binding[] = [
  {
    command: 'out',
    keys: ['?', 'q', 'escape', 'enter'],
    shown: '?',
    where: ['help'],
    help: null,
    column: 'here',
    hint: () => 'close',
  },
  {
    command: 'enter',
    keys: ['enter', 'l', 'right'],
    shown: 'Enter',
    where: ['list'],
    help: 'open the panel',
    column: 'here',
    hint: enterListHint,
    when: hasFiles,
  },
  {
    command: 'enter',
    keys: ['enter', 'l', 'right'],
    shown: 'Enter',
    where: ['panels'],
    help: 'go in',
    column: 'here',
    hint: enterPanelHint,
    when: (state) => enterPanelHint(state) !== null,
  },
  {
    command: 'next',
    keys: ['n'],
    shown: 'n N',
    where: ['findings'],
    help: 'next, previous finding',
    column: 'here',
    hint: () => 'next',
    when: hasFiles,
  },
  { command: 'previous', keys: ['N'], shown: 'N', where: ['findings'], help: null, column: 'here' },
  {
    command: 'unfold',
    keys: ['='],
    shown: '=',
    where: ['manifest'],
    help: 'unfold what is equal',
    column: 'here',
    hint: () => 'unfold',
  },
  {
    command: 'copy',
    keys: ['y'],
    shown: 'y',
    where: ['panes'],
    help: 'copy: path, row or fix',
    column: 'do',
    hint: (state) => (inFindings(state) ? 'copy fix' : null),
    when: hasFiles,
  },
  {
    command: 'switch pane',
    keys: ['tab', 'shift-tab'],
    shown: 'Tab',
    where: ['panes'],
    help: 'list, panel',
    column: 'everywhere',
    hint: (state) => (state.focus === 'list' ? 'panel' : 'list'),
    when: hasFiles,
  },
  {
    command: 'escape',
    keys: ['escape'],
    shown: 'Esc',
    where: ['panes'],
    help: 'one step back',
    column: 'everywhere',
    hint: escapeHint,
  },
  { command: 'out', keys: ['h', 'left'], shown: 'h', where: ['panels'], help: null, column: 'everywhere' },
  {
    command: 'filter',
    keys: ['/'],
    shown: '/',
    where: ['list', 'manifest', 'log'],
    help: 'filter',
    column: 'look',
    hint: () => 'filter',
    when: hasFiles,
  },
  {
    command: 'next',
    keys: ['n'],
    shown: 'n N',
    where: ['list', 'manifest', 'log'],
    help: 'next, previous match',
    column: 'look',
    hint: () => 'match',
    when: isFiltered,
  },
  {
    command: 'previous',
    keys: ['N'],
    shown: 'N',
    where: ['list', 'manifest', 'log'],
    help: null,
    column: 'look',
    when: isFiltered,
  },
  {
    command: 'sort',
    keys: ['s'],
    shown: 's',
    where: ['list'],
    help: 'sort the list',
    column: 'look',
    hint: () => 'sort',
    when: hasFiles,
  },
  {
    command: 'zoom',
    keys: ['z'],
    shown: 'z',
    where: ['panes'],
    help: 'this pane alone',
    column: 'everywhere',
    hint: (state) => (state.focus === 'panel' ? 'zoom' : null),
    when: (state) => hasFiles(state) && state.size.columns > 60 && state.size.rows >= 16,
  },
  {
    command: 'previous panel',
    keys: ['['],
    shown: '[ ]',
    where: ['panes'],
    help: 'panel before, after',
    column: 'everywhere',
    hint: (state) => (state.focus === 'panel' ? 'panel' : null),
    when: hasFiles,
  },
  { command: 'next panel', keys: [']'], shown: ']', where: ['panes'], help: null, column: 'everywhere', when: hasFiles },
  ...PANELS.map(
    ({ id, number, name }): Binding => ({
      command: `panel ${id}`,
      keys: [String(number)],
      shown: String(number),
      where: ['panes'],
      help: `panel ${name}`,
      column: 'everywhere',
      when: (state) => hasFiles(state) && panelsOf(recordOf(state, state.list.current)).includes(id),
    }),
  ),
  { command: 'mark', keys: [' '], shown: 'Space', where: ['list'], help: 'mark', column: 'do', when: hasFiles },
  { command: 'down', keys: ['j', 'down'], shown: 'j k', where: ['panes', 'help'], help: 'down, up', column: 'look' },
  { command: 'up', keys: ['k', 'up'], shown: 'k', where: ['panes', 'help'], help: null, column: 'look' },
  { command: 'page down', keys: ['page-down'], shown: 'PgDn PgUp', where: ['panes', 'help'], help: 'a page', column: 'look' },
  { command: 'page up', keys: ['page-up'], shown: 'PgUp', where: ['panes', 'help'], help: null, column: 'look' },
  { command: 'half page down', keys: ['ctrl-d'], shown: '^D ^U', where: ['panes', 'help'], help: 'half a page', column: 'look' },
  { command: 'half page up', keys: ['ctrl-u'], shown: '^U', where: ['panes', 'help'], help: null, column: 'look' },
  { command: 'first', keys: ['g', 'home'], shown: 'g G', where: ['panes', 'help'], help: 'first, last', column: 'look' },
  { command: 'last', keys: ['G', 'end'], shown: 'G', where: ['panes', 'help'], help: null, column: 'look' },
  { command: 'redraw', keys: ['ctrl-l'], shown: '^L', where: ['everywhere'], help: 'draw again', column: 'do' },
  { command: 'suspend', keys: ['ctrl-z'], shown: '^Z', where: ['everywhere'], help: 'to the shell', column: 'do' },
  { command: 'help', keys: ['?'], shown: '?', where: ['panes'], help: 'these keys', column: 'everywhere' },
  { command: 'quit', keys: ['q'], shown: 'q', where: ['panes'], help: 'quit', column: 'everywhere' },
  { command: 'quit', keys: ['ctrl-c'], shown: '^C', where: ['everywhere'], help: null, column: 'everywhere' },
];

export function placeOf(state: State): Place {
  if (state.sheet?.kind === 'help') return 'help';
  return state.focus === 'list' ? 'list' : visiblePanel(state);
}

/** The bindings that do something now, in the order of the table. */
export function bindingsAt(state: State, place: Place = placeOf(state)): readonly Binding[] {
  return BINDINGS.filter(({ where, when }) => where.some((there) => covers(there, place)) && (when?.(state) ?? true));
}

function covers(where: Where, place: Place): boolean {
  if (where === 'everywhere' || where === place) return true;
  if (where === 'panes') return place !== 'help';
  return where === 'panels' && place !== 'help' && place !== 'list';
}

export function commandOf(state: State, key: string): Command | null {
  return bindingsAt(state).find(({ keys }) => keys.includes(key))?.command ?? null;
}

export interface Hint {
  readonly keys: CleanText;
  readonly word: CleanText;
}

/** The key row without its right end (`? help  q quit`): what to press here, most useful first. */
export function hintsOf(state: State): readonly Hint[] {
  if (state.input) return [hint('Enter', 'done'), hint('Esc', state.input.text === '' ? 'leave' : 'clear')];
  if (state.sheet?.kind === 'sort') return [hint('Enter', 'sort'), hint('j k', 'choose'), hint('Esc', 'cancel')];
  return bindingsAt(state).flatMap((binding) => {
    const word = binding.hint?.(state) ?? null;
    return word === null ? [] : [hint(binding.shown, word)];
  });
}

const hint = (keys: string, word: string): Hint => ({ keys: clean(keys), word: clean(word) });

function enterListHint(state: State): string {
  const record = recordOf(state, state.list.current);
  return record?.state === 'judged' && record.judgement.findings.length > 0 ? 'findings' : 'open';
}

function enterPanelHint(state: State): string | null {
  if (state.focus === 'list') return null;
  return panelContent(state).enter(state.panels[visiblePanel(state)].cursor)?.hint ?? null;
}

function escapeHint(state: State): string | null {
  if (isFiltered(state)) return 'clear filter';
  if (state.zoomed) return 'unzoom';
  if (state.focus === 'panel') return state.back ? 'back' : 'list';
  return null;
}

function isFiltered(state: State): boolean {
  return (state.focus === 'list' ? state.list.filter : state.panels[visiblePanel(state)].filter) !== '';
}
