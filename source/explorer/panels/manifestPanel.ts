import type { ComparisonRow, ComparisonSign } from '../../manifest/comparison.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { pad, width } from '../../terminal/width.js';
import { matcherOf } from '../matcher.js';
import { blanks, cell, type Row, span } from '../row.js';
import type { Role } from '../theme.js';
import { foldOf, modules, runsOf, sameText, withParent } from './comparisonRuns.js';
import { type Block, contentOf, type PanelContent, type PanelContext } from './content.js';

export const COMPARISON_ROLES: Readonly<Record<ComparisonSign, Role>> = {
  x: 'fails',
  '-': 'refused',
  '!': 'unknown',
  '?': 'unknown',
  '~': 'refused',
  '=': 'plain',
  ' ': 'plain',
};

/** The plugin's manifest beside the host's: what differs first, what is equal folded into one row. */
export function manifestContent(context: PanelContext): PanelContent {
  const rows = context.record?.state === 'judged' ? context.record.comparison : [];
  const filter = matcherOf(context.panel.filter);
  const matching = new Set(rows.filter((row) => filter.matches(`${row.name} ${row.plugin ?? ''} ${row.host ?? ''}`)));
  const all = withParent(rows, context.shape);
  const parent = all.find((row) => !rows.includes(row));
  if (parent && [...matching].some(({ group }) => group === 'dependency')) matching.add(parent);
  const columns = columnsOf(context.width);
  const folds =
    context.panel.unfolded || context.panel.filter !== '' ? () => null : (row: ComparisonRow) => foldOf(row, context.shape);
  const blocks: Block[] = [];
  for (const run of runsOf(
    all.filter((row) => matching.has(row)),
    folds,
  )) {
    const first = run.rows[0];
    if (run.fold === 'same') blocks.push(foldedBlock('=', sameText(run.rows), columns));
    else if (run.fold === 'only host') blocks.push(foldedBlock('?', cleaned`  ${modules(run.rows)} not in plugin`, columns));
    else if (first) blocks.push(context.shape === 'narrow' ? stackedBlock(first, context.width) : rowBlock(first, columns));
  }
  const decide = all.filter(({ sign }) => sign === decidingSign(rows)).length;
  const note = decide === 0 ? clean('nothing decides') : cleaned`${decide} ${decide === 1 ? 'row decides' : 'rows decide'}`;
  const short = context.width < 100;
  return contentOf(short ? clean(`${decide} decide`) : note, context.shape === 'narrow' ? [] : [headingRow(columns)], blocks);
}

/** `x` decides the load; where nothing does, `-` decides the policy. */
function decidingSign(rows: readonly ComparisonRow[]): ComparisonSign {
  return rows.some(({ sign }) => sign === 'x') ? 'x' : '-';
}

interface Columns {
  readonly name: number;
  readonly plugin: number;
  readonly host: number;
}

/** 80 and 120 columns as drawn, and in proportion between and beyond. Each but the last includes one blank. */
function columnsOf(columns: number): Columns {
  const room = columns - 3;
  const name = Math.round(32 + 0.475 * (columns - 80));
  const plugin = Math.round(25 + 0.35 * (columns - 80));
  return { name, plugin, host: Math.max(0, room - name - plugin) };
}

function headingRow({ name, plugin, host }: Columns): Row {
  return [
    blanks(3),
    cell(clean('field'), name, 'end', 'secondary'),
    cell(clean('plugin'), plugin, 'end', 'secondary'),
    cell(clean('host'), host, 'end', 'secondary'),
  ];
}

function rowBlock(row: ComparisonRow, columns: Columns): Block {
  const indent = row.group === 'dependency' ? 2 : 0;
  const role: Role = row.sign === '=' ? 'secondary' : 'plain';
  const [plugin, host] = valuesOf(row);
  // Where the two differ, the difference is what to look at.
  const value: Role = plugin !== null && host !== null && plugin !== host && 'x-~'.includes(row.sign) ? 'strong' : role;
  return {
    height: 1,
    text: textOf(row),
    draw: (current) => {
      // A claim is against the plugin's own bytes: where the host has no part in it, it has the host's columns too.
      const values =
        row.group === 'claim' && host === null
          ? [cell(plugin ?? absent(row), columns.plugin + columns.host, 'end', role)]
          : [
              cell(plugin ?? absent(row), columns.plugin - 1, 'end', plugin === null ? role : value),
              blanks(1),
              cell(host ?? absentInHost(row), columns.host, 'end', host === null ? role : value),
            ];
      const name = cell(clean(row.name), columns.name - indent - 1, row.group === 'dependency' ? 'path' : 'end', role);
      return [
        [
          span(clean(current ? '>' : ' '), 'focus'),
          span(clean(row.sign), COMPARISON_ROLES[row.sign]),
          blanks(1 + indent),
          ...(current ? currentCell(name.text) : [name]),
          blanks(1),
          ...values,
        ],
      ];
    },
  };
}

/** Only the text is reversed, not its padding. */
function currentCell(padded: CleanText): Row {
  const text = padded.trimEnd() as CleanText;
  return [span(text, 'current'), blanks(width(padded) - width(text))];
}

function stackedBlock(row: ComparisonRow, columns: number): Block {
  const indent = row.group === 'dependency' ? 2 : 0;
  const [plugin, host] = valuesOf(row);
  const line = (label: string, value: CleanText): Row => [
    blanks(4 + indent),
    cell(clean(label), 8, 'end', 'secondary'),
    cell(value, columns - 12 - indent, 'end'),
  ];
  const values: Row[] = [];
  if (plugin !== null && plugin === host) values.push(line('both', plugin));
  else {
    values.push(line('plugin', plugin ?? absent(row)));
    if (row.group !== 'about' || host !== null) values.push(line('host', host ?? absentInHost(row)));
  }
  return {
    height: 1 + values.length,
    text: textOf(row),
    draw: (current) => {
      const name = cell(clean(row.name), columns - 4 - indent, row.group === 'dependency' ? 'path' : 'end');
      return [
        [
          span(clean(current ? '>' : ' '), 'focus'),
          blanks(1),
          span(clean(row.sign), COMPARISON_ROLES[row.sign]),
          blanks(1 + indent),
          ...(current ? currentCell(name.text) : [name]),
        ],
        ...values,
      ];
    },
  };
}

function foldedBlock(sign: ComparisonSign, text: CleanText, columns: Columns): Block {
  const shown = Math.min(41, columns.name - 1);
  return {
    height: 1,
    text,
    enter: { type: 'fold', hint: clean('unfold') },
    draw: (current) => [
      [
        span(clean(current ? '>' : ' '), 'focus'),
        span(clean(sign), COMPARISON_ROLES[sign]),
        blanks(1),
        ...(current ? currentCell(pad(text, shown)) : [cell(text, shown, 'end', 'secondary')]),
        ...(text.startsWith(' ') ? [span(clean('= unfolds'), 'secondary')] : []),
      ],
    ],
  };
}

function absent(row: ComparisonRow): CleanText {
  return clean(row.group === 'about' ? '' : 'not in plugin');
}

function absentInHost(row: ComparisonRow): CleanText {
  return clean(row.group === 'about' || row.group === 'claim' ? '' : 'not in host');
}

/** Both values as shown: versions under versions, hashes by their first six characters. */
function valuesOf(row: ComparisonRow): readonly [CleanText | null, CleanText | null] {
  if (row.group !== 'dependency') return [orNull(row.plugin), orNull(row.host)];
  return [dependencyValue(row.plugin), dependencyValue(row.host)];
}

const orNull = (value: string | null): CleanText | null => (value === null ? null : clean(value));

const HASH = /^(h1|dir|sha256|cksum):\S+$/;

function dependencyValue(value: string | null): CleanText | null {
  if (value === null) return null;
  const words = value.split(/\s+/).map((word) => clean(HASH.test(word) || /^[0-9a-f]{40,}$/.test(word) ? shortHash(word) : word));
  return clean(words.map((word, index) => (index === 0 && words.length > 1 ? pad(word, 8) : word)).join(' '));
}

/** `h1:Jm5cUx`: enough to tell two apart; all of it is one key away. */
function shortHash(hash: string): string {
  const colon = hash.indexOf(':');
  return hash.slice(0, colon + 7);
}

function textOf(row: ComparisonRow): CleanText {
  return cleaned`${row.name}  plugin ${row.plugin ?? 'none'}  host ${row.host ?? 'none'}`;
}
