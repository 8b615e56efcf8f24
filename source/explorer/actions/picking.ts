import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { SORT_ORDERS, type SortOrder } from '../plugins/order.js';
import { type Effect, only, type PickSheet, type State, type Step } from '../state.js';
import { SYMBOL_ORDERS, type SymbolOrder } from '../symbolSearch.js';
import { askFor, beginPath } from './asking.js';

const LIST_WORDS: Readonly<Record<SortOrder, CleanText>> = {
  'load order': clean('load order'),
  verdict: clean('verdict: crashes, fails, refused, unknown, loads'),
  name: clean('name'),
  size: clean('size, largest first'),
};

const SYMBOL_WORDS: Readonly<Record<SymbolOrder, CleanText>> = {
  table: clean('as in the table'),
  address: clean('address, undefined last'),
  size: clean('size, largest first'),
  name: clean('name'),
};

/** More would not fit a sheet; whoever has them types the path. */
const MOST = 11;

/** `s`: in the list its orders, in Symbols those of symbols. */
export function pickSort(state: State): State {
  const sheet: PickSheet =
    state.focus === 'list'
      ? {
          kind: 'pick',
          of: 'sort',
          items: SORT_ORDERS.map((value) => ({ value, label: LIST_WORDS[value] })),
          highlighted: SORT_ORDERS.indexOf(state.list.sort),
        }
      : {
          kind: 'pick',
          of: 'symbol sort',
          items: SYMBOL_ORDERS.map((value) => ({ value, label: SYMBOL_WORDS[value] })),
          highlighted: SYMBOL_ORDERS.indexOf(state.symbolOrder),
        };
  return { ...state, sheet };
}

const TYPED = '';

/** What was found, and a way to name what was not: the only one where nothing was. */
export function pickPlace(state: State, of: 'host' | 'directory', paths: readonly string[]): State {
  if (paths.length === 0) return askFor({ ...state, message: null }, of);
  const items = paths.slice(0, MOST).map((value) => ({ value, label: cleaned`${value}` }));
  return {
    ...state,
    message: null,
    sheet: { kind: 'pick', of, items: [...items, { value: TYPED, label: clean('type a path') }], highlighted: 0 },
  };
}

/** A path typed or pasted into a picker of places is one that is meant; other keys are the picker's own. */
export function typeInPicker(state: State, { of }: PickSheet, text: string): Step {
  const isPath = (of === 'host' || of === 'directory') && /^[/~.]/.test(text);
  return isPath ? beginPath({ ...state, sheet: null }, of, text) : only(state);
}

export function highlight(state: State, index: number): State {
  return state.sheet?.kind === 'pick' ? { ...state, sheet: { ...state.sheet, highlighted: index } } : state;
}

export function pick(state: State, index: number): Step {
  const { sheet } = state;
  const chosen = sheet?.kind === 'pick' ? sheet.items[index] : undefined;
  if (sheet?.kind !== 'pick' || !chosen) return only(state);
  const closed: State = { ...state, sheet: null };
  const { value } = chosen;
  switch (sheet.of) {
    case 'sort':
      return only({ ...closed, list: { ...state.list, sort: value as SortOrder } });
    case 'symbol sort': {
      const symbols = { ...state.panels.symbols, cursor: 0, top: 0 };
      return only({ ...closed, symbolOrder: value as SymbolOrder, panels: { ...state.panels, symbols } });
    }
    case 'host':
    case 'directory': {
      if (value === TYPED) return only(askFor(closed, sheet.of));
      const effect: Effect = { type: 'open', place: { kind: sheet.of, path: value } };
      return { state: closed, effects: [effect] };
    }
  }
}
