/** What a filter accepts. */
export interface Matcher {
  matches(text: string): boolean;
  /** Where it matches, in order, without overlaps: to be underlined. */
  places(text: string): readonly (readonly [number, number])[];
}

const EVERYTHING: Matcher = { matches: () => true, places: () => [] };

/**
 * A filter as typed: words that must all be there (a capital letter makes a word exact in case), `!word` that must not,
 * or one `/regular expression/`. Throws a SyntaxError for a bad expression.
 */
export function matcherOf(filter: string): Matcher {
  const text = filter.trim();
  if (text === '') return EVERYTHING;
  if (text.startsWith('/')) return expressionMatcher(text.slice(1).replace(/\/$/, ''));
  const words = text.split(/\s+/);
  const wanted = words.filter((word) => !word.startsWith('!')).map(wordFinder);
  const unwanted = words.filter((word) => word.startsWith('!') && word.length > 1).map((word) => wordFinder(word.slice(1)));
  return {
    matches: (candidate) =>
      wanted.every((find) => find(candidate) !== null) && unwanted.every((find) => find(candidate) === null),
    places: (candidate) => merged(wanted.map((find) => find(candidate)).filter((place) => place !== null)),
  };
}

/** Why `filter` is no filter, in a few words; null when it is one. */
export function faultOf(filter: string): string | null {
  try {
    matcherOf(filter);
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `not a regular expression: ${(/[^:]*$/.exec(reason)?.[0] ?? reason).trim().toLowerCase()}`;
  }
}

function expressionMatcher(source: string): Matcher {
  const test = new RegExp(source, /[A-Z]/.test(source) ? 'u' : 'iu');
  const all = new RegExp(source, `${test.flags}g`);
  return {
    matches: (candidate) => test.test(candidate),
    places: (candidate) =>
      [...candidate.matchAll(all)]
        .filter((match) => match[0] !== '')
        .map((match) => [match.index, match.index + match[0].length] as const),
  };
}

type Finder = (text: string) => readonly [number, number] | null;

function wordFinder(word: string): Finder {
  const exact = word !== word.toLowerCase();
  return (text) => {
    const at = exact ? text.indexOf(word) : text.toLowerCase().indexOf(word);
    return at < 0 ? null : [at, at + word.length];
  };
}

function merged(places: (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const result: [number, number][] = [];
  for (const [start, end] of places.sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
