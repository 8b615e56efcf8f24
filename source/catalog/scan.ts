import { dirname } from 'node:path';
import type { Asked } from './asked.js';
import { PlaceError } from './discovery.js';
import { HostLookup } from './hostLookup.js';
import { type InDirectory, inDirectory } from './inDirectory.js';
import { type ListedPlugin, list } from './listing.js';
import { planned } from './planned.js';
import { judgeReading, readEntry } from './readPlugin.js';
import type { CatalogSnapshot, Place } from './record.js';
import { wholeLook } from './wholeTables.js';

export interface ScanOptions extends Asked {
  readonly place: Place;
  /** Named by flag or environment; null to take the discovery file's, or to look for one. */
  readonly host: string | null;
  /** Whether sub-directories are entered. */
  readonly recursive: boolean;
  readonly now: number;
}

/**
 * Reads and judges everything at a place, once.
 * @throws PlaceError when the place or a named host can't be used.
 */
export function scan({ place, host, recursive, now, ...asked }: ScanOptions): CatalogSnapshot {
  const listing = list(place, recursive);
  if (place.kind === 'directories' && listing.problems.length > 0) throw new PlaceError(listing.problems.join('; '));
  const lookup = new HostLookup(host ?? listing.host, directoriesOf(place), asked.policy ?? 'exact');
  try {
    lookup.refresh();
    if (lookup.record.state === 'unreadable') throw new PlaceError(lookup.record.because);
    const judged = listing.plugins.map(({ entry, order, sha256 }) =>
      judgeReading(readEntry(entry, sha256, now, asked), order, lookup.host),
    );
    const { plugins, plan } = planned(judged, lookup.host);
    return { place, host: lookup.record, plugins: [...plugins, ...listing.ignored], plan, problems: listing.problems };
  } finally {
    lookup.close();
  }
}

/** Where a host may lie: the directories, or that of the discovery file. */
export function directoriesOf({ kind, paths }: Place): readonly string[] {
  return kind === 'directories' ? paths : paths.map((path) => dirname(path));
}

export interface FileSnapshot extends CatalogSnapshot {
  /** How it fares where it lies; null when that was not asked for, or can't be told. */
  readonly inDirectory: InDirectory | null;
}

/**
 * Reads and judges one file.
 * @param asked `inDirectory`: after the plugins that its directory has before it, too.
 * @throws PlaceError when a named host can't be used.
 */
export function scanFile(
  listed: ListedPlugin,
  host: string | null,
  now: number,
  asked: Asked & { readonly inDirectory?: boolean } = {},
): FileSnapshot {
  const directory = dirname(listed.entry.path);
  const lookup = new HostLookup(host, [directory], asked.policy ?? 'exact');
  try {
    lookup.refresh();
    if (lookup.record.state === 'unreadable') throw new PlaceError(lookup.record.because);
    const record = judgeReading(wholeLook(readEntry(listed.entry, listed.sha256, now, asked)), null, lookup.host);
    return {
      place: { kind: 'directories', paths: [directory] },
      host: lookup.record,
      plugins: [record],
      plan: null,
      problems: [],
      inDirectory: asked.inDirectory === true ? inDirectory(record, lookup.host, now, asked) : null,
    };
  } finally {
    lookup.close();
  }
}
