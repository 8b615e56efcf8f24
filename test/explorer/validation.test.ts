import { closeSync, copyFileSync, mkdtempSync, openSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCatalog } from '../../source/catalog/live.js';
import type { Probe } from '../../source/catalog/probe.js';
import type { CatalogSnapshot, PluginRecord, Recheck } from '../../source/catalog/record.js';
import { reduce } from '../../source/explorer/reducer.js';
import { initialState } from '../../source/explorer/state.js';
import { EXAMPLE } from './example.js';
import { FakeCatalog } from './fakeCatalog.js';
import { pressed, steps, stillOf } from './still.js';
import { OpenExplorer } from './terminal.js';

/** Answers when it is told to. */
class SlowCatalog extends FakeCatalog {
  readonly waiting: (() => void)[] = [];

  override async recheck(path: string): Promise<Recheck | null> {
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    return super.recheck(path);
  }
}

const logRows = (explorer: OpenExplorer) =>
  explorer
    .rows()
    .slice(17, 39)
    .filter((row) => /^.\d\d:\d\d:\d\d/.test(row));

describe('v and V: read from the disk and judged again', () => {
  it('V is a line for each plugin, with sign, file, outcome, time, and what was known before', async () => {
    const explorer = new OpenExplorer(new FakeCatalog(EXAMPLE));
    await explorer.settle();
    await explorer.press('V');
    const rows = logRows(explorer);
    expect(rows[0]).toBe(
      ' 14:02:11  validate: 13 plugins, read and judged again; none is opened: the host was not made by ocx build: it has no p…',
    );
    expect(rows[3]).toBe(
      ' 14:02:11  x attributesprocessor.so     pdata v1.54.0, host has v1.55.0: explains 14 of 24          38 ms   as before',
    );
    expect(rows.at(-1)).toBe(' 14:02:11  validate: all done');
    expect(rows).toHaveLength(15);
    await explorer.quit();
  });

  it('v is the file under the cursor, answered in the key row and kept in the log', async () => {
    const explorer = new OpenExplorer(new FakeCatalog(EXAMPLE));
    await explorer.settle();
    await explorer.press('jjv');
    expect(explorer.rows().at(-1)).toBe(
      ' x attributesprocessor.so: fails, pdata v1.54.0, host has v1.55.0: explains 14 of 24, 38 ms, as before',
    );
    await explorer.press('7\t');
    expect(logRows(explorer)).toHaveLength(2);
    await explorer.press('\r');
    expect(explorer.rows()[17]).toBe('   x fails  pdata v1.54.0, host has v1.55.0: explains 14 of 24');
    expect(explorer.rows().join('\n')).toMatch(/checked\n {5}link hashes\n/);
    await explorer.quit();
  });

  it('v is what is marked, if anything is; never what no Collector would load', () => {
    const start = initialState(EXAMPLE, { columns: 120, rows: 40 });
    const of = (keys: string) =>
      steps(start, keys)
        .at(-1)
        ?.effects.flatMap((effect) => (effect.type === 'validate' ? effect.paths.map((path) => path.split('/').at(-1)) : []));
    expect(of('jv')).toEqual(['filterprocessor.so']);
    expect(of(' j v')).toEqual(['batchprocessor.so', 'attributesprocessor.so']);
    expect(of('Gv')).toEqual([]);
    expect(of('V')).toHaveLength(13);
  });

  it('counts in the rule, with seconds from the first on, and stops at X', async () => {
    const catalog = new SlowCatalog(EXAMPLE);
    const explorer = new OpenExplorer(catalog);
    await explorer.settle();
    await explorer.press('V');
    expect(explorer.rows()[16]).toMatch(/ 0 of 13 ─$/);
    catalog.waiting.shift()?.();
    await explorer.settle();
    expect(explorer.rows()[16]).toMatch(/ 1 of 13 ─$/);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await explorer.settle()).toBeLessThanOrEqual(40);
    expect(explorer.rows()[16]).toMatch(/ 1 of 13, \d s ─$/);
    expect(explorer.rows().at(-1)).toContain('X stop');
    await explorer.press('X');
    expect(logRows(explorer).at(-1)).toBe(' 14:02:11  validate: stopped after 1 of 13');
    expect(explorer.rows()[16]).not.toContain('of 13');
    await explorer.quit();
  });

  it('keeps its columns at 80 and 40', async () => {
    const checked = (columns: number, rows: number) => {
      const start = pressed(initialState(EXAMPLE, { columns, rows }), '7\t');
      const path = EXAMPLE.plugins[2]?.path ?? '';
      const at = new Date(2026, 10, 23, 14, 2, 11);
      const begun = reduce(start, { type: 'validating', paths: [path], opening: { because: 'the host is a profile' }, at }).state;
      const record = EXAMPLE.plugins[2] as never;
      return stillOf(reduce(begun, { type: 'rechecked', path, at, probe: null, result: { record, milliseconds: 1234 } }).state);
    };
    expect((await checked(80, 24)).rows()).toContainEqual(
      expect.stringMatching(/^>14:02:11 {2}x attrib\S+\.so +pdata v1\.54\.0.*… {3}1\.2 s {3}as before$/),
    );
    expect((await checked(40, 12)).rows()).toContainEqual(
      expect.stringMatching(/^>14:02:11 {2}x attributesprocessor\.so {2}pd.*…$/),
    );
  });
});

// Of a real Collector and its plugins: test/toolchain/probe.test.ts.
describe('what opening a plugin showed', () => {
  const at = new Date(2026, 10, 23, 14, 2, 11);
  const record = EXAMPLE.plugins[0] as PluginRecord;
  const opened = (probe: Probe) => {
    const start = reduce(initialState(EXAMPLE, { columns: 120, rows: 40 }), { type: 'follow' }).state;
    const begun = reduce(start, { type: 'validating', paths: [record.path], opening: { seconds: 10 }, at }).state;
    return reduce(begun, { type: 'rechecked', path: record.path, result: { record, milliseconds: 12 }, probe, at }).state;
  };
  const probe = (outcome: Probe['outcome'], message: string | null, asPredicted: boolean | null): Probe => ({
    outcome,
    message,
    components: outcome === 'loads' ? [{ kind: 'processor', type: 'batch', stability: {} }] : [],
    milliseconds: 38,
    asPredicted,
  });

  it('stands in the key row, the log and the Overview', async () => {
    const rows = (await stillOf(opened(probe('loads', null, true)))).rows();
    expect(rows.at(-1)).toBe(' + batchprocessor.so: opened, init registered 1 factory, 38 ms, as predicted');
    // What only opening shows is no longer among what was not checked.
    expect(rows.join('\n')).toMatch(/^ {3}not checked {2}nothing was left out$/m);
    expect(rows.join('\n')).toMatch(/^ {3}opened {7}14:02:11, in a child process: registered processor batch, 38 ms$/m);
  });

  it('marks a plugin in the list that does not live up to its verdict', async () => {
    const state = opened(probe('hangs', 'it did not come back within 10s', null));
    const rows = (await stillOf(state)).rows();
    expect(rows.find((row) => row.includes('batchprocessor.so'))).toMatch(/hangs when it is opened 14:02:11$/);
    expect(state.log.map(({ text }) => text)).toContain('! batchprocessor.so: hangs: it did not come back within 10s, 38 ms');
  });

  it('says what to attach where the bytes should have told', async () => {
    const state = pressed(opened(probe('fails', 'plugin was built with a different version of package x', false)), '7\t\r');
    const text = (await stillOf(state)).rows().join('\n');
    expect(text).toContain('/opt/otelcol/otelcol-custom plugins probe /opt/otelcol/plugins/batchprocessor.so');
    expect(state.log.at(-1)?.text).toBe('! not as predicted: ocx has a bug (Enter says what to attach)');
  });

  it('is asked of no host that can not, and the reason is said first', async () => {
    const explorer = new OpenExplorer(new FakeCatalog(EXAMPLE));
    await explorer.settle();
    await explorer.press('v7\t');
    expect(logRows(explorer)[0]).toContain('none is opened: the host was not made by ocx build');
    await explorer.press(':validate config\r');
    expect(explorer.rows().at(-1)).toBe(
      ' Validate config file…: the host is no OpenTelemetry Collector: it has no validate command',
    );
    await explorer.press('\x1b\x1b');
    await explorer.quit();
  });

  it('is asked for before quitting while it goes on: Esc stays, q stops it', () => {
    const start = initialState(EXAMPLE, { columns: 120, rows: 40 });
    const running = reduce(start, { type: 'validating', paths: [record.path], opening: { seconds: 10 }, at }).state;
    const effects = (keys: string) => steps(running, keys).flatMap((step) => step.effects.map(({ type }) => type));
    expect(effects('q')).not.toContain('quit');
    expect(effects('q\x1b')).not.toContain('quit');
    expect(effects('qq')).toContain('quit');
    expect(effects('\x03\x03')).toContain('quit');
    expect(steps(start, 'q').at(-1)?.effects).toEqual([{ type: 'quit' }]);
  });
});

describe('recheck of a real catalog', () => {
  it('reads the file whatever its stamp, and says it once', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ocx-recheck-'));
    const plugin = join(directory, 'go-match.so');
    copyFileSync('fixtures/plugins/go-match.so', plugin);
    const catalog = openCatalog({
      place: { paths: [directory], kind: 'directories' },
      host: 'fixtures/otelcol',
      recursive: false,
    });
    const snapshots: CatalogSnapshot[] = [];
    catalog.subscribe((snapshot) => snapshots.push(snapshot));
    const before = await catalog.recheck(plugin);
    expect(before?.record).toMatchObject({ state: 'judged', judgement: { verdict: 'loads' } });
    expect(before?.milliseconds).toBeGreaterThan(0);
    // Other bytes under the same size and times: no look at the stamp would notice.
    utimesSync(plugin, 1000, 1000);
    await catalog.recheck(plugin);
    const file = openSync(plugin, 'r+');
    writeSync(file, 'no ELF any more', 0);
    closeSync(file);
    utimesSync(plugin, 1000, 1000);
    expect(statSync(plugin).mtimeMs).toBe(1_000_000);
    const after = await catalog.recheck(plugin);
    expect(after?.record).toMatchObject({ state: 'judged', judgement: { verdict: 'fails' } });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(snapshots.at(-1)?.plugins[0]).toMatchObject({ judgement: { verdict: 'fails' } });
    expect(await catalog.recheck(join(directory, 'nothing.so'))).toBeNull();
    catalog.close();
    rmSync(directory, { recursive: true });
  });
});
