import { faultOf } from '../matcher.js';
import { visiblePanel } from '../panels/visible.js';
import { type FilterInput, only, type State, type Step } from '../state.js';

export function openFilter(state: State): State {
  const text = state.focus === 'list' ? state.list.filter : state.panels[visiblePanel(state)].filter;
  return { ...state, input: { pane: state.focus, text, from: state.list.current } };
}

/** A key while a filter is typed: the list follows every character; an expression that is none keeps the last result. */
export function typeInFilter(state: State, input: FilterInput, key: string): Step {
  switch (key) {
    case 'enter':
    case 'tab':
      return only({ ...state, input: null });
    case 'escape':
      return only(input.text === '' ? { ...state, input: null } : typed(state, input, ''));
    case 'backspace':
      return only(typed(state, input, [...input.text].slice(0, -1).join('')));
    case 'ctrl-u':
      return only(typed(state, input, ''));
    case 'ctrl-w':
      return only(typed(state, input, input.text.replace(/\S*\s*$/, '')));
    case 'ctrl-c':
      return { state, effects: [{ type: 'quit' }] };
    default:
      return only([...key].length === 1 ? typed(state, input, input.text + key) : state);
  }
}

/** Pasted into a filter: one line of it. */
export function pasteInFilter(state: State, input: FilterInput, text: string): State {
  return typed(state, input, input.text + text.replace(/\s+/g, ' ').trim());
}

function typed(state: State, input: FilterInput, text: string): State {
  const typing = { ...state, input: { ...input, text } };
  if (faultOf(text) !== null) return typing;
  const back = input.pane === 'list' ? { ...typing, list: { ...typing.list, current: input.from } } : typing;
  return withFilter(back, input.pane, text);
}

export function withFilter(state: State, pane: 'list' | 'panel', filter: string): State {
  if (pane === 'list') return { ...state, list: { ...state.list, filter } };
  const id = visiblePanel(state);
  return { ...state, panels: { ...state.panels, [id]: { ...state.panels[id], filter, cursor: 0, top: 0 } } };
}
