import { clean } from '../../terminal/clean.js';
import { LEAST, layoutOf, type Panes } from '../layout.js';
import { cutRow, EMPTY_ROW, type Row, span } from '../row.js';
import type { PickSheet, State } from '../state.js';
import { explainPane, pagePane } from './explainSheet.js';
import { helpPane } from './helpSheet.js';
import { keyRow } from './keyRow.js';
import { palettePane } from './paletteSheet.js';
import { listPane, type Pane, type PaneTable, panelPane } from './pane.js';
import { titleRow, totalsRow } from './titleRows.js';

/** What stands on the screen, from its top: rows of text, and what a component of Ink's draws, in so many rows. */
export type Part =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'table'; readonly table: PaneTable; readonly height: number }
  | { readonly kind: 'picker'; readonly sheet: PickSheet; readonly height: number };

/** The whole screen, as a function of the state: as many rows as it has, none wider than it is. */
export function screenParts(state: State): readonly Part[] {
  const { columns, rows } = state.size;
  const layout = layoutOf(state);
  if (layout.kind === 'too small') {
    const text = clean(`${LEAST.columns}x${LEAST.rows} needed, this is ${columns}x${rows}`);
    return [rowPart(cutRow([span(text)], columns))];
  }
  return [
    ...(layout.title ? [rowPart(titleRow(state.snapshot, columns, !layout.totals))] : []),
    ...(layout.totals ? [rowPart(totalsRow(state.snapshot, columns))] : []),
    ...bodyParts(state, layout),
    rowPart(keyRow(state, columns)),
  ];
}

/** The panes; a sheet takes the panel's place, or that of the only pane. */
function bodyParts(state: State, layout: Panes): readonly Part[] {
  const both = layout.list > 0 && layout.panel > 0;
  const list = layout.list > 0 && (both || !state.sheet) ? paneParts(listPane(state, layout), layout.list) : [];
  if (state.sheet) return [...list, ...sheetParts(state, layout.panel > 0 ? layout.panel : layout.list)];
  return layout.panel > 0 ? [...list, ...panelParts(state, layout)] : list;
}

/** The rule, and `height` rows under it. */
function paneParts({ rule, rows }: Pane, height: number): readonly Part[] {
  return [rule, ...Array.from({ length: height }, (_, index) => rows[index] ?? EMPTY_ROW)].map(rowPart);
}

function panelParts(state: State, layout: Panes): readonly Part[] {
  const { table, ...pane } = panelPane(state, layout);
  if (!table) return paneParts(pane, layout.panel);
  const above = Math.min(pane.rows.length, layout.panel);
  return [...paneParts(pane, above), { kind: 'table', table, height: layout.panel - above }];
}

function sheetParts(state: State, height: number): readonly Part[] {
  if (state.sheet?.kind === 'pick') return [{ kind: 'picker', sheet: state.sheet, height: height + 1 }];
  return paneParts(sheetPane(state, state.size.columns, height), height);
}

function sheetPane(state: State, columns: number, height: number): Pane {
  if (state.sheet?.kind === 'explain') return explainPane(state.sheet.code, state.sheet.top, columns, height);
  if (state.sheet?.kind === 'page') return pagePane(state.sheet.title, state.sheet.lines, state.sheet.top, columns, height);
  if (state.sheet?.kind === 'palette') return palettePane(state, state.sheet, columns, height);
  return helpPane(state, columns, height);
}

function rowPart(row: Row): Part {
  return { kind: 'row', row };
}
