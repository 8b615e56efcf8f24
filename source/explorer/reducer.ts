import { type CleanText, clean, cleaned } from '../terminal/clean.js';
import { askFor, askWhereTo, askWhereToExport, pasteInAsk, pressedInAsk, said, withSaved, withSeen } from './actions/asking.js';
import { withSnapshot } from './actions/changes.js';
import { withDetails } from './actions/details.js';
import { openFilter, pasteInFilter, typeInFilter } from './actions/filtering.js';
import { describe, enter, leave, showFields, stepOut, stepPanel, switchPane, toPanel, unfold } from './actions/going.js';
import { type Distance, follow, move, select } from './actions/moving.js';
import { withOpened } from './actions/opening.js';
import { openPalette, typeInPalette } from './actions/palette.js';
import { highlight, pick, pickPlace, pickSort, typeInPicker } from './actions/picking.js';
import {
  allTargets,
  quit,
  validate,
  validationTargets,
  withConfigCheck,
  withRecheck,
  withValidation,
  withValidationEnd,
} from './actions/validating.js';
import type { Command } from './bindings/binding.js';
import { commandOf, whySilent } from './keys.js';
import { currentIndex, listedRecords, windowOf } from './listed.js';
import { panelContent } from './panels/panel.js';
import { PANELS } from './panels/panelIds.js';
import { visiblePanel } from './panels/visible.js';
import { counted } from './quantities.js';
import { settled } from './settle.js';
import { type Action, type Effect, only, recordOf, type Sheet, type State, type Step } from './state.js';
import { moveInPlan, resetOrder, tryBest } from './trial.js';

/** The one place where state changes: pure, without a terminal, the same answer for the same question. */
export function reduce(state: State, action: Action): Step {
  const step = react(state, action);
  const detailed = withDetails(step.state);
  const after = settled(detailed.state, state);
  return {
    state: after,
    effects: [...step.effects, ...detailed.effects, ...following(after, state, step.effects), ...wanted(after, state)],
  };
}

function react(state: State, action: Action): Step {
  switch (action.type) {
    case 'key':
      return pressed({ ...state, message: null }, action.key, action.at);
    case 'paste':
      if (state.ask) return pasteInAsk(state, state.ask, action.text);
      if (state.sheet?.kind === 'pick') return typeInPicker(state, state.sheet, action.text.replace(/[\r\n]+/g, ' ').trim());
      return only(state.input ? pasteInFilter(state, state.input, action.text) : state);
    case 'snapshot':
      return only(withSnapshot(state, action.snapshot, action.at));
    case 'follow':
      return only(follow(state));
    case 'details':
      return only(state.details?.evidence === action.details.evidence ? { ...state, details: action.details } : state);
    case 'found':
      return only({ ...state, search: action.result });
    case 'size':
      return only({ ...state, size: action.size });
    case 'validating':
      return only(withValidation(state, action.paths, action.opening, action.at));
    case 'rechecked':
      return only(withRecheck(state, action.path, action.result, action.probe, action.at));
    case 'second':
      return only(
        state.validation ? { ...state, validation: { ...state.validation, seconds: state.validation.seconds + 1 } } : state,
      );
    case 'validated':
      return only(withValidationEnd(state, action.at));
    case 'config checked':
      return only(withConfigCheck(state, action.path, action.check, action.at));
    case 'seen':
      return only(withSeen(state, action.path, action.target));
    case 'saved':
      return only(withSaved(state, action.path, action.saved, action.at));
    case 'found places':
      return only(pickPlace(state, action.of, action.paths));
    case 'opened':
      return only(withOpened(state, action.place, action.snapshot, action.at));
    case 'said':
      return only(said(state, action.text, action.at));
    case 'hashed':
      return only(
        state.hash?.evidence === action.evidence ? { ...state, hash: { evidence: action.evidence, text: action.text } } : state,
      );
    case 'pick highlighted':
      return only(highlight(state, action.index));
    case 'picked':
      return pick(state, action.index);
  }
}

/** A filter or a removal moved the cursor: the panel follows, as it does after keys. */
function following(state: State, before: State, effects: readonly Effect[]): readonly Effect[] {
  const moved = state.list.current !== before.list.current && state.list.current !== state.shown;
  return moved && !effects.some(({ type }) => type === 'follow' || type === 'follow later') ? [{ type: 'follow later' }] : [];
}

/** Files on the screen that are still to be read are read first. */
function wanted(state: State, before: State): readonly Effect[] {
  if (state.snapshot === before.snapshot && state.list === before.list && state.size === before.size) return [];
  const paths = windowOf(state)
    .filter((record) => record.state === 'reading')
    .map(({ path }) => path);
  return paths.length > 0 ? [{ type: 'prefer', paths }] : [];
}

function pressed(state: State, key: string, at: number): Step {
  if (state.ask) return pressedInAsk(state, state.ask, key);
  if (state.input) return typeInFilter(state, state.input, key);
  // The picker has its own keys; these are what it leaves.
  if (state.sheet?.kind === 'pick') {
    if (key === 'ctrl-c') return { state, effects: [{ type: 'quit' }] };
    return key === 'escape' || key === 'q' ? only({ ...state, sheet: null }) : typeInPicker(state, state.sheet, key);
  }
  if (state.sheet?.kind === 'palette')
    return typeInPalette(state, state.sheet, key, (closed, command) => run(closed, command, at));
  const command = commandOf(state, key);
  if (command === null) return only({ ...state, message: whySilent(state, key) });
  return state.sheet ? inSheet(state, state.sheet, command) : run(state, command, at);
}

/** Help and explanations scroll; whatever else is bound there closes them or leaves the program. */
function inSheet(state: State, sheet: Extract<Sheet, { top: number }>, command: Command): Step {
  const by: Partial<Record<Command, number>> = {
    up: -1,
    down: 1,
    'half page up': -5,
    'half page down': 5,
    'page up': -10,
    'page down': 10,
    first: -1000,
    last: 1000,
  };
  const moved = by[command];
  if (moved === undefined) return run(state, command, 0);
  return only({ ...state, sheet: { ...sheet, top: Math.max(0, sheet.top + moved) } });
}

const MOVES: Partial<Record<Command, readonly [1 | -1, Distance]>> = {
  up: [-1, 'one'],
  down: [1, 'one'],
  'page up': [-1, 'page'],
  'page down': [1, 'page'],
  'half page up': [-1, 'half'],
  'half page down': [1, 'half'],
  first: [-1, 'all'],
  last: [1, 'all'],
};

function run(state: State, command: Command, at: number): Step {
  const moving = MOVES[command];
  if (moving) return move(state, ...moving, at);
  const panel = PANELS.find(({ id }) => command === `panel ${id}`);
  if (panel) return only(toPanel(state, panel.id));
  switch (command) {
    case 'enter':
      return enter(state);
    case 'leave':
      return only(leave(state));
    case 'step out':
      return only(stepOut(state));
    case 'switch pane':
      return only(switchPane(state));
    case 'previous panel':
      return only(stepPanel(state, -1));
    case 'next panel':
      return only(stepPanel(state, 1));
    case 'filter':
      return only(openFilter(state));
    case 'next':
      return nextMatch(state, 1, at);
    case 'previous':
      return nextMatch(state, -1, at);
    case 'zoom':
      return only({ ...state, zoomed: !state.zoomed });
    case 'mark':
      return mark(state, at);
    case 'sort':
      return only(pickSort(state));
    case 'unfold':
      return only(unfold(state));
    case 'explain':
      return only(explain(state));
    case 'name form':
      return only({ ...state, form: state.form === 'raw' ? 'demangled' : 'raw' });
    case 'palette':
      return only(openPalette(state));
    case 'copy':
      return copy(state);
    case 'sections view': {
      const sectionsView = state.sectionsView === 'sections' ? 'dependencies' : 'sections';
      const sections = { ...state.panels.sections, cursor: 0, top: 0 };
      return only({ ...state, sectionsView, panels: { ...state.panels, sections } });
    }
    case 'export':
      return askWhereToExport(toComponents(state));
    case 'all fields':
      return only(showFields(state, 'all'));
    case 'required fields':
      return only(showFields(state, 'required'));
    case 'describe':
      return only(describe(state));
    case 'try earlier':
      return only(moveInPlan(state, -1));
    case 'try later':
      return only(moveInPlan(state, 1));
    case 'best order':
      return only(tryBest(state));
    case 'reset order':
      return only(resetOrder(state));
    case 'write':
      return askWhereTo(state);
    case 'open directory':
      return { state, effects: [{ type: 'find places', of: 'directory' }] };
    case 'choose host':
      return {
        state: { ...state, message: clean('looking for hosts beside the plugins') },
        effects: [{ type: 'find places', of: 'host' }],
      };
    case 'validate':
      return validate(state, validationTargets(state));
    case 'validate all':
      return validate(toPanel(state, 'log'), allTargets(state));
    case 'stop':
      return { state, effects: [{ type: 'stop validation' }] };
    case 'validate config':
      return only(askFor(state, 'config'));
    case 'follow log':
      return move({ ...state, focus: 'panel' }, 1, 'all', at);
    case 'help':
      return only({ ...state, sheet: { kind: 'help', top: 0 } });
    case 'redraw':
      return { state, effects: [{ type: 'redraw' }] };
    case 'suspend':
      return { state, effects: [{ type: 'suspend' }] };
    case 'quit':
      return quit(state);
  }
  return only(state);
}

/** While a filter is set every row is a match: the next one, around the end. */
function nextMatch(state: State, by: 1 | -1, at: number): Step {
  if (state.focus === 'list') {
    const records = listedRecords(state);
    const target = records[(currentIndex(state) + by + records.length) % records.length];
    return target ? select(state, target.path, at) : only(state);
  }
  const { items } = panelContent(state);
  if (items === 0) return only(state);
  const id = visiblePanel(state);
  const panel = state.panels[id];
  return only({ ...state, panels: { ...state.panels, [id]: { ...panel, cursor: (panel.cursor + by + items) % items } } });
}

/** Space marks and goes on, so that a run of files is a run of keys. */
function mark(state: State, at: number): Step {
  const { current } = state.list;
  if (current === null) return only(state);
  const marked = new Set(state.marked);
  if (!marked.delete(current)) marked.add(current);
  return move({ ...state, marked }, 1, 'one', at);
}

/** The page of the finding under the cursor, or of the one its row belongs to; from the list, of the one that decides. */
function explain(state: State): State {
  const record = recordOf(state, state.list.current);
  const first = record?.state === 'judged' ? (record.judgement.findings[0]?.code ?? null) : null;
  const code = state.focus === 'list' ? first : panelContent(state).code(state.panels[visiblePanel(state)].cursor);
  return code === null ? state : { ...state, sheet: { kind: 'explain', code, top: 0 } };
}

/** The whole text of what the cursor is on, however much of it is on the screen. */
function copy(state: State): Step {
  const { config } = panelContent(state);
  if (state.focus === 'panel' && config) {
    // Lines of clean text: what joins them is ours.
    const text = config.join('\n') as CleanText;
    return { state: { ...state, message: cleaned`copied ${counted(config.length, 'line')}` }, effects: [{ type: 'copy', text }] };
  }
  const text =
    state.focus === 'list' ? clean(state.list.current ?? '') : panelContent(state).text(state.panels[visiblePanel(state)].cursor);
  if (text === '') return only({ ...state, message: clean('nothing to copy here') });
  return { state: { ...state, message: cleaned`copied: ${text}` }, effects: [{ type: 'copy', text }] };
}

/** What is exported is what the panel shows, so from the list it goes there first. */
function toComponents(state: State): State {
  return visiblePanel(state) === 'components' && state.focus === 'panel' ? state : toPanel(state, 'components');
}
