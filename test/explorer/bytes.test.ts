import { describe, expect, it } from 'vitest';
import type { PluginRecord } from '../../source/catalog/record.js';
import { reduce } from '../../source/explorer/reducer.js';
import { initialState, type State } from '../../source/explorer/state.js';
import { EXAMPLE, PLUGINS } from './example.js';
import { FakeCatalog } from './fakeCatalog.js';
import { drawn, pressed } from './still.js';
import { OpenExplorer } from './terminal.js';

const SIZE = { columns: 120, rows: 40 };
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function many(count: number): readonly PluginRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const record = PLUGINS[index % 12] as PluginRecord;
    const name = `${String(index).padStart(4, '0')}-${record.name}`;
    return { ...record, path: `/p/${name}`, name, order: index + 1 };
  });
}

const bytesOf = (written: string) => Buffer.byteLength(written);

/** The cost of each of these keys in a list: of the move alone, and of the panel that follows it. */
function moves(state: State, keys: string): { move: number; follow: number }[] {
  const states = [state];
  for (const [index, key] of [...keys].entries()) {
    const before = states.at(-1) ?? state;
    const moved = reduce(before, { type: 'key', key, at: index * 1000 }).state;
    states.push(moved, reduce(moved, { type: 'follow' }).state);
  }
  const costs = drawn(states, { level: 3 }).map(bytesOf);
  return [...keys].map((_, index) => ({ move: costs[2 * index] ?? 0, follow: costs[2 * index + 1] ?? 0 }));
}

describe('bytes at 120x40, in 24-bit colour', () => {
  it('are at most 130 for a move in the list, and at most 1.2 kB with the panel that follows', () => {
    const costs = moves(initialState(EXAMPLE, SIZE), 'jjjjjjjjjjkkkkkkkk');
    const both = costs.map(({ move, follow }) => move + follow);
    console.info(
      `list move ${median(costs.map(({ move }) => move))} B median; with panel ${median(both)} median, ${Math.max(...both)} worst`,
    );
    expect(Math.max(...costs.map(({ move }) => move))).toBeLessThanOrEqual(130);
    expect(median(both)).toBeLessThanOrEqual(1200);
    // From an overview to a comparison in which everything differs, every row is new.
    expect(Math.max(...both)).toBeLessThanOrEqual(1500);
  });

  it('are at most 400 for a line that scrolls in, in both directions', () => {
    const start = pressed(initialState({ ...EXAMPLE, plugins: many(100) }, SIZE), 'j'.repeat(11));
    const down = moves(start, 'j'.repeat(12)).map(({ move }) => move);
    const up = moves(pressed(start, 'j'.repeat(30) + 'k'.repeat(11)), 'k'.repeat(12)).map(({ move }) => move);
    console.info(`scrolled line ${median(down)} B median, ${Math.max(...down)} worst; up ${median(up)}, ${Math.max(...up)}`);
    expect(Math.max(...down, ...up)).toBeLessThanOrEqual(400);
  });

  it('are none while nothing happens', async () => {
    const explorer = new OpenExplorer(new FakeCatalog(EXAMPLE));
    await explorer.settle();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(explorer.written).toBe('');
    await explorer.quit();
  });

  it('are a few rows for a live change, and the totals change with it', async () => {
    const catalog = new FakeCatalog(EXAMPLE);
    const explorer = new OpenExplorer(catalog);
    await explorer.settle();
    catalog.change('hostmetricsreceiver.so', (record) => ({
      ...record,
      judgement: { ...record.judgement, verdict: 'loads', load: 'loads', findings: [] },
    }));
    expect(await explorer.settle()).toBeLessThanOrEqual(250);
    expect(explorer.rows()[1]).toMatch(/^14 files {3}\+ 4 loads {3}- 3 refused {3}x 2 fails/);
    expect(explorer.rows()[9]).toMatch(/^ {4}6 {2}\+ loads {4}hostmetricsreceiver\.so .* now loads \(was fails\) 14:02:11$/);
    catalog.show({ ...catalog.snapshot });
    expect(await explorer.settle()).toBe(0);
    await explorer.quit();
  });
});
