import type { InDirectory } from '../../catalog/inDirectory.js';

/** A report of files that were named one by one, each with how it fares where it lies: `in_directory`, left out where that can't be told. */
export function withPlaces<Plugin extends { readonly path: string }, Report extends { readonly plugins: readonly Plugin[] }>(
  report: Report,
  places: readonly (InDirectory | null)[],
) {
  return {
    ...report,
    plugins: report.plugins.map((plugin, at) => ({ ...plugin, in_directory: placeReport(places[at] ?? null) })),
  };
}

function placeReport(place: InDirectory | null) {
  if (!place) return null;
  const { directory, record, brokenBy } = place;
  const { order, judgement, cause } = record;
  return {
    directory,
    order,
    verdict: judgement.verdict,
    load: judgement.load,
    cause,
    broken_by: brokenBy.map(({ path }) => path),
  };
}
