import { SIGN_MEANINGS } from '../../manifest/comparison.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import type { Binding, Place } from '../bindings/binding.js';
import { placeOf } from '../bindings/place.js';
import { bindingsAt } from '../keys.js';
import { COMPARISON_ROLES } from '../panels/manifestPanel.js';
import { PANELS } from '../panels/panelIds.js';
import { blanks, cell, cutRow, type Row, rule, span } from '../row.js';
import type { State } from '../state.js';
import type { Role } from '../theme.js';
import { STANDINGS, standingOfSeverity } from '../words.js';
import type { Pane } from './pane.js';

const COLUMNS = ['here', 'everywhere', 'look', 'do'] as const;

/** The keys that do something where the help was opened, made from the table that drives the program. */
export function helpPane(state: State, columns: number, height: number): Pane {
  const top = state.sheet?.kind === 'help' ? state.sheet.top : 0;
  const rows = helpRows(state, columns, height);
  const first = Math.max(0, Math.min(top, rows.length - height));
  return {
    rule: rule([span(clean('Keys'), 'strong')], clean(columns >= 60 ? '? or Esc closes' : '? closes'), columns, 'heavy'),
    rows: rows.slice(first, first + height),
  };
}

function helpRows(state: State, columns: number, height: number): readonly Row[] {
  const under: State = { ...state, sheet: null };
  const place = placeOf(under);
  const here = place === 'list' ? 'List' : (PANELS.find(({ id }) => id === place)?.name ?? '');
  // The tabs show the numbers of the panels: one line is enough for all of them.
  const bindings = bindingsAt(under).filter(
    ({ name, command, keys }) => name !== null && keys.length > 0 && !command.startsWith('panel '),
  );
  const titles = { here: `Here: ${here}`, everywhere: 'Everywhere', look: 'Look', do: 'Do' };
  const lists = COLUMNS.map((column) => {
    const listed = bindings.filter((binding) => binding.column === column);
    return { title: titles[column], bindings: listed, keyColumns: Math.max(...listed.map(({ shown }) => shown.length)) + 2 };
  }).filter((list) => list.bindings.length > 0);
  return [...columnRows(lists, columns, height), ...signRows(signsOf(place), columns)];
}

interface List {
  readonly title: string;
  readonly bindings: readonly Binding[];
  readonly keyColumns: number;
}

/** As many lists side by side as have room; fewer where that cuts a text and there are rows left for it. */
function columnRows(lists: readonly List[], columns: number, height: number): readonly Row[] {
  const most = columns >= 110 ? lists.length : columns >= 60 ? 2 : 1;
  const layouts = Array.from({ length: most }, (_, fewer) => laidOut(lists, most - fewer, columns - 1));
  return (layouts.find(({ isCut, rows }) => !isCut && rows.length < height) ?? layouts[0])?.rows ?? [];
}

function laidOut(lists: readonly List[], perRow: number, columns: number): { rows: readonly Row[]; isCut: boolean } {
  const rows: Row[] = [];
  let isCut = false;
  for (let first = 0; first < lists.length; first += perRow) {
    const group = lists.slice(first, first + perRow);
    // A blank behind each but the last.
    const wanted = group.map(
      ({ title, bindings, keyColumns }, at) =>
        Math.max(title.length, ...bindings.map(({ name }) => keyColumns + (name ?? '').length)) +
        (at === group.length - 1 ? 0 : 1),
    );
    const left = columns - wanted.reduce((sum, width) => sum + width, 0);
    if (left < 0) isCut = true;
    const equal = Math.floor(columns / perRow);
    // Where all would fit side by side they do, though one needs more than its share.
    const widths = wanted.every((width) => width <= equal) || left < 0 ? wanted.map(() => equal) : spread(wanted, left);
    rows.push([blanks(1), ...group.map(({ title }, at) => cell(clean(title), widths[at] ?? 0, 'end', 'strong'))]);
    const longest = Math.max(...group.map((list) => list.bindings.length));
    for (let index = 0; index < longest; index++)
      rows.push([blanks(1), ...group.flatMap((list, at) => keyCells(list, index, widths[at] ?? 0, at === group.length - 1))]);
  }
  return { rows, isCut };
}

function spread(widths: readonly number[], left: number): number[] {
  return widths.map((width) => width + Math.floor(left / widths.length));
}

function keyCells({ bindings, keyColumns }: List, index: number, columns: number, isLast: boolean): Row {
  const binding = bindings[index];
  if (!binding) return [blanks(columns)];
  const name = cell(clean(binding.name ?? ''), columns - keyColumns - (isLast ? 0 : 1), 'end');
  return [cell(clean(binding.shown), keyColumns, 'end', 'focus'), name, ...(isLast ? [] : [blanks(1)])];
}

interface Sign {
  readonly sign: CleanText;
  readonly meaning: string;
  readonly role: Role;
}

/** Those of the rows where the help was opened. */
function signsOf(place: Place): readonly Sign[] {
  if (place === 'manifest')
    return SIGN_MEANINGS.map(([sign, meaning]) => ({ sign: clean(sign), meaning, role: COMPARISON_ROLES[sign] }));
  const verdicts = Object.values(STANDINGS).filter(({ word }) => word !== 'copying');
  const all = place === 'findings' ? [...verdicts, standingOfSeverity('warning')] : verdicts;
  return all.map(({ sign, word, role }) => ({ sign, meaning: word, role }));
}

function signRows(all: readonly Sign[], columns: number): readonly Row[] {
  const wide = Math.min(Math.max(...all.map(({ meaning }) => meaning.length)) + 5, columns - 9);
  const perRow = Math.max(1, Math.floor((columns - 9) / wide));
  const rows: Row[] = [];
  for (let first = 0; first < all.length; first += perRow) {
    const part = all
      .slice(first, first + perRow)
      .flatMap(({ sign, meaning, role }): Row => [span(sign, role), cell(cleaned` ${meaning}`, wide - 1, 'end')]);
    rows.push(cutRow([first === 0 ? cell(clean(' Signs'), 9, 'end', 'strong') : blanks(9), ...part], columns));
  }
  return rows;
}
