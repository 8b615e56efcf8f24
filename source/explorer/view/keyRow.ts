import { clean } from '../../terminal/clean.js';
import { fit } from '../../terminal/fit.js';
import { hintsOf } from '../keys.js';
import { blanks, type Row, rowWidth, span, spread } from '../row.js';
import type { State } from '../state.js';

const MOST_HINTS = 7;

/** The last row: a message until the next key, else what to press here; `? help` is always there. */
export function keyRow(state: State, columns: number): Row {
  if (state.message !== null) return [blanks(1), span(fit(state.message, columns - 1, 'end'), 'strong')];
  const end: Row = [...key('?', 'help'), ...(columns >= 100 ? [blanks(2), ...key('q', 'quit')] : [])];
  let row: Row = [blanks(1)];
  for (const [index, { keys, word }] of hintsOf(state).slice(0, MOST_HINTS).entries()) {
    const longer: Row = [...row, ...(index === 0 ? [] : [blanks(2)]), ...key(keys, word)];
    if (rowWidth(longer) + 2 + rowWidth(end) > columns) break;
    row = longer;
  }
  return state.sheet || state.input ? row : spread(row, end, columns);
}

function key(keys: string, word: string): Row {
  return [span(clean(keys), 'focus'), span(clean(` ${word}`))];
}
