import { clean } from '../../terminal/clean.js';
import type { Binding } from '../bindings/binding.js';
import { placeOf } from '../bindings/place.js';
import { bindingsAt } from '../keys.js';
import { PANELS } from '../panels/panelIds.js';
import { blanks, cell, cutRow, type Row, rule, span } from '../row.js';
import type { State } from '../state.js';
import { STANDINGS } from '../words.js';
import type { Pane } from './pane.js';

const COLUMNS = ['here', 'everywhere', 'look', 'do'] as const;

/** The keys that do something where the help was opened, made from the table that drives the program. */
export function helpPane(state: State, columns: number, height: number): Pane {
  const top = state.sheet?.kind === 'help' ? state.sheet.top : 0;
  const rows = helpRows(state, columns);
  const first = Math.max(0, Math.min(top, rows.length - height));
  return {
    rule: rule([span(clean('Keys'), 'strong')], clean(columns >= 60 ? '? or Esc closes' : '? closes'), columns, 'heavy'),
    rows: rows.slice(first, first + height),
  };
}

function helpRows(state: State, columns: number): readonly Row[] {
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
  const legend = signs(columns);
  const perRow = columns >= 110 ? lists.length : columns >= 60 ? 2 : 1;
  const width = Math.floor((columns - 1) / perRow);
  const rows: Row[] = [];
  for (let first = 0; first < lists.length; first += perRow) {
    const group = lists.slice(first, first + perRow);
    rows.push([blanks(1), ...group.map(({ title }) => cell(clean(title), width, 'end', 'strong'))]);
    const longest = Math.max(...group.map((list) => list.bindings.length));
    for (let index = 0; index < longest; index++)
      rows.push([blanks(1), ...group.flatMap((list) => keyCells(list.bindings[index], width, list.keyColumns))]);
  }
  return [...rows, ...legend];
}

function keyCells(binding: Binding | undefined, columns: number, keys: number): Row {
  if (!binding) return [blanks(columns)];
  return [
    cell(clean(binding.shown), keys, 'end', 'focus'),
    cell(clean(binding.name ?? ''), columns - keys - 1, 'end'),
    blanks(1),
  ];
}

function signs(columns: number): readonly Row[] {
  const all = Object.values(STANDINGS).filter(({ word }) => word !== 'copying');
  const perRow = columns >= 100 ? all.length : Math.max(2, Math.floor((columns - 9) / 12));
  const rows: Row[] = [];
  for (let first = 0; first < all.length; first += perRow) {
    const part = all
      .slice(first, first + perRow)
      .flatMap(({ sign, word, role }): Row => [span(sign, role), cell(clean(` ${word}`), 11, 'end')]);
    rows.push(cutRow([first === 0 ? cell(clean(' Signs'), 9, 'end', 'strong') : blanks(9), ...part], columns));
  }
  return rows;
}
