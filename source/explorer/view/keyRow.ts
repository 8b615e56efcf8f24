import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { fit } from '../../terminal/fit.js';
import { takeEnd, width } from '../../terminal/width.js';
import { type Hint, hint, hintsOf } from '../keys.js';
import { sizeText } from '../quantities.js';
import { blanks, cutRow, type Row, rowWidth, span, spread } from '../row.js';
import type { Ask, State } from '../state.js';

/** With the way out and `? help`, eight at most. */
const MOST_HINTS = 6;
const HELP: Hint = { keys: clean('?'), word: clean('help') };
const QUIT: Hint = { keys: clean('q'), word: clean('quit') };

/** The last row: a message until the next key, else what to press here, dropped from the right; help is always there. */
export function keyRow(state: State, columns: number): Row {
  if (state.ask) return askRow(state.ask, columns);
  if (state.message !== null) return [blanks(1), span(fit(state.message, columns - 1, 'end'), 'strong')];
  const { hints, wayOut } = hintsOf(state);
  const typing = state.input !== null || state.sheet !== null;
  const ends = [...(wayOut ? [wayOut] : []), ...(typing ? [] : [HELP]), ...(wayOut || columns < 100 ? [] : [QUIT])];
  const end = joined(ends);
  let count = Math.min(hints.length, MOST_HINTS);
  while (count > 0 && 1 + rowWidth(joined(hints.slice(0, count))) + 2 + rowWidth(end) > columns) count--;
  return spread([blanks(1), ...joined(hints.slice(0, count))], end, columns);
}

const ABOUT = { save: 'write to', directory: 'open directory', host: 'judge against', config: 'validate config' } as const;

/** The end of a long path is where one types. */
function askRow(ask: Ask, columns: number): Row {
  if (ask.kind === 'quit') {
    const keys = joined([hint('q', 'stop it and quit'), hint('Esc', 'stay')]);
    return cutRow([blanks(1), span(clean('a validation is running:')), blanks(2), ...keys], columns);
  }
  if (ask.kind === 'overwrite') {
    const keys = joined([hint('o', 'overwrite'), hint('r', 'rename'), hint('Esc', 'cancel')]);
    const room = columns - rowWidth(keys) - 4;
    return cutRow(
      [blanks(1), span(fit(cleaned`${ask.text} exists, ${sizeText(ask.size)}, ${ask.at}:`, room, 'path')), blanks(2), ...keys],
      columns,
    );
  }
  const label = clean(`${ABOUT[ask.about]} `);
  const there = thereText(ask);
  const text = clean(ask.text);
  const hints = [...(canEnter(ask) ? [hint('Enter', ENTER[ask.about])] : []), hint('Esc', 'cancel')];
  // Blank, label, text, cursor, what is there, two blanks, keys: the text has the rest.
  const roomBeside = (keys: Row) => columns - 1 - width(label) - 1 - (there === '' ? 0 : 2 + width(there)) - 2 - rowWidth(keys);
  const said = joined(hints);
  const keys =
    roomBeside(said) >= Math.min(LEAST_TYPED, width(text)) ? said : joined(hints.map(({ keys: key }) => hint(key, '')));
  const end = takeEnd(text, Math.max(8, roomBeside(keys)));
  return spread(
    [blanks(1), span(label, 'strong'), span(cleaned`${end}_`), ...(there === '' ? [] : [blanks(2), span(there)])],
    keys,
    columns,
  );
}

/** Of a path that is typed so much stays in sight: keys go without their words first. */
const LEAST_TYPED = 20;

const ENTER = { save: 'write', directory: 'open', host: 'judge', config: 'ask the Collector' } as const;

/** Where Enter does nothing it is not offered: without a path, in no directory, on a directory. */
function canEnter({ about, text, there }: Extract<Ask, { kind: 'path' }>): boolean {
  return text !== '' && !(about === 'save' && (there?.kind === 'directory' || there?.kind === 'nowhere'));
}

function thereText({ about, text, there }: Extract<Ask, { kind: 'path' }>): CleanText {
  if (about !== 'save' || text === '' || !there) return clean('');
  const words = { free: 'does not exist', file: 'exists', directory: 'is a directory: add a name', nowhere: 'no such directory' };
  return cleaned`(${words[there.kind]})`;
}

function joined(hints: readonly Hint[]): Row {
  return hints.flatMap(({ keys, word }, index) => [
    ...(index === 0 ? [] : [blanks(2)]),
    span(keys, 'focus'),
    span(clean(word === '' ? '' : ` ${word}`)),
  ]);
}
