import { clean } from '../../terminal/clean.js';
import { fit } from '../../terminal/fit.js';
import { type Hint, hintsOf } from '../keys.js';
import { blanks, type Row, rowWidth, span, spread } from '../row.js';
import type { State } from '../state.js';

/** With the way out and `? help`, eight at most. */
const MOST_HINTS = 6;
const HELP: Hint = { keys: clean('?'), word: clean('help') };
const QUIT: Hint = { keys: clean('q'), word: clean('quit') };

/** The last row: a message until the next key, else what to press here, dropped from the right; help is always there. */
export function keyRow(state: State, columns: number): Row {
  if (state.message !== null) return [blanks(1), span(fit(state.message, columns - 1, 'end'), 'strong')];
  const { hints, wayOut } = hintsOf(state);
  const typing = state.input !== null || state.sheet !== null;
  const ends = [...(wayOut ? [wayOut] : []), ...(typing ? [] : [HELP]), ...(wayOut || columns < 100 ? [] : [QUIT])];
  const end = joined(ends);
  let count = Math.min(hints.length, MOST_HINTS);
  while (count > 0 && 1 + rowWidth(joined(hints.slice(0, count))) + 2 + rowWidth(end) > columns) count--;
  return spread([blanks(1), ...joined(hints.slice(0, count))], end, columns);
}

function joined(hints: readonly Hint[]): Row {
  return hints.flatMap(({ keys, word }, index) => [
    ...(index === 0 ? [] : [blanks(2)]),
    span(keys, 'focus'),
    span(clean(` ${word}`)),
  ]);
}
