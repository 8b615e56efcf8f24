import { type FSWatcher, watch } from 'node:fs';
import { basename } from 'node:path';

/** Further hints follow a first: one call for those within this time (ms). */
const DEBOUNCE = 50;

/**
 * Hints that something changed in a set of directories, from `fs.watch`. A hint may be lost, doubled or early, and a
 * directory that can't be watched gives none: whoever is told looks for himself, and polls.
 */
export class DirectoryHints {
  readonly #tell: () => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | null = null;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  /** Watches these directories and no others. One that was removed and made again gets a new watcher. */
  watch(directories: ReadonlySet<string>): void {
    for (const directory of this.#watchers.keys()) if (!directories.has(directory)) this.#drop(directory);
    for (const directory of directories) if (!this.#watchers.has(directory)) this.#add(directory);
  }

  close(): void {
    for (const directory of [...this.#watchers.keys()]) this.#drop(directory);
    if (this.#timer) clearTimeout(this.#timer);
  }

  #add(directory: string): void {
    try {
      const watcher = watch(directory, { persistent: false }, (event, name) => {
        this.#hint();
        // inotify watches the inode: when the directory itself is moved or removed, its path needs a new watcher.
        if (event === 'rename' && name === basename(directory)) this.#drop(directory);
      });
      watcher.on('error', () => this.#drop(directory));
      this.#watchers.set(directory, watcher);
    } catch {
      // No more inotify watches, or the directory is gone for now: the poll finds what changes.
    }
  }

  #drop(directory: string): void {
    this.#watchers.get(directory)?.close();
    this.#watchers.delete(directory);
  }

  #hint(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#tell();
    }, DEBOUNCE);
  }
}
