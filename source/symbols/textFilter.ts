/** A filter as typed: `pdata !test`, `/^runtime\.(main|init)$/`. */
export interface TextFilter {
  matches(text: string): boolean;
}

export type FilterReading = { readonly ok: true; readonly filter: TextFilter } | { readonly ok: false; readonly problem: string };

/**
 * Reads a filter: words are AND, `!word` excludes, a word with a capital letter is case-sensitive, `/re/` is a regular
 * expression over the whole text. An empty filter matches all.
 */
export function readFilter(text: string): FilterReading {
  const expression = /^\/(.*)\/(i?)$/s.exec(text.trim());
  if (expression) return readExpression(expression[1] ?? '', expression[2] ?? '');
  const words = text.split(/\s+/).filter(Boolean);
  const tests = words.map((word) => {
    const exclude = word.startsWith('!') && word.length > 1;
    const wanted = exclude ? word.slice(1) : word;
    const sensitive = /\p{Lu}/u.test(wanted);
    return (candidate: string) => (sensitive ? candidate : candidate.toLowerCase()).includes(wanted) !== exclude;
  });
  return { ok: true, filter: { matches: (candidate) => tests.every((test) => test(candidate)) } };
}

function readExpression(source: string, flags: string): FilterReading {
  try {
    const expression = new RegExp(source, `${flags}u`);
    return { ok: true, filter: { matches: (candidate) => expression.test(candidate) } };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      problem: `not a regular expression: ${words
        .slice(words.lastIndexOf(':') + 1)
        .trim()
        .toLowerCase()}`,
    };
  }
}
