import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { matcherOf } from '../matcher.js';
import { blanks, cell, numberCell, type Row, span } from '../row.js';
import type { LogCheck, LogEntry, LogRun, State } from '../state.js';
import { type Block, contentOf, type Entrance, type PanelContent, type PanelContext } from './content.js';

/** What happened since the explorer opened, newest at the bottom. */
export function logContent(context: PanelContext): PanelContent {
  const filter = matcherOf(context.panel.filter);
  const blocks = context.log.filter(({ text }) => filter.matches(text)).map((entry) => entryBlock(entry, context.width));
  const heading: Row[] =
    context.log.length === 0 ? [[blanks(3), span(clean('Nothing has changed since the explorer opened.'))]] : [];
  const below = blocks.length - 1 - context.panel.cursor;
  const notes = [progress(context.validation), below > 0 ? cleaned`follow off, ${below} below` : ''];
  return contentOf(clean(notes.filter((note) => note !== '').join('  ')), heading, blocks);
}

/** `3 of 13, 4 s`: the seconds from the first one on. */
export function progress(validation: State['validation']): CleanText {
  if (!validation) return clean('');
  const seconds = validation.seconds > 0 ? `, ${validation.seconds} s` : '';
  return clean(`${validation.done} of ${validation.of}${seconds}`);
}

const CLOCK_COLUMNS = 11;

function entryBlock(entry: LogEntry, width: number): Block {
  const room = width - CLOCK_COLUMNS;
  return {
    height: 1,
    text: clean(`${entry.at}  ${entry.text}`),
    ...('standing' in entry ? { enter: checkPage(entry) } : 'lines' in entry ? { enter: runPage(entry) } : {}),
    draw: (current): readonly Row[] => [
      [
        span(clean(current ? '>' : ' '), 'focus'),
        span(entry.at, current ? 'current' : 'secondary'),
        blanks(2),
        ...('standing' in entry ? checkCells(entry, room) : [cell(entry.text, room, 'end')]),
      ],
    ],
  };
}

/** `+ batchprocessor.so   1 component: processor batch   38 ms   as before`; what is checked is behind Enter where it has no room. */
function checkCells({ standing, file, outcome, took, before, checked }: LogCheck, room: number): Row {
  const sign = [span(standing.sign, standing.role), blanks(1)];
  if (room < 60) return [...sign, cell(clean(`${file}  ${outcome}`), room - 2, 'end')];
  const name = room < 90 ? 20 : 26;
  const list = room >= 140 ? Math.floor(room * 0.3) : 0;
  const rest = room - 2 - name - 1 - 8 - 3 - LAST - (list > 0 ? list + 2 : 0);
  return [
    ...sign,
    cell(file, name, 'file'),
    blanks(1),
    cell(outcome, rest, 'end'),
    numberCell(took, 8),
    blanks(3),
    cell(before, LAST, 'end'),
    ...(list > 0 ? [blanks(2), cell(clean(checked.join(', ')), list, 'end')] : []),
  ];
}

/** `as predicted`, `was unknown`. */
const LAST = 12;

function runPage({ title, lines }: LogRun): Entrance {
  return { type: 'page', title, hint: clean('what it said'), lines };
}

function checkPage({ standing, file, outcome, checked, notChecked, how }: LogCheck): Entrance {
  return {
    type: 'page',
    title: file,
    hint: clean('what was checked'),
    lines: [
      cleaned`${standing.sign} ${standing.word}  ${outcome}`,
      how,
      clean(''),
      clean(checked.length > 0 ? 'checked' : 'nothing could be checked'),
      ...checked.map((what) => cleaned`  ${what}`),
      ...(notChecked.length > 0 ? [clean(''), clean('not checked'), ...notChecked.map((what) => cleaned`  ${what}`)] : []),
    ],
  };
}
