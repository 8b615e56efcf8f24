import type { PanelId } from '../panels/panelIds.js';
import type { State } from '../state.js';

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

/** A hint that is there at any moment. */
export const always = (word: string) => (): string => word;
