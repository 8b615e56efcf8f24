import { dirname } from 'node:path';
import { DirectoryHints } from './directoryHints.js';
import { PlaceError } from './discovery.js';
import { entryAt } from './entries.js';
import { HostLookup } from './hostLookup.js';
import { type ListedPlugin, type Listing, list } from './listing.js';
import { afterOthers, planned } from './planned.js';
import { changedWhileRead, judgeReading, type Reading, readEntry } from './readPlugin.js';
import type { CatalogSnapshot, LiveCatalog, PluginRecord, Recheck } from './record.js';
import { directoriesOf, type ScanOptions } from './scan.js';
import { signatureStamp } from './signedPlugin.js';

/** A file is judged when two looks this far apart agree on it (ms). */
const SETTLE = 200;
/** The net below the hints (links whose target changes, network file systems): one stat a file (ms). */
const POLL = 500;
/** At most four pictures a second (ms). */
const NOTIFY = 250;
/** The longest a change stays unseen, when no hint comes and reading takes no time (ms): users are promised a second. */
export const UNSEEN_AT_MOST = POLL + SETTLE + NOTIFY;
/** How long reading may go on before keys get their turn (ms). A plugin takes 5 to 20. */
const SLICE = 12;

/**
 * Opens a catalog that is kept true: lists at once, reads file by file between other work, and looks again when files
 * change. Hints come from `fs.watch`, the truth from looking: a hint may be lost, doubled or early.
 *
 * @throws PlaceError when the place can't be used at all; later trouble is a problem in the snapshot.
 */
export function openCatalog(options: Omit<ScanOptions, 'now'>): LiveCatalog {
  return new Live(options);
}

/** What is known of one listed file. */
interface Known {
  listed: ListedPlugin;
  reading: Reading | null;
  record: PluginRecord;
  /** What the last look saw, when that was another file than the one read: it waits for a later look that agrees. */
  pending: Seen | null;
}

/** One look: a stamp, and since when it has been the same (ms, monotonic). */
interface Seen {
  readonly stamp: string;
  readonly since: number;
}

/** Hints come faster than files settle: only looks that are far enough apart count. */
function settled(seen: Seen | null, stamp: string): boolean {
  return seen?.stamp === stamp && performance.now() - seen.since >= SETTLE;
}

class Live implements LiveCatalog {
  readonly #options: Omit<ScanOptions, 'now'>;
  readonly #listeners = new Set<(snapshot: CatalogSnapshot) => void>();
  readonly #hints = new DirectoryHints(() => this.#look());
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #known = new Map<string, Known>();
  #listing: Listing;
  #lookup: HostLookup;
  #hostSeen: string;
  #pendingHost: Seen | null = null;
  #preferred: readonly string[] = [];
  #snapshot: CatalogSnapshot;
  #notified = Number.NEGATIVE_INFINITY;
  #notifyTimer: NodeJS.Timeout | null = null;
  #readScheduled = false;
  #closed = false;

  constructor(options: Omit<ScanOptions, 'now'>) {
    this.#options = options;
    this.#listing = list(options.place, options.recursive);
    this.#lookup = this.#newLookup();
    this.#lookup.refresh();
    this.#hostSeen = this.#lookup.signature();
    for (const listed of this.#listing.plugins) this.#known.set(listed.entry.path, this.#unread(listed));
    this.#snapshot = this.#picture();
    this.#watch();
    this.#every(POLL, () => this.#look());
    this.#scheduleReading();
  }

  get snapshot(): CatalogSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: (snapshot: CatalogSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  prefer(paths: readonly string[]): void {
    this.#preferred = paths;
  }

  recheck(path: string): Promise<Recheck | null> {
    // One turn of the event loop each: whoever asks for all of them is asked for keys in between.
    return new Promise((resolve) => {
      setImmediate(() => resolve(this.#closed ? null : this.#recheckNow(path)));
    });
  }

  #recheckNow(path: string): Recheck | null {
    const known = this.#known.get(path);
    if (!known) return null;
    const start = performance.now();
    const { entry } = known.listed;
    // The stamp of now, so that the next look finds nothing new.
    known.listed = { ...known.listed, entry: entryAt(entry.path, entry.open, entry.name) };
    known.pending = null;
    this.#read(known);
    this.#changed();
    return { record: this.#atItsPlace(known), milliseconds: performance.now() - start };
  }

  /** As the list will show it: after those that the host opens before it. */
  #atItsPlace({ record }: Known): PluginRecord {
    const { host } = this.#lookup;
    if (!host || record.state !== 'judged') return record;
    const records = this.#listing.plugins.flatMap(({ entry }) => this.#known.get(entry.path)?.record ?? []);
    const earlier = records.slice(0, records.indexOf(record)).filter((each) => each.state === 'judged');
    return afterOthers(earlier, record, host);
  }

  close(): void {
    this.#closed = true;
    this.#hints.close();
    for (const timer of this.#timers) clearInterval(timer);
    if (this.#notifyTimer) clearTimeout(this.#notifyTimer);
    this.#listeners.clear();
    this.#lookup.close();
  }

  #newLookup(): HostLookup {
    return new HostLookup(
      this.#options.host ?? this.#listing.host,
      directoriesOf(this.#options.place),
      this.#options.policy ?? 'exact',
    );
  }

  #unread(listed: ListedPlugin): Known {
    const { path, name, size, link } = listed.entry;
    return { listed, reading: null, record: { path, name, size, link, order: listed.order, state: 'reading' }, pending: null };
  }

  /** One look at everything, by stat alone. */
  #look(): void {
    if (this.#closed) return;
    const before = this.#listing;
    let changed = this.#lookAtHost();
    try {
      this.#listing = list(this.#options.place, this.#options.recursive);
      if (this.#listing.host !== before.host) {
        this.#lookup.close();
        this.#lookup = this.#newLookup();
        this.#lookup.refresh();
        this.#judgeAll();
        changed = true;
      }
    } catch (error) {
      if (!(error instanceof PlaceError)) throw error;
      this.#listing = { ...before, problems: [error.message] };
    }
    changed = this.#lookAtFiles() || changed || !sameLines(before, this.#listing);
    if (changed) this.#changed();
    this.#watch();
  }

  #lookAtFiles(): boolean {
    let changed = false;
    const listed = new Map(this.#listing.plugins.map((plugin) => [plugin.entry.path, plugin]));
    for (const path of this.#known.keys()) {
      if (!listed.has(path)) {
        this.#known.delete(path);
        changed = true;
      }
    }
    for (const plugin of listed.values()) changed = this.#lookAtFile(plugin) || changed;
    return changed;
  }

  #lookAtFile(listed: ListedPlugin): boolean {
    const { entry, order, sha256 } = listed;
    const known = this.#known.get(entry.path);
    if (!known) {
      // New since the last look: a copy may be under way, so it is judged at the second look that agrees.
      this.#known.set(entry.path, { ...this.#unread(listed), pending: { stamp: entry.stamp, since: performance.now() } });
      this.#lookAgain();
      return true;
    }
    const moved = known.listed.order !== order || known.listed.sha256 !== sha256;
    const read =
      known.reading?.entry.stamp === entry.stamp &&
      known.listed.sha256 === sha256 &&
      (known.reading.signature === null || known.reading.signature === signatureStamp(entry)) &&
      !changedWhileRead(known.reading);
    known.listed = listed;
    if (read && known.pending === null) {
      if (moved && known.reading) known.record = judgeReading(known.reading, order, this.#lookup.host);
      return moved;
    }
    if (known.reading === null && known.pending === null) return false; // Still in the queue of the first reading.
    if (known.pending?.stamp === entry.stamp) {
      if (!settled(known.pending, entry.stamp)) return false;
      known.reading = null;
      known.pending = null;
      this.#scheduleReading();
      return false;
    }
    known.pending = { stamp: entry.stamp, since: performance.now() };
    const { path, name, size, link } = entry;
    known.record = { path, name, size, link, order, state: 'settling' };
    this.#lookAgain();
    return true;
  }

  #lookAtHost(): boolean {
    const signature = this.#lookup.signature();
    if (this.#pendingHost === null && signature === this.#hostSeen) return false;
    if (signature !== this.#pendingHost?.stamp) {
      this.#pendingHost = { stamp: signature, since: performance.now() };
      this.#lookAgain();
      return false;
    }
    if (!settled(this.#pendingHost, signature)) return false;
    this.#pendingHost = null;
    this.#hostSeen = signature;
    if (!this.#lookup.refresh()) return false;
    this.#judgeAll();
    return true;
  }

  #judgeAll(): void {
    for (const known of this.#known.values()) {
      if (known.reading && known.record.state === 'judged') {
        known.record = judgeReading(known.reading, known.listed.order, this.#lookup.host);
      }
    }
  }

  #scheduleReading(): void {
    if (this.#readScheduled || this.#closed) return;
    this.#readScheduled = true;
    // A timer, not an immediate: input events get their turn between slices.
    this.#after(0, () => {
      this.#readScheduled = false;
      this.#readSome();
    });
  }

  #readSome(): void {
    const until = performance.now() + SLICE;
    let readAny = false;
    for (let next = this.#nextToRead(); next; next = this.#nextToRead()) {
      this.#read(next);
      readAny = true;
      if (performance.now() > until) break;
    }
    if (readAny) this.#changed();
    if (this.#nextToRead()) this.#scheduleReading();
  }

  #read(known: Known): void {
    const { entry, order, sha256 } = known.listed;
    known.reading = readEntry(entry, sha256, Date.now(), this.#options);
    if (changedWhileRead(known.reading)) {
      const { path, name, size, link } = entry;
      known.record = { path, name, size, link, order, state: 'settling' };
      this.#lookAgain();
    } else {
      known.record = judgeReading(known.reading, order, this.#lookup.host);
    }
  }

  #nextToRead(): Known | null {
    const waiting = (known: Known | undefined): known is Known => known?.reading === null && known.pending === null;
    for (const path of this.#preferred) {
      const known = this.#known.get(path);
      if (waiting(known)) return known;
    }
    for (const { entry } of this.#listing.plugins) {
      const known = this.#known.get(entry.path);
      if (waiting(known)) return known;
    }
    return null;
  }

  #changed(): void {
    if (this.#notifyTimer || this.#closed) return;
    const wait = Math.max(0, this.#notified + NOTIFY - performance.now());
    this.#notifyTimer = setTimeout(() => {
      this.#notifyTimer = null;
      this.#notified = performance.now();
      this.#snapshot = this.#picture();
      for (const listener of this.#listeners) listener(this.#snapshot);
    }, wait);
  }

  #picture(): CatalogSnapshot {
    // A discovery file may name a file twice: one record, two places in the order.
    const plugins = this.#listing.plugins.flatMap(({ entry, order }): PluginRecord[] => {
      const record = this.#known.get(entry.path)?.record;
      if (!record) return [];
      return [record.order === order ? record : ({ ...record, order } as PluginRecord)];
    });
    const { plugins: atPlaces, plan } = planned(plugins, this.#lookup.host);
    return {
      place: this.#options.place,
      host: this.#lookup.record,
      plugins: [...atPlaces, ...this.#listing.ignored],
      plan,
      problems: this.#listing.problems,
    };
  }

  #lookAgain(): void {
    this.#after(SETTLE + 10, () => this.#look());
  }

  #watch(): void {
    const host = this.#lookup.path;
    this.#hints.watch(new Set([...directoriesOf(this.#options.place), ...(host ? [dirname(host)] : [])]));
  }

  #after(delay: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#closed) act();
    }, delay);
    this.#timers.add(timer);
  }

  #every(delay: number, act: () => void): void {
    this.#timers.add(setInterval(act, delay));
  }
}

function sameLines(a: Listing, b: Listing): boolean {
  const text = ({ ignored, problems }: Listing) => JSON.stringify([ignored, problems]);
  return text(a) === text(b);
}
