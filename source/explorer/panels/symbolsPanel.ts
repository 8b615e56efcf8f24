import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { fit } from '../../terminal/fit.js';
import type { SymbolSource } from '../details.js';
import { matcherOf } from '../matcher.js';
import { countText } from '../quantities.js';
import { blanks, type Row, span, underlined } from '../row.js';
import type { SearchResult, SymbolOrder } from '../symbolSearch.js';
import { contentOf, type Entrance, type PanelContent, type PanelContext } from './content.js';

const SIZE_COLUMNS = 8;

/** The symbol table as a virtual list: a row is decoded when it is on the screen. */
export function symbolsContent(context: PanelContext): PanelContent {
  const { details, panel, width } = context;
  if (!details || details.state === 'reading') return contentOf(clean(''), [sentence(clean('reading'), width)], []);
  if (details.state === 'unreadable') return contentOf(clean(''), [sentence(details.because, width)], []);
  const source = details.of.symbols;
  if (!source) return contentOf(clean(''), [sentence(clean('No symbol table, neither .symtab nor dynamic symbols.'), width)], []);
  const whole = panel.filter === '' && context.symbolOrder === 'table';
  const found = whole ? null : context.search;
  // Sorting all of them leaves as many: until then they stand as they stood.
  const rows = found?.rows ?? null;
  const items = rows ? rows.length : panel.filter === '' ? source.count : 0;
  const indexOf = (row: number) => (rows ? (rows[row] ?? 0) : row);
  const filter = matcherOf(panel.filter);
  const hint =
    source.from === '.symtab'
      ? []
      : [sentence(cleaned`No .symtab: the file is stripped. ${countText(source.count)} ${source.from} are shown.`, width)];
  const nothing =
    found?.final && items === 0
      ? [sentence(cleaned`No symbol matches "${panel.filter}". Esc shows all ${countText(source.count)}.`, width)]
      : [];
  return {
    note:
      whole || isWanted(found, context)
        ? noteOf(panel.cursor, items, source.count, panel.filter !== '', context.symbolOrder)
        : clean(context.symbolOrder === 'table' ? 'counting…' : 'sorting…'),
    heading: [...hint, ...(items > 0 ? [heading(source)] : nothing)],
    items,
    rows: items,
    firstRow: (item) => item,
    itemAt: (row) => row,
    draw: (row, current) => symbolRow(source, indexOf(row), row === current, context, filter.places),
    text: (item) => clean(source.name(indexOf(item), context.form)),
    enter: (item) => (items > 0 ? page(source, indexOf(item)) : null),
    code: () => null,
  };
}

function isWanted(found: SearchResult | null, { panel, form, symbolOrder }: PanelContext): boolean {
  return found?.final === true && found.filter === panel.filter && found.form === form && found.order === symbolOrder;
}

function noteOf(cursor: number, items: number, count: number, filtered: boolean, order: SymbolOrder): CleanText {
  const place = cleaned`${countText(Math.min(cursor + 1, items))} of ${countText(items)}`;
  const by = order === 'table' ? '' : `, by ${order}`;
  return filtered ? cleaned`${place} in ${countText(count)}${by}` : cleaned`${place}${by}`;
}

export function sentence(text: CleanText, columns: number): Row {
  return [blanks(3), span(fit(text, columns - 3, 'end'))];
}

function heading({ digits }: SymbolSource): Row {
  return [
    blanks(2),
    span(clean('address'.padEnd(digits + 2)), 'secondary'),
    span(clean(`${'size'.padStart(SIZE_COLUMNS)} kind  name`), 'secondary'),
  ];
}

type Places = (text: string) => readonly (readonly [number, number])[];

function symbolRow(source: SymbolSource, index: number, current: boolean, { width, form }: PanelContext, places: Places): Row {
  const { address, size, kind } = source.row(index);
  const { digits } = source;
  const shown = clean(address === null ? ' '.repeat(digits + 2) : addressText(address, digits));
  const room = Math.max(0, width - 2 - digits - 2 - SIZE_COLUMNS - 1 - 6);
  const name = fit(clean(source.name(index, form)), room, 'middle');
  return [
    span(clean(current ? '>' : ' '), 'focus'),
    blanks(1),
    current && address !== null ? span(shown, 'current') : span(shown),
    span(clean(`${(address === null ? '' : countText(size)).padStart(SIZE_COLUMNS)} ${kind.padEnd(6)}`)),
    ...(current && address === null ? [span(name, 'current')] : underlined(name, 'plain', places(name))),
  ];
}

function addressText(address: number, digits: number): string {
  return `0x${address.toString(16).padStart(digits, '0')}`;
}

/** All of one symbol: the row cuts what is long. */
function page(source: SymbolSource, index: number): Entrance {
  const { address, size, kind, about } = source.row(index);
  const [shown, raw] = [source.name(index, 'demangled'), source.name(index, 'raw')];
  const lines = [
    clean(shown),
    ...(raw === shown ? [] : [cleaned`raw  ${raw}`]),
    clean(''),
    address === null
      ? clean('undefined here: another file has to bring it')
      : cleaned`address  ${addressText(address, source.digits)}`,
    ...(address === null ? [] : [cleaned`size  ${countText(size)} bytes`]),
    cleaned`kind  ${kind}, ${about}`,
    cleaned`row ${countText(index + 1)} of ${source.from}`,
  ];
  return { type: 'page', title: clean('Symbol'), lines, hint: clean('details') };
}
