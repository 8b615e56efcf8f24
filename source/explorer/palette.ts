import { type CleanText, clean } from '../terminal/clean.js';
import type { Command } from './bindings/binding.js';
import { isBoundAt, placeOf } from './bindings/place.js';
import { BINDINGS } from './bindings.js';
import { PANELS } from './panels/panelIds.js';
import type { State } from './state.js';

/** A line of the palette: what can be done, by which key, and why it can't be done now. */
export interface PaletteEntry {
  readonly command: Command;
  readonly keys: CleanText;
  readonly name: CleanText;
  /** Null: it can. */
  readonly whyNot: CleanText | null;
}

/** Moves and the like are quicker by key; what is left is worth finding by name. */
const LEFT_OUT: ReadonlySet<Command> = new Set([
  'up',
  'down',
  'page up',
  'page down',
  'half page up',
  'half page down',
  'leave',
  'palette',
  'previous panel',
]);

/**
 * The entries that fit what was typed: what can be done now before what can't, of each the best first, then those used last,
 * then in the order of the key table.
 */
export function paletteEntries(state: State, text: string): readonly PaletteEntry[] {
  const place = placeOf({ ...state, sheet: null });
  const under: State = { ...state, sheet: null };
  const seen = new Set<string>();
  const entries: (PaletteEntry & { readonly score: number })[] = [];
  for (const binding of BINDINGS) {
    const { command, shown, name } = binding;
    if (name === null || LEFT_OUT.has(command)) continue;
    const here = isBoundAt(binding, place);
    const title = clean(command.startsWith('panel ') ? `go to ${name}` : name.charAt(0).toUpperCase() + name.slice(1));
    const score = fuzzyScore(title.toLowerCase(), text.toLowerCase());
    // `n` stands in two places of the table under two names; one of them is here.
    if (score === null || seen.has(title)) continue;
    seen.add(title);
    const whyNot = here ? (binding.whyNot?.(under) ?? null) : placesOf(binding.where);
    entries.push({ command, keys: clean(shown), name: title, whyNot: whyNot === null ? null : clean(whyNot), score });
  }
  const used = (command: Command) => (text === '' ? state.recent.indexOf(command) : -1);
  const can = ({ whyNot }: PaletteEntry) => Number(whyNot === null);
  return entries.sort((a, b) => can(b) - can(a) || b.score - a.score || rank(used(a.command)) - rank(used(b.command)));
}

const rank = (index: number): number => (index < 0 ? Number.MAX_SAFE_INTEGER : index);

function placesOf(where: readonly string[]): string {
  const names = where.map((there) =>
    there === 'list' ? 'the list' : (PANELS.find(({ id }) => id === there)?.name ?? 'a panel'),
  );
  return `only in ${names.join(', ')}`;
}

/** All letters of `wanted` in order: null if not; more for beginnings of words, for neighbours, and most for all in one piece. */
export function fuzzyScore(text: string, wanted: string): number | null {
  const whole = wanted === '' ? -1 : text.indexOf(wanted);
  let score = whole < 0 ? 0 : whole === 0 || text.charAt(whole - 1) === ' ' ? 200 : 100;
  let at = -1;
  for (const letter of wanted.replace(/\s+/g, '')) {
    const next = text.indexOf(letter, at + 1);
    if (next < 0) return null;
    score += next === at + 1 ? 3 : text.charAt(next - 1) === ' ' || next === 0 ? 2 : 0;
    at = next;
  }
  return score;
}

/** The name nearest to what was typed, for a hint when nothing fits. */
export function nearestName(state: State, text: string): CleanText | null {
  const all = paletteEntries(state, '');
  const shared = (name: string) => [...text.toLowerCase()].filter((letter) => name.toLowerCase().includes(letter)).length;
  const best = [...all].sort((a, b) => shared(b.name) - shared(a.name))[0];
  return best?.name ?? null;
}
