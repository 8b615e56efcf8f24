import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { openCatalog } from '../../source/catalog/live.js';
import { sha256Of } from '../../source/explorer/hashing.js';
import { sortedRows } from '../../source/explorer/sortedRows.js';
import { type SearchResult, SymbolSearch } from '../../source/explorer/symbolSearch.js';
import { symbolTable } from './symbolTable.js';
import { OpenExplorer } from './terminal.js';

const PLUGIN = 'fixtures/plugins/go-match.so';

async function opened(filter: string): Promise<OpenExplorer> {
  const place = { paths: ['fixtures/plugins'], kind: 'directories' as const };
  const explorer = new OpenExplorer(openCatalog({ place, host: 'fixtures/otelcol', recursive: false }));
  await explorer.settle();
  await explorer.press(`/${filter}\r`);
  for (let wait = 0; wait < 40 && /\. reading/.test(explorer.rows().join('\n')); wait++) await explorer.settle();
  return explorer;
}
const factOf = (explorer: OpenExplorer, name: string) =>
  explorer
    .rows()
    .find((row) => row.slice(3).startsWith(`${name} `))
    ?.slice(16);

describe('Overview of a real plugin', () => {
  it('says what it brings, what built it, what it depends on, and where its manifest is', async () => {
    const explorer = await opened('go-match.so !link');
    await explorer.press('1');
    expect(factOf(explorer, 'brings')).toBe('processor go_match (go-match 0.1.0)');
    expect(factOf(explorer, 'built by')).toMatch(/^go1\.26/);
    expect(factOf(explorer, 'depends on')).toMatch(/^\d+ librar(y|ies), \d+ modules \(8, then d, lists them\)$/);
    expect(factOf(explorer, 'manifest')).toMatch(/^ELF note at 0x/);
    expect(factOf(explorer, 'sha256')).toBe('Enter computes it');
    await explorer.quit();
  });

  it('hashes the file when Enter asks for it, and y copies that', async () => {
    const explorer = await opened('go-match.so !link');
    let copied = '';
    explorer.emulator.onClipboard((text) => {
      copied = text;
    });
    await explorer.press('1\t');
    for (let row = 0; row < 12 && !explorer.rows().some((line) => line.startsWith('>  sha256')); row++) await explorer.press('j');
    expect(explorer.rows().at(-1)).toContain('Enter sha256');
    await explorer.press('\r');
    const hash = createHash('sha256').update(readFileSync(PLUGIN)).digest('hex');
    for (let wait = 0; wait < 40 && factOf(explorer, 'sha256') !== hash; wait++) await explorer.settle();
    expect(factOf(explorer, 'sha256')).toBe(hash);
    await explorer.press('y');
    expect(copied).toBe(hash);
    await explorer.quit();
  });
});

describe('work on a big file', () => {
  /** How often others got their turn, and the longest time (ms) in which none did. */
  async function turnsDuring(work: () => Promise<unknown>): Promise<{ turns: number; longest: number }> {
    let [turns, longest, last, running] = [0, 0, performance.now(), true];
    const turn = () => {
      turns++;
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
      if (running) setImmediate(turn);
    };
    setImmediate(turn);
    await work();
    running = false;
    return { turns, longest };
  }

  const search = (order: 'name' | 'size' | 'address', filter = '') =>
    new Promise<SearchResult>((resolve) => {
      new SymbolSearch((result) => result.final && resolve(result)).start(symbolTable(300_000), filter, 'demangled', order);
    });

  it('gives keys their turn while it hashes and while it sorts 300,000 symbols', async () => {
    const hashing = await turnsDuring(() => sha256Of('fixtures/plugins/c-many-symbols.so', new AbortController().signal));
    const byName = await turnsDuring(() => search('name'));
    const bySize = await turnsDuring(() => search('size'));
    const holds = [hashing, byName, bySize].map(({ longest }) => longest.toFixed(0));
    // Ten by design; more is the collector of garbage, and the other programs of this machine: counted, not timed.
    console.info(`longest hold: hashing, by name, by size: ${holds.join(', ')} ms`);
    expect(hashing.turns).toBeGreaterThan(8);
    expect(byName.turns).toBeGreaterThan(20);
    expect(bySize.turns).toBeGreaterThan(5);
  });

  it('sorts as it says, and stably', async () => {
    const table = symbolTable(300_000);
    const bySize = await search('size');
    const sizes = [...bySize.rows].map((row) => table.row(row).size);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    const byName = await search('name', 'unmarshal 77');
    const names = [...byName.rows].map((row) => table.name(row, 'demangled'));
    expect(names.length).toBeGreaterThan(100);
    expect(names).toEqual([...names].sort());
    const byAddress = await search('address');
    expect(table.row(byAddress.rows.at(-1) ?? 0).address).toBeNull();
    const work = sortedRows(
      Uint32Array.from({ length: 5000 }, (_, index) => index),
      (a, b) => (a % 3) - (b % 3),
    );
    let step = work.next();
    while (!step.done) step = work.next();
    const expected = Array.from({ length: 5000 }, (_, index) => index).sort((a, b) => (a % 3) - (b % 3) || a - b);
    expect([...(step.value ?? [])]).toEqual(expected);
  });
});

describe('panel 8 of a real plugin', () => {
  it('shows sections, and with d what the file depends on: libraries and where they are, modules and their hashes', async () => {
    const explorer = await opened('go-match.so !link');
    await explorer.press('8\t');
    for (let wait = 0; wait < 20 && !explorer.rows().join('\n').includes('.text'); wait++) await explorer.settle();
    expect(explorer.rows().at(-1)).toContain('d dependencies');
    await explorer.press('d');
    const screen = explorer.rows().join('\n');
    expect(screen).toMatch(/dependencies, 1 of \d+ ━/);
    expect(screen).toMatch(/^[> ] {2}library {2}libc\.so\.6 .* GLIBC_\S+ .* {2}\/.*libc\.so\.6$/m);
    expect(screen).toMatch(/^ {3}module {3}go\.opentelemetry\.io\/otel +v1\.46\.0 +h1:FHt5/m);
    await explorer.press('/multierr\r\r');
    expect(explorer.rows().join('\n')).toContain('h1:blXXJkSxSSfBVBlC76pxqeO+LN3aDfLQo+309xJstO0=');
    await explorer.quit();
  });
});
