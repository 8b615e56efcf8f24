import { THIS_MACHINE } from '../catalog/machine.js';
import { whyHostNotValidates } from '../catalog/probe.js';
import { allTargets, validationTargets } from './actions/validating.js';
import { hasOnePane } from './layout.js';
import { listedRecords } from './listed.js';
import { panelContent } from './panels/panel.js';
import { PANELS, type PanelId } from './panels/panelIds.js';
import { hasFindings, panelsOf, visiblePanel } from './panels/visible.js';
import { recordOf, type State } from './state.js';
import { shownPlan } from './trial.js';

/** What a key does. `reducer.ts` has one line for each. */
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
  | 'leave'
  | 'step out'
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
  | 'explain'
  | 'name form'
  | 'copy'
  | 'validate'
  | 'validate all'
  | 'stop'
  | 'validate config'
  | 'follow log'
  | 'write'
  | 'export'
  | 'all fields'
  | 'required fields'
  | 'describe'
  | 'sections view'
  | 'try earlier'
  | 'try later'
  | 'best order'
  | 'reset order'
  | 'open directory'
  | 'choose host'
  | 'palette'
  | 'help'
  | 'redraw'
  | 'suspend'
  | 'quit';

/** What has the keys: a pane, or a sheet over it. */
export type Place = 'list' | PanelId | 'sheet';

type Where = 'everywhere' | 'panes' | 'panels' | Place;

/** One key or pair of keys: what it does, where, and how help, palette and key row call it. */
export interface Binding {
  readonly command: Command;
  /** As the decoder names them; one character stands for itself. */
  readonly keys: readonly string[];
  /** As people write them: `j k`, `Enter`. */
  readonly shown: string;
  readonly where: readonly Where[];
  /** What help and palette call it; null for the second half of a pair. */
  readonly name: string | null;
  /** Where help lists it. */
  readonly column: 'here' | 'everywhere' | 'look' | 'do';
  /** A word in the key row; null when it is not the moment. Left out: never there. */
  readonly hint?: (state: State) => string | null;
  /** Why it would do nothing now; null when it does something. Left out: it always does. */
  readonly whyNot?: (state: State) => string | null;
}

const always = (word: string) => (): string => word;
const noFiles = (state: State): string | null => (state.snapshot.plugins.length > 0 ? null : 'there are no files');
const noFilter = (state: State): string | null => (filterAt(state) === '' ? 'no filter is set' : noOther(state));
const noPanel = (id: PanelId) => (state: State) =>
  noFiles(state) ?? (panelsOf(recordOf(state, state.list.current)).includes(id) ? null : NO_DATA[id]);
const NO_DATA: Readonly<Record<PanelId, string>> = {
  overview: 'there is no file',
  manifest: 'nothing of this file can be compared with the host',
  symbols: 'this file is no ELF file that can be read',
  components: 'this file has no descriptors of components (ocx build writes them)',
  findings: 'this file was not judged',
  plan: 'there is no file',
  log: 'there is no file',
  sections: 'this file is no ELF file that can be read',
};
const noRoom = (state: State): string | null => noFiles(state) ?? (hasOnePane(state) ? 'there is one pane only' : null);
/** Of findings and matches: something to go to besides the one at hand. */
const noOther = (state: State): string | null => {
  const count = state.focus === 'list' ? listedRecords(state).length : panelContent(state).items;
  return count > 1 ? null : 'there is no other';
};
const running = (state: State): string | null => (state.validation ? 'a validation is running, X stops it' : null);
const noFinding = (state: State): string | null => (panelContent(state).items > 0 ? null : 'there is no finding');
const noSecond = (state: State): string | null =>
  (shownPlan(state)?.sequence.steps.length ?? 0) > 1 ? null : 'there is no other place';
const inPanel = (word: string) => (state: State) => (state.focus === 'panel' ? word : null);

/** The first that fits counts. The key row shows hints in this order until it is full. */
export const BINDINGS: readonly Binding[] = [
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
    where: ['findings'],
    name: 'explain the code',
    column: 'here',
    hint: always('explain'),
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
    name: 'validate this, or what is marked',
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
  {
    command: 'name form',
    keys: ['t'],
    shown: 't',
    where: ['symbols'],
    name: 'raw or demangled names',
    column: 'here',
    hint: (state) => (state.form === 'raw' ? 'demangled' : 'raw'),
  },
  {
    command: 'sections view',
    keys: ['d'],
    shown: 'd',
    where: ['sections'],
    name: 'sections or dependencies',
    column: 'here',
    hint: (state) => (state.sectionsView === 'sections' ? 'dependencies' : 'sections'),
  },
  {
    command: 'try later',
    keys: ['J'],
    shown: 'J K',
    where: ['plan'],
    name: 'try it later, earlier',
    column: 'here',
    hint: always('try elsewhere'),
    whyNot: noSecond,
  },
  { command: 'try earlier', keys: ['K'], shown: 'K', where: ['plan'], name: null, column: 'here', whyNot: noSecond },
  {
    command: 'best order',
    keys: ['o'],
    shown: 'o',
    where: ['plan'],
    name: 'the order that loads most',
    column: 'here',
    hint: always('best order'),
    whyNot: (state) => (state.snapshot.plan?.best.order ? null : 'no order was found that loads more'),
  },
  {
    command: 'reset order',
    keys: ['r'],
    shown: 'r',
    where: ['plan'],
    name: 'the order of the directory',
    column: 'here',
    hint: always('reset'),
    whyNot: (state) => (shownPlan(state)?.isTrial ? null : 'no other order is tried'),
  },
  {
    command: 'write',
    keys: ['w'],
    shown: 'w',
    where: ['plan'],
    name: 'write the order as a discovery file',
    column: 'here',
    hint: always('write as discovery file'),
    whyNot: (state) => (shownPlan(state) ? null : 'there is no plan without a host'),
  },
  {
    command: 'sort',
    keys: ['s'],
    shown: 's',
    where: ['symbols'],
    name: 'sort the symbols',
    column: 'look',
    hint: always('sort'),
    whyNot: (state) => (panelContent(state).items > 1 || state.symbolOrder !== 'table' ? null : 'there is nothing to sort'),
  },
  {
    command: 'sort',
    keys: ['s'],
    shown: 's',
    where: ['list'],
    name: 'sort the list',
    column: 'look',
    hint: always('sort'),
    whyNot: noFiles,
  },
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
  { command: 'write', keys: ['w'], shown: 'w', where: ['panes'], name: 'write this to a file', column: 'do', whyNot: noFiles },
  { command: 'open directory', keys: [], shown: '', where: ['panes'], name: 'open directory…', column: 'do' },
  { command: 'choose host', keys: [], shown: '', where: ['panes'], name: 'choose the host…', column: 'do' },
  { command: 'mark', keys: [' '], shown: 'Space', where: ['list'], name: 'mark', column: 'do', whyNot: noFiles },
  { command: 'down', keys: ['j', 'down'], shown: 'j k', where: ['panes', 'sheet'], name: 'down, up', column: 'look' },
  { command: 'up', keys: ['k', 'up'], shown: 'k', where: ['panes', 'sheet'], name: null, column: 'look' },
  { command: 'page down', keys: ['page-down'], shown: 'PgDn PgUp', where: ['panes', 'sheet'], name: 'a page', column: 'look' },
  { command: 'page up', keys: ['page-up'], shown: 'PgUp', where: ['panes', 'sheet'], name: null, column: 'look' },
  { command: 'half page down', keys: ['ctrl-d'], shown: '^D ^U', where: ['panes', 'sheet'], name: 'half a page', column: 'look' },
  { command: 'half page up', keys: ['ctrl-u'], shown: '^U', where: ['panes', 'sheet'], name: null, column: 'look' },
  { command: 'first', keys: ['g', 'home'], shown: 'g G', where: ['panes', 'sheet'], name: 'first, last', column: 'look' },
  { command: 'last', keys: ['G', 'end'], shown: 'G', where: ['panes', 'sheet'], name: null, column: 'look' },
  { command: 'redraw', keys: ['ctrl-l'], shown: '^L', where: ['everywhere'], name: 'draw again', column: 'do' },
  { command: 'suspend', keys: ['ctrl-z'], shown: '^Z', where: ['everywhere'], name: 'to the shell, fg comes back', column: 'do' },
  { command: 'help', keys: ['?'], shown: '?', where: ['panes'], name: 'these keys', column: 'everywhere' },
  { command: 'quit', keys: ['q'], shown: 'q', where: ['panes'], name: 'quit', column: 'everywhere' },
  { command: 'quit', keys: ['ctrl-c'], shown: '^C', where: ['everywhere'], name: null, column: 'everywhere' },
];

export function placeOf(state: State): Place {
  if (state.sheet) return 'sheet';
  return state.focus === 'list' ? 'list' : visiblePanel(state);
}

export function isBoundAt({ where }: Binding, place: Place): boolean {
  return where.some((there) => {
    if (there === 'everywhere' || there === place) return true;
    if (there === 'panes') return place !== 'sheet';
    return there === 'panels' && place !== 'sheet' && place !== 'list';
  });
}

function enterListHint(state: State): string {
  if (hasOnePane(state)) return 'open';
  // Words of one length: moving between files that load and files that don't rewrites nothing else in the row.
  return hasFindings(recordOf(state, state.list.current)) ? 'findings' : 'overview';
}

function enterPanelHint(state: State): string | null {
  if (state.focus === 'list') return null;
  return panelContent(state).enter(state.panels[visiblePanel(state)].cursor)?.hint ?? null;
}

const inConfig = (state: State): boolean => visiblePanel(state) === 'components' && state.componentsView.side === 'config';

function tabHint(state: State): string | null {
  if (state.focus === 'list') return 'panel';
  if (visiblePanel(state) !== 'components') return null;
  return state.componentsView.side === 'tree' ? 'config' : 'list';
}

function copyHint(state: State): string | null {
  const place = placeOf(state);
  if (place === 'components') return 'copy yaml';
  return place === 'findings' && noFinding(state) === null ? 'copy fix' : null;
}

function escapeHint(state: State): string | null {
  if (filterAt(state) !== '') return 'clear filter';
  if (state.zoomed) return 'unzoom';
  if (state.focus === 'panel') return state.back ? 'back' : inConfig(state) ? 'tree' : 'list';
  return null;
}

/** The filter of the pane that has the focus. */
export function filterAt(state: State): string {
  return state.focus === 'list' ? state.list.filter : state.panels[visiblePanel(state)].filter;
}
