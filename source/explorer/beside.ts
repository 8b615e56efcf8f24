import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlaceError, placeOf } from '../catalog/discovery.js';
import { executablesOf, openHost } from '../catalog/host.js';
import { openCatalog } from '../catalog/live.js';
import type { LiveCatalog } from '../catalog/record.js';
import { directoriesOf, type ScanOptions } from '../catalog/scan.js';
import type { Elsewhere, Place } from './elsewhere.js';

type Opened = Omit<ScanOptions, 'now'>;

/** What lies beside the plugins that are open, and the way to open it instead. */
export class Beside implements Elsewhere {
  #opened: Opened;

  constructor(opened: Opened) {
    this.#opened = opened;
  }

  async hosts(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const path of executablesOf(directoriesOf(this.#opened.place))) {
      // Reading one takes some milliseconds.
      await new Promise((resolve) => setImmediate(resolve));
      if (canHost(path)) found.push(path);
    }
    return found;
  }

  directories(): readonly string[] {
    const here = directoriesOf(this.#opened.place);
    const near = new Set(here.flatMap((directory) => [...inside(directory), dirname(directory), ...inside(dirname(directory))]));
    return [...near].filter((directory) => !here.includes(directory) && holdsPlugins(directory));
  }

  open(place: Place): LiveCatalog {
    // A host that can't be read would leave every verdict unknown: what is open stays open.
    if (place.kind === 'host') openHost(place.path).close();
    const next: Opened =
      place.kind === 'host' ? { ...this.#opened, host: place.path } : { ...this.#opened, place: placeOf([place.path]) };
    const catalog = openCatalog(next);
    this.#opened = next;
    return catalog;
  }
}

function canHost(path: string): boolean {
  try {
    const host = openHost(path);
    host.close();
    return host.record.evidence.go?.providesHashes === true;
  } catch (error) {
    if (error instanceof PlaceError) return false;
    throw error;
  }
}

function inside(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => join(directory, name));
  } catch {
    return []; // What can't be listed has nothing to offer.
  }
}

function holdsPlugins(directory: string): boolean {
  try {
    return readdirSync(directory).some((name) => name.endsWith('.so'));
  } catch {
    return false;
  }
}
