import type { CatalogSnapshot, JudgedRecord, LiveCatalog, PluginRecord, Recheck } from '../../source/catalog/record.js';

/** A catalog that shows what it is told to. */
export class FakeCatalog implements LiveCatalog {
  snapshot: CatalogSnapshot;
  readonly preferred: (readonly string[])[] = [];
  closed = false;
  readonly #listeners = new Set<(snapshot: CatalogSnapshot) => void>();

  constructor(snapshot: CatalogSnapshot) {
    this.snapshot = snapshot;
  }

  subscribe(listener: (snapshot: CatalogSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  prefer(paths: readonly string[]): void {
    this.preferred.push(paths);
  }

  async recheck(path: string): Promise<Recheck | null> {
    await new Promise((resolve) => setImmediate(resolve));
    const record = this.snapshot.plugins.find((candidate) => candidate.path === path);
    return record ? { record, milliseconds: 38.2 } : null;
  }

  close(): void {
    this.closed = true;
  }

  show(snapshot: CatalogSnapshot): void {
    this.snapshot = snapshot;
    for (const listener of this.#listeners) listener(snapshot);
  }

  /** One file read again, with another result. */
  change(name: string, change: (record: JudgedRecord) => PluginRecord): void {
    this.show({
      ...this.snapshot,
      plugins: this.snapshot.plugins.map((record) =>
        record.name === name && record.state === 'judged' ? change(record) : record,
      ),
    });
  }

  remove(name: string): void {
    this.show({ ...this.snapshot, plugins: this.snapshot.plugins.filter((record) => record.name !== name) });
  }
}
