import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { fit } from '../../terminal/fit.js';
import { clockText, counted } from '../quantities.js';
import { defaultName, savedText } from '../savedText.js';
import type { Over, Target } from '../saving.js';
import { type Ask, type Effect, only, type SavedPane, type State, type Step } from '../state.js';
import { withLog } from './logging.js';

type AskPath = Extract<Ask, { kind: 'path' }>;

/** `w`: asks for the file, with a name to begin with. */
export function askWhereTo(state: State): Step {
  return askWhere(state, state.focus);
}

/** `e`: the same for the default configuration of the component at hand. */
export function askWhereToExport(state: State): Step {
  return askWhere(state, 'config');
}

function askWhere(state: State, pane: SavedPane): Step {
  return typed(state, { kind: 'path', about: 'save', pane, text: '', there: null }, defaultName(state, pane));
}

export function askFor(state: State, about: 'directory' | 'host' | 'config'): State {
  return { ...state, ask: { kind: 'path', about, pane: state.focus, text: '', there: null } };
}

/** Asks for a place, with what was typed of it already. */
export function beginPath(state: State, about: 'directory' | 'host', text: string): Step {
  return typed(state, { kind: 'path', about, pane: state.focus, text: '', there: null }, text);
}

export function pressedInAsk(state: State, ask: Ask, key: string): Step {
  if (key === 'ctrl-c') return { state, effects: [{ type: 'quit' }] };
  if (key === 'escape') return only({ ...state, ask: null });
  if (ask.kind === 'quit') return key === 'q' ? { state: { ...state, ask: null }, effects: [{ type: 'quit' }] } : only(state);
  return ask.kind === 'path' ? typeInPath(state, ask, key) : answer(state, ask, key);
}

function typeInPath(state: State, ask: AskPath, key: string): Step {
  switch (key) {
    case 'enter':
      return entered(state, ask);
    case 'backspace':
      return typed(state, ask, [...ask.text].slice(0, -1).join(''));
    case 'ctrl-u':
      return typed(state, ask, '');
    case 'ctrl-w':
      return typed(state, ask, ask.text.replace(/[^/]*\/?$/, ''));
    default:
      return [...key].length === 1 ? typed(state, ask, ask.text + key) : only(state);
  }
}

/** Pasted into a path: one line of it. */
export function pasteInAsk(state: State, ask: Ask, text: string): Step {
  return ask.kind === 'path' ? typed(state, ask, ask.text + text.replace(/[\r\n]+/g, ' ').trim()) : only(state);
}

/** What is there is looked up outside, and comes back as `seen`. */
function typed(state: State, ask: AskPath, text: string): Step {
  const effects: readonly Effect[] = ask.about === 'save' && text !== '' ? [{ type: 'look at', path: text }] : [];
  return { state: { ...state, ask: { ...ask, text, there: null } }, effects };
}

export function withSeen(state: State, path: string, target: Target): State {
  const { ask } = state;
  return ask?.kind === 'path' && ask.text === path ? { ...state, ask: { ...ask, there: target } } : state;
}

function entered(state: State, ask: AskPath): Step {
  const { text, there, about } = ask;
  if (text === '') return only(state);
  if (about === 'config') return checkConfig(state, text);
  if (about !== 'save')
    return { state: { ...state, ask: null }, effects: [{ type: 'open', place: { kind: about, path: text } }] };
  if (there?.kind === 'file') return only({ ...state, ask: inTheWay(ask, there) });
  // The row says so already: a directory needs a name in it.
  if (there?.kind === 'directory' || there?.kind === 'nowhere') return only(state);
  return save(state, ask, 'nothing');
}

function checkConfig(state: State, path: string): Step {
  const { host } = state.snapshot;
  const title = host.state === 'read' ? host.title : 'the host';
  return {
    state: { ...state, ask: null, message: cleaned`asking ${title} about ${path}` },
    effects: [{ type: 'check config', path }],
  };
}

function inTheWay({ pane, text }: Pick<AskPath, 'pane' | 'text'>, { size, at }: Extract<Target, { kind: 'file' }>): Ask {
  return { kind: 'overwrite', pane, text, size, at: clockText(at) };
}

/** No key but `o` overwrites: Enter, pressed once too often, does not. */
function answer(state: State, ask: Extract<Ask, { kind: 'overwrite' }>, key: string): Step {
  if (key === 'o') return save(state, ask, 'what is there');
  if (key !== 'r') return only(state);
  return typed(state, { kind: 'path', about: 'save', pane: ask.pane, text: '', there: null }, ask.text);
}

function save(state: State, { pane, text }: Pick<AskPath, 'pane' | 'text'>, over: Over): Step {
  return {
    state: { ...state, ask: null },
    effects: [{ type: 'save', path: text, pane, over, text: savedText(state, pane) }],
  };
}

export type Saved =
  | { readonly kind: 'written'; readonly lines: number }
  | { readonly kind: 'in the way'; readonly pane: SavedPane; readonly target: Target }
  | { readonly kind: 'failed'; readonly because: CleanText };

/** How writing went: in the key row until the next key, and in the log. */
export function withSaved(state: State, path: string, saved: Saved, at: Date): State {
  if (saved.kind === 'in the way' && saved.target.kind === 'file')
    return { ...state, ask: inTheWay({ pane: saved.pane, text: path }, saved.target) };
  // What went wrong stands at the end, and must be seen.
  const name = fit(clean(path), 70, 'path');
  const text =
    saved.kind === 'written'
      ? cleaned`wrote ${name}, ${counted(saved.lines, 'line')}`
      : cleaned`can't write ${name}: ${saved.kind === 'failed' ? saved.because : clean('something is in the way')}`;
  return said(state, text, at);
}

export function said(state: State, text: CleanText, at: Date): State {
  return { ...withLog(state, [{ at: clockText(at), text }]), message: text };
}
