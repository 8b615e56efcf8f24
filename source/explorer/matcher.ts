import { readFilter } from '../symbols/textFilter.js';

/** What a filter accepts, and where: the places are underlined. */
export interface Matcher {
  matches(text: string): boolean;
  /** In order, without overlaps. */
  places(text: string): readonly (readonly [number, number])[];
}

const EVERYTHING: Matcher = { matches: () => true, places: () => [] };
const kept = new Map<string, Matcher>();

/** The filter as `ocx plugins inspect --filter` reads it. One that is no filter (see `faultOf`) accepts everything. */
export function matcherOf(filter: string): Matcher {
  const text = closed(filter);
  const known = kept.get(text);
  if (known) return known;
  const reading = readFilter(text);
  const made: Matcher =
    text === '' || !reading.ok
      ? EVERYTHING
      : { matches: (candidate) => reading.filter.matches(candidate), places: placesOf(text) };
  if (kept.size > 20) kept.clear();
  kept.set(text, made);
  return made;
}

/** Why `filter` is no filter, in a few words; null when it is one. */
export function faultOf(filter: string): string | null {
  const reading = readFilter(closed(filter));
  return reading.ok ? null : reading.problem;
}

/** While `/re/` is typed its last slash is still to come. */
function closed(filter: string): string {
  const text = filter.trim();
  if (!text.startsWith('/')) return text;
  if (text === '/') return '';
  return /^\/.*\/i?$/s.test(text) ? text : `${text}/`;
}

function placesOf(text: string): Matcher['places'] {
  const expression = /^\/(.*)\/(i?)$/s.exec(text);
  if (expression) {
    const all = new RegExp(expression[1] ?? '', `${expression[2] ?? ''}gu`);
    return (candidate) =>
      [...candidate.matchAll(all)]
        .filter(([found]) => found !== '')
        .map((match) => [match.index, match.index + match[0].length] as const);
  }
  const words = text.split(/\s+/).filter((word) => !word.startsWith('!'));
  return (candidate) => {
    const lower = candidate.toLowerCase();
    return merged(
      words.map((word) => {
        const at = (word === word.toLowerCase() ? lower : candidate).indexOf(word);
        return [at, at + word.length] as const;
      }),
    );
  };
}

function merged(places: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const result: [number, number][] = [];
  for (const [start, end] of [...places].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (start < 0) continue;
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
