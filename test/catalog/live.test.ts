import {
  chmodSync,
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { placeOf } from '../../source/catalog/discovery.js';
import { openCatalog, UNSEEN_AT_MOST } from '../../source/catalog/live.js';
import type { CatalogSnapshot, LiveCatalog } from '../../source/catalog/record.js';
import { readPublicKey } from '../../source/trust/minisign/publicKey.js';
import { signed } from '../distribution/made.js';
import { directoryWith } from './directory.js';

const PLUGIN = 'plugins/go-match.so';
const open: LiveCatalog[] = [];
afterEach(() => {
  for (const catalog of open.splice(0)) catalog.close();
});

function live(paths: string[], host: string | null = 'fixtures/otelcol'): LiveCatalog {
  const catalog = openCatalog({ place: placeOf(paths), host, recursive: false });
  open.push(catalog);
  return catalog;
}

const verdicts = ({ plugins }: CatalogSnapshot): Record<string, string> =>
  Object.fromEntries(plugins.map((record) => [record.name, record.state === 'judged' ? record.judgement.verdict : record.state]));

/** Waits for a picture in which `wanted` holds. */
function until(catalog: LiveCatalog, wanted: (snapshot: CatalogSnapshot) => boolean, limit = 5000): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = catalog.subscribe(check);
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`not within ${limit} ms: ${JSON.stringify(verdicts(catalog.snapshot))}`));
    }, limit);
    check(catalog.snapshot);
    function check(snapshot: CatalogSnapshot): void {
      if (!wanted(snapshot)) return;
      clearTimeout(timer);
      stop();
      resolve();
    }
  });
}

const settled = (expected: Record<string, string>) => (snapshot: CatalogSnapshot) =>
  JSON.stringify(verdicts(snapshot)) === JSON.stringify(expected);

describe('a catalog kept true', () => {
  it('looks in plugins for the names it was told, in those that are read later too', async () => {
    const directory = directoryWith({ 'go-no-manifest.so': 'plugins/go-no-manifest.so' });
    const host = 'fixtures/other-hosts/otelcol-no-manifest';
    const catalog = openCatalog({ place: placeOf([directory]), host, recursive: false, entryNames: ['Defaults'] });
    open.push(catalog);
    await until(catalog, settled({ 'go-no-manifest.so': 'fails' }));
    const again = await catalog.recheck(join(directory, 'go-no-manifest.so'));
    expect(again?.record.state === 'judged' && again.record.judgement.findings[0]?.message).toContain('Defaults is not exported');
  });

  it('looks at a plugin again when what vouches for it changes, and the plugin does not', async () => {
    const directory = directoryWith({ 'a.so': PLUGIN });
    const trusted = [readPublicKey(readFileSync('test/trust/minisign/plain.pub'))];
    const catalog = openCatalog({ place: placeOf([directory]), host: 'fixtures/otelcol', recursive: false, trusted });
    open.push(catalog);
    const a = ({ plugins }: CatalogSnapshot) => plugins.find(({ name }) => name === 'a.so');
    const is = (verdict: string) => (snapshot: CatalogSnapshot) => {
      const record = a(snapshot);
      return record?.state === 'judged' && record.judgement.verdict === verdict;
    };
    await until(catalog, is('refused'));
    signed(join(directory, 'a.so'));
    await until(catalog, is('loads'));
    unlinkSync(join(directory, 'a.so.minisig'));
    await until(catalog, is('refused'));
  });

  // A process that had just started took its first picture for one too many: verdicts waited until it was 250 ms old.
  it('tells the first verdicts as soon as it has them', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
    try {
      const catalog = live([directoryWith({ 'a.so': PLUGIN })]);
      const seen: string[] = [];
      catalog.subscribe((snapshot) => seen.push(JSON.stringify(verdicts(snapshot))));
      vi.advanceTimersByTime(1);
      expect(seen).toEqual(['{"a.so":"loads"}']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('lists at once, before anything is read', async () => {
    const catalog = live(['fixtures/plugins']);
    expect(new Set(catalog.snapshot.plugins.map(({ state }) => state))).toEqual(new Set(['reading', 'ignored']));
    await until(catalog, ({ plugins }) => plugins.every(({ state }) => state === 'judged' || state === 'ignored'));
  });

  it('reads what is on the screen first', async () => {
    const catalog = live(['fixtures/plugins']);
    const last = catalog.snapshot.plugins.filter(({ state }) => state === 'reading').at(-1)?.path ?? '';
    catalog.prefer([last]);
    await until(catalog, ({ plugins }) => plugins.some(({ state }) => state === 'judged'));
    expect(catalog.snapshot.plugins.find(({ path }) => path === last)?.state).toBe('judged');
  });

  it('leaves no change unseen for more than a second, even where the file system gives no hints', () => {
    expect(UNSEEN_AT_MOST).toBeLessThanOrEqual(1000);
  });

  it('a new file, a replaced one and a removed one appear without a key', async () => {
    const directory = directoryWith({ 'a.so': PLUGIN });
    const catalog = live([directory]);
    await until(catalog, settled({ 'a.so': 'loads' }));
    copyFileSync('fixtures/plugins/go-no-entry.so', join(directory, 'b.so'));
    await until(catalog, settled({ 'a.so': 'loads', 'b.so': 'fails' }));
    copyFileSync('fixtures/plugins/go-other-patch.so', join(directory, '.tmp'));
    renameSync(join(directory, '.tmp'), join(directory, 'a.so'));
    await until(catalog, settled({ 'a.so': 'refused', 'b.so': 'fails' }));
    unlinkSync(join(directory, 'a.so'));
    await until(catalog, settled({ 'b.so': 'fails' }));
  });

  it('a file being copied is shown as such, and judged when it has settled', async () => {
    const directory = directoryWith();
    const catalog = live([directory]);
    const bytes = readFileSync(`fixtures/${PLUGIN}`);
    const fd = openSync(join(directory, 'a.so'), 'w');
    const seen = new Set<string>();
    catalog.subscribe((snapshot) => {
      const [record] = snapshot.plugins;
      if (record) seen.add(record.state === 'judged' ? record.judgement.verdict : record.state);
    });
    const step = Math.ceil(bytes.length / 16);
    for (let at = 0; at < bytes.length; at += step) {
      writeSync(fd, bytes, at, Math.min(step, bytes.length - at));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    closeSync(fd);
    await until(catalog, settled({ 'a.so': 'loads' }));
    expect(seen).toContain('settling');
    // Half a file would crash the Collector; nobody must be told so of a file that is still on its way.
    expect(seen).not.toContain('crashes');
    expect(seen).not.toContain('fails');
  });

  it('a rebuilt host re-judges every plugin', async () => {
    const directory = directoryWith({ 'a.so': PLUGIN, host: 'otelcol' });
    const host = join(directory, 'host');
    chmodSync(host, 0o755);
    const catalog = live([directory], host);
    await until(catalog, (snapshot) => verdicts(snapshot)['a.so'] === 'loads');
    copyFileSync('fixtures/other-hosts/otelcol-no-trimpath', join(directory, 'new'));
    renameSync(join(directory, 'new'), host);
    await until(catalog, (snapshot) => verdicts(snapshot)['a.so'] === 'fails');
    rmSync(host);
    await until(catalog, (snapshot) => snapshot.host.state === 'unreadable' && verdicts(snapshot)['a.so'] === 'unknown');
  });

  it('a host that appears beside the plugins is found', async () => {
    const directory = directoryWith({ 'a.so': PLUGIN });
    const catalog = live([directory], null);
    await until(catalog, (snapshot) => snapshot.host.state === 'absent' && verdicts(snapshot)['a.so'] === 'unknown');
    copyFileSync('fixtures/otelcol', join(directory, '.new'));
    chmodSync(join(directory, '.new'), 0o755);
    renameSync(join(directory, '.new'), join(directory, 'otelcol'));
    await until(catalog, (snapshot) => verdicts(snapshot)['a.so'] === 'loads');
  });

  it('a link that is pointed elsewhere is read again', async () => {
    const directory = directoryWith({ 'one.bin': PLUGIN, 'two.bin': 'plugins/go-no-entry.so' });
    symlinkSync('one.bin', join(directory, 'a.so'));
    const catalog = live([directory]);
    await until(catalog, (snapshot) => verdicts(snapshot)['a.so'] === 'loads');
    unlinkSync(join(directory, 'a.so'));
    symlinkSync('two.bin', join(directory, 'a.so'));
    await until(catalog, (snapshot) => verdicts(snapshot)['a.so'] === 'fails');
  });

  it('a directory that is removed and made again is watched again', async () => {
    const parent = directoryWith();
    const directory = join(parent, 'plugins');
    const fill = (fixture: string) => {
      const from = directoryWith({ 'a.so': fixture });
      renameSync(from, directory);
    };
    fill(PLUGIN);
    const catalog = live([directory]);
    await until(catalog, settled({ 'a.so': 'loads' }));
    rmSync(directory, { recursive: true });
    await until(catalog, ({ plugins, problems }) => plugins.length === 0 && problems.length === 1);
    fill('plugins/go-no-entry.so');
    await until(catalog, settled({ 'a.so': 'fails' }));
  });
});
