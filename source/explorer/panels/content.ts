import type { CatalogSnapshot, PluginRecord } from '../../catalog/record.js';
import type { Descriptor } from '../../components/descriptor.js';
import type { CleanText } from '../../terminal/clean.js';
import type { NameForm } from '../details.js';
import type { Row } from '../row.js';
import type { ComponentsView, Details, LogEntry, PanelState, SectionsView, SeenOpened, Validation } from '../state.js';
import type { SearchResult, SymbolOrder } from '../symbolSearch.js';
import type { Trial } from '../trial.js';

/** What a panel draws from. */
export interface PanelContext {
  readonly record: PluginRecord | null;
  readonly snapshot: CatalogSnapshot;
  readonly log: readonly LogEntry[];
  readonly validation: Validation | null;
  /** What opening this reading of the file showed; null when it was not. */
  readonly opened: SeenOpened | null;
  readonly panel: PanelState;
  /** Else it is a preview of what the list's cursor is on. */
  readonly focused: boolean;
  /** The lists of the file, once a panel wanted them. */
  readonly details: Details | null;
  /** What the filter of the symbols has found so far; null before it has begun. */
  readonly search: SearchResult | null;
  readonly form: NameForm;
  readonly symbolOrder: SymbolOrder;
  readonly sectionsView: SectionsView;
  readonly componentsView: ComponentsView;
  /** The order that is tried; null for that of the directory. */
  readonly trial: Trial | null;
  /** Of the file that is shown; null until it was asked for. */
  readonly hash: CleanText | null;
  readonly width: number;
  /** Few rows or columns: fold what is equal, stack what stands side by side. */
  readonly shape: Shape;
}

export type Shape = 'full' | 'short' | 'narrow';

/**
 * What a panel shows: items that the cursor visits, each of one or more rows. Rows are made when they are looked at, so
 * a hundred thousand items cost what fits on the screen.
 */
export interface PanelContent {
  /** At the right end of the rule. */
  readonly note: CleanText;
  /** Rows that stay when the rest scrolls. */
  readonly heading: readonly Row[];
  /** Rows at the panel's lower end. */
  readonly footing?: readonly Row[];
  readonly items: number;
  readonly rows: number;
  /** The first row of an item; of `items`: one past the last row. */
  firstRow(item: number): number;
  itemAt(row: number): number;
  /** `current` is the item under the cursor, -1 where there is none. */
  draw(row: number, current: number): Row;
  /** The whole text of an item: what `y` copies and a filter looks at. */
  text(item: number): CleanText;
  /** What Enter does on an item. */
  enter(item: number): Entrance | null;
  /** What stands on the other side of a line, where the panel is divided. */
  readonly beside?: Beside;
  /** The component that the cursor is on or in, and its default configuration. */
  readonly described?: Descriptor;
  readonly config?: readonly CleanText[];
  /** Drawn as a small table, one row an item; `draw` is not asked. */
  readonly table?: { readonly columns: readonly TableColumn[]; readonly cells: (row: number) => readonly CleanText[] };
  /** The code of a finding, for `x`. */
  code(item: number): string | null;
}

/** The side of a divided panel that the cursor is not in. */
export interface Beside {
  readonly side: 'left' | 'right';
  /** Columns of the left side. */
  readonly left: number;
  rows(height: number): readonly Row[];
}

export interface TableColumn {
  readonly title: CleanText;
  readonly width: number;
  readonly align: 'left' | 'right';
}

export type Entrance =
  /** Opens a sheet that says all. */
  | { readonly type: 'page'; readonly title: CleanText; readonly lines: readonly CleanText[]; readonly hint: CleanText }
  /** Shows or hides what the item stands for. */
  | { readonly type: 'fold'; readonly hint: CleanText /** One of many. Left out: all of the panel. */; readonly key?: string }
  /** Has the file hashed. */
  | { readonly type: 'hash'; readonly hint: CleanText }
  /** Goes to the row of another panel that has this name. */
  | { readonly type: 'evidence'; readonly subject: string; readonly hint: CleanText };

/** An item made in one go. */
export interface Block {
  readonly height: number;
  readonly draw: (current: boolean) => readonly Row[];
  readonly text: CleanText;
  readonly enter?: Entrance;
  readonly code?: string;
}

/** Content of few items, all made at once. */
export function contentOf(note: CleanText, heading: readonly Row[], blocks: readonly Block[]): PanelContent {
  const starts = [0];
  for (const { height } of blocks) starts.push((starts.at(-1) ?? 0) + height);
  const rows = starts.at(-1) ?? 0;
  const itemAt = (row: number) =>
    Math.max(
      0,
      starts.findLastIndex((start) => start <= row && start < rows),
    );
  return {
    note,
    heading,
    items: blocks.length,
    rows,
    firstRow: (item) => starts[Math.min(item, blocks.length)] ?? rows,
    itemAt,
    draw(row, current) {
      const item = itemAt(row);
      return blocks[item]?.draw(item === current)[row - (starts[item] ?? 0)] ?? [];
    },
    text: (item) => blocks[item]?.text ?? ('' as CleanText),
    enter: (item) => blocks[item]?.enter ?? null,
    code: (item) => blocks[item]?.code ?? null,
  };
}
