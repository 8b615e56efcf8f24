import type { PluginRecord } from '../../catalog/record.js';
import { matcherOf } from '../matcher.js';
import { standingOf } from '../words.js';

export const SORT_ORDERS = ['load order', 'verdict', 'name', 'size'] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

/** What needs a person first. */
const URGENCY = ['crashes', 'fails', 'refused', 'unknown', 'loads', 'reading', 'copying', 'ignored'];

const byName = (a: PluginRecord, b: PluginRecord): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
const urgency = (record: PluginRecord): number => URGENCY.indexOf(standingOf(record).word);

/** The snapshot is in load order already; sorting is stable, so that order decides among equals. */
const COMPARE: Readonly<Record<SortOrder, (a: PluginRecord, b: PluginRecord) => number>> = {
  'load order': () => 0,
  verdict: (a, b) => urgency(a) - urgency(b),
  name: byName,
  size: (a, b) => b.size - a.size,
};

/** The rows of the list: sorted, and those the filter leaves. */
export function visibleRecords(plugins: readonly PluginRecord[], sort: SortOrder, filter: string): readonly PluginRecord[] {
  const { matches } = matcherOf(filter);
  const left = filter === '' ? plugins : plugins.filter((record) => matches(filterText(record)));
  return sort === 'load order' ? left : [...left].sort(COMPARE[sort]);
}

/** What a filter looks at: all that the row says. */
function filterText(record: PluginRecord): string {
  const rest =
    record.state === 'judged'
      ? `${record.language ?? ''} ${record.builtBy ?? ''} ${record.cause}`
      : record.state === 'ignored'
        ? record.because
        : '';
  return `${record.name} ${standingOf(record).word} ${rest}`;
}
