import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { width } from '../../terminal/width.js';
import { type PaletteEntry, paletteEntries } from '../palette.js';
import { blanks, cell, type Row, rule, span } from '../row.js';
import type { PaletteSheet, State } from '../state.js';
import type { Pane } from './pane.js';
import { sentence } from './pane.js';

const MOST_ROWS = 12;

/** `: valid_`, and what it finds: the key beside each, the reason where it can't be done. */
export function palettePane(state: State, sheet: PaletteSheet, columns: number, height: number): Pane {
  const everything = paletteEntries(state, '');
  const all = everything.length;
  const [keyColumns, nameColumns] = [widest(everything.map(({ keys }) => keys)) + 1, widest(everything.map(({ name }) => name))];
  const entries = paletteEntries(state, sheet.text);
  const rows = Math.min(MOST_ROWS, height);
  const first = Math.max(0, Math.min(sheet.cursor - rows + 1, entries.length - rows));
  const shown = entries
    .slice(first, first + rows)
    .map((entry, index) => entryRow(entry, first + index === sheet.cursor, { columns, keyColumns, nameColumns }));
  return {
    rule: rule([span(cleaned`: ${sheet.text}_`, 'strong')], cleaned`${entries.length} of ${all}`, columns, 'heavy'),
    rows:
      shown.length > 0
        ? shown
        : [
            /^[0-9]+$/.test(sheet.text)
              ? sentence(cleaned`Enter goes to row ${sheet.text}.`, columns)
              : sentence(cleaned`No command is called that. Backspace, or Esc shows all ${all}.`, columns),
          ],
  };
}

const widest = (texts: readonly CleanText[]): number => Math.max(0, ...texts.map(width));

interface Widths {
  readonly columns: number;
  readonly keyColumns: number;
  readonly nameColumns: number;
}

/** Names are whole where the terminal has room for them; reasons have the rest. */
function entryRow({ keys, name, whyNot }: PaletteEntry, current: boolean, widths: Widths): Row {
  const { columns, keyColumns } = widths;
  const nameColumns = Math.min(widths.nameColumns, columns - 2 - keyColumns);
  const reason = columns - 2 - keyColumns - nameColumns - 2;
  const shown = cell(name, nameColumns, 'end').text.trimEnd() as CleanText;
  return [
    span(clean(current ? '> ' : '  '), 'focus'),
    cell(keys, keyColumns, 'end', whyNot === null ? 'focus' : 'secondary'),
    span(shown, current ? 'current' : whyNot === null ? 'plain' : 'secondary'),
    ...(whyNot !== null && reason > 6
      ? [blanks(nameColumns - width(shown) + 2), cell(cleaned`no: ${whyNot}`, reason, 'end', 'secondary')]
      : []),
  ];
}
