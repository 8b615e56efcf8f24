import { type CleanText, clean, cleaned } from '../terminal/clean.js';
import type { Binding, Command } from './bindings/binding.js';
import { isBoundAt, placeOf } from './bindings/place.js';
import { BINDINGS } from './bindings.js';
import type { State } from './state.js';

/** The bindings that do something now, in the order of the table. */
export function bindingsAt(state: State): readonly Binding[] {
  const place = placeOf(state);
  return BINDINGS.filter((binding) => isBoundAt(binding, place) && (binding.whyNot?.(state) ?? null) === null);
}

export function commandOf(state: State, key: string): Command | null {
  return bindingsAt(state).find(({ keys }) => keys.includes(key))?.command ?? null;
}

/** Why a key that is bound here does nothing now; null where it does something, or is not bound. */
export function whySilent(state: State, key: string): CleanText | null {
  if (commandOf(state, key) !== null) return null;
  const place = placeOf(state);
  const binding = BINDINGS.find((candidate) => candidate.keys.includes(key) && isBoundAt(candidate, place));
  const whyNot = binding?.whyNot?.(state) ?? null;
  // What has no name is the second half of a pair, or the way out: that there is no further out shows.
  return !binding?.name || whyNot === null || binding.command === 'step out' ? null : cleaned`${binding.name}: ${whyNot}`;
}

export interface Hint {
  readonly keys: CleanText;
  readonly word: CleanText;
}

/** What the key row offers: most useful first, and the way out, which stands at its right end. */
export interface Hints {
  readonly hints: readonly Hint[];
  readonly wayOut: Hint | null;
}

export function hintsOf(state: State): Hints {
  if (state.input) return { hints: [hint('Enter', 'done')], wayOut: hint('Esc', state.input.text === '' ? 'leave' : 'clear') };
  if (state.sheet?.kind === 'pick')
    return {
      hints: [hint('Enter', state.sheet.of.endsWith('sort') ? 'sort' : 'open'), hint('j k', 'choose')],
      wayOut: hint('Esc', 'cancel'),
    };
  if (state.sheet?.kind === 'palette')
    return { hints: [hint('Enter', 'do it'), hint('Up Down', 'choose')], wayOut: hint('Esc', 'cancel') };
  const hints = bindingsAt(state).flatMap((binding) => {
    const word = binding.hint?.(state) ?? null;
    return word === null ? [] : [hint(binding.shown, word)];
  });
  return { hints: hints.filter(({ keys }) => keys !== 'Esc'), wayOut: hints.find(({ keys }) => keys === 'Esc') ?? null };
}

export const hint = (keys: string, word: string): Hint => ({ keys: clean(keys), word: clean(word) });
