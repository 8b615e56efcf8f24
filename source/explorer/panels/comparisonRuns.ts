import type { ComparisonRow } from '../../manifest/comparison.js';
import { type CleanText, cleaned } from '../../terminal/clean.js';
import { counted } from '../quantities.js';
import type { Shape } from './content.js';

export type Fold = 'same' | 'only host';

/** What is many and says little is one row until it is asked for: what is equal, and what only the host has. */
export function foldOf(row: ComparisonRow, shape: Shape): Fold | null {
  if (row.group === 'dependency' && row.plugin === null) return 'only host';
  return row.sign === '=' && (row.group === 'dependency' || shape !== 'full') ? 'same' : null;
}

interface Run {
  readonly fold: Fold | null;
  readonly rows: readonly ComparisonRow[];
}

/** Rows in order; those that fold into the same row are together, where the last of them stands. */
export function runsOf(rows: readonly ComparisonRow[], foldOfRow: (row: ComparisonRow) => Fold | null): Run[] {
  // A plugin may say that it has tens of thousands of crates: no run is copied, or looked for, once a row.
  const folded = new Map<Fold, ComparisonRow[]>();
  const lasts = new Map<Fold, ComparisonRow>();
  const folds = rows.map((row) => ({ row, fold: foldOfRow(row) }));
  for (const { row, fold } of folds) {
    if (fold === null) continue;
    folded.set(fold, folded.get(fold) ?? []);
    folded.get(fold)?.push(row);
    lasts.set(fold, row);
  }
  return folds.flatMap(({ row, fold }): Run[] => {
    if (fold === null) return [{ fold, rows: [row] }];
    return lasts.get(fold) === row ? [{ fold, rows: folded.get(fold) ?? [] }] : [];
  });
}

/** The dependencies' own field, which sums them up, before the first of them. */
export function withParent(rows: readonly ComparisonRow[], shape: Shape): readonly ComparisonRow[] {
  const dependencies = rows.filter(({ group }) => group === 'dependency');
  const [first] = dependencies;
  if (!first || rows.some(({ name, group }) => group === 'field' && name === 'dependency_hashes')) return rows;
  const inPlugin = dependencies.filter(({ plugin }) => plugin !== null);
  const inHost = dependencies.filter(({ host }) => host !== null);
  const differ = inPlugin.filter(({ plugin, host, sign }) => plugin !== null && host !== null && sign !== '=').length;
  const short = shape === 'short';
  const total = (counted: readonly ComparisonRow[]) => (short && notes.length > 0 ? String(counted.length) : modules(counted));
  const missing = inPlugin.length - inPlugin.filter(({ host }) => host !== null).length;
  const notes =
    inHost.length === 0
      ? []
      : [differ > 0 ? `${differ} differ` : '', missing > 0 ? `${missing} ${short ? 'not here' : 'not in host'}` : ''].filter(
          (note) => note !== '',
        );
  const parent: ComparisonRow = {
    sign: first.sign,
    group: 'field',
    name: 'dependency_hashes',
    plugin: `${total(inPlugin)}${notes.length > 0 ? `: ${notes.join(', ')}` : ''}`,
    host: inHost.length === 0 ? null : total(inHost),
  };
  const at = rows.indexOf(first);
  return [...rows.slice(0, at), parent, ...rows.slice(at)];
}

/** Go has modules, Rust has crates: a crate's name has no dot and no slash. */
export function modules(rows: readonly ComparisonRow[]): CleanText {
  return counted(rows.length, rows.every(({ name }) => /^[\w-]+(@.*)?$/.test(name)) && rows.length > 0 ? 'crate' : 'module');
}

export function sameText(rows: readonly ComparisonRow[]): CleanText {
  const fields = rows.filter(({ group }) => group !== 'dependency').length;
  const dependencies = rows.filter(({ group }) => group === 'dependency');
  if (fields === 0) return cleaned`  ${modules(dependencies)} the same`;
  return cleaned`${[counted(fields, 'field'), ...(dependencies.length > 0 ? [modules(dependencies)] : [])].join(', ')} same`;
}
