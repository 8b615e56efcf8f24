import { accessSync, constants } from 'node:fs';
import { basename } from 'node:path';
import { type Discovery, PlaceError, readDiscovery, reason } from './discovery.js';
import { type Entry, entryAt, listDirectory } from './entries.js';
import type { IgnoredRecord, Place } from './record.js';

/** What lies at a place right now, in load order, unread. */
export interface Listing {
  readonly plugins: readonly ListedPlugin[];
  readonly ignored: readonly IgnoredRecord[];
  /** Host named by a discovery file. */
  readonly host: string | null;
  /** Directories that can't be listed (any more). */
  readonly problems: readonly string[];
}

export interface ListedPlugin {
  readonly entry: Entry;
  /** From 1, over all directories. */
  readonly order: number;
  readonly sha256: string | null;
}

/**
 * Lists a place. A directory that can't be listed becomes a problem, so that one of several does not hide the others.
 * @throws PlaceError for a discovery file that is missing or wrong.
 */
export function list(place: Place, recursive: boolean): Listing {
  return place.kind === 'discovery file'
    ? listDiscovery(readDiscovery(place.paths[0] ?? ''))
    : listDirectories(place.paths, recursive);
}

function listDirectories(paths: readonly string[], recursive: boolean): Listing {
  const problems: string[] = [];
  const entries = paths.flatMap((path) => {
    try {
      return listDirectory(path, recursive);
    } catch (error) {
      problems.push(`${path}: ${reason(error)}`);
      return [];
    }
  });
  const plugins: ListedPlugin[] = [];
  const ignored: IgnoredRecord[] = [];
  for (const entry of entries) {
    if (entry.what.kind === 'ignored') ignored.push(ignoredRecord(entry, entry.what.because));
    else plugins.push({ entry, order: plugins.length + 1, sha256: null });
  }
  return { plugins, ignored, host: null, problems };
}

function ignoredRecord({ path, name, size, link }: Entry, because: string): IgnoredRecord {
  return { path, name, size, link, order: null, state: 'ignored', because };
}

/** In the order of the list; what the list names is a plugin, whatever its name ends in. */
function listDiscovery({ plugins, host }: Discovery): Listing {
  return {
    plugins: plugins.map(({ path, name, sha256 }, index) => {
      const entry = entryAt(path, path, name);
      return { entry: { ...entry, what: asNamed(entry) }, order: index + 1, sha256 };
    }),
    ignored: [],
    host,
    problems: [],
  };
}

function asNamed({ what, inode }: Entry): Entry['what'] {
  if (what.kind !== 'ignored') return what;
  if (what.isFile) return { kind: 'plugin' };
  // A link to nothing; a pipe, a device or a directory is there, and is not opened.
  return inode === null ? { kind: 'missing', because: what.because } : what;
}

/** One file as a place of its own: `ocx plugins inspect FILE`. @throws PlaceError when it is missing, unreadable or no regular file. */
export function listFile(path: string): ListedPlugin {
  const entry = entryAt(path, path, basename(path));
  if (entry.what.kind === 'missing') throw new PlaceError(`${path}: ${entry.what.because}`);
  // A name that does not end in .so is no reason: whoever names a file wants to know.
  if (entry.what.kind === 'ignored' && !entry.what.isFile) {
    if (/directory/.test(entry.what.because))
      throw new PlaceError(`${path} is a directory: ocx plugins check-all judges what is in it`);
    throw new PlaceError(`${path} is not a file: ${entry.what.because}`);
  }
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    throw new PlaceError(`${path}: ${reason(error)}`);
  }
  return { entry: { ...entry, what: { kind: 'plugin' } }, order: 1, sha256: null };
}
