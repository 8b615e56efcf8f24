import type { CatalogSnapshot } from '../../catalog/record.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';

/** What the order of loading does to the plugins, where it does anything. */
export function planLines({ plan }: CatalogSnapshot): CleanText[] {
  if (!plan) return [];
  const { steps, diesAt, loads, best } = plan;
  const killer = steps.find(({ order }) => order === diesAt);
  const dies =
    killer === undefined
      ? []
      : [
          clean(''),
          cleaned`! the Collector dies at ${killer.order}: ${killer.candidate.name}; what is below is judged as if it were left out`,
        ];
  const another =
    best.order === null
      ? []
      : [
          clean(''),
          cleaned`${loads} of ${steps.length} load in this order, ${best.loads} in another (plan.best of --output json)`,
        ];
  return [...dies, ...another];
}
