import { describe, expect, it } from 'vitest';
import { EXAMPLE } from './example.js';
import { FakeCatalog } from './fakeCatalog.js';
import { OpenExplorer } from './terminal.js';

const current = (explorer: OpenExplorer) =>
  /^> +\d+ +\S +\w+ +(\S+)/.exec(explorer.rows().find((row) => row.startsWith('>')) ?? '')?.[1];

describe('the explorer on a terminal', () => {
  it('moves six rows for six arrows in one packet', async () => {
    const explorer = new OpenExplorer(new FakeCatalog(EXAMPLE));
    await explorer.settle();
    await explorer.press('\x1b[B'.repeat(6));
    expect(current(explorer)).toBe('redactionprocessor.so');
    await explorer.quit();
  });

  it('gives the panel of the file a burst ends on, and of no other', async () => {
    const explorer = new OpenExplorer(new FakeCatalog(EXAMPLE));
    await explorer.settle();
    explorer.input.emit('data', Buffer.from('jj'));
    const seen: string[] = [];
    while (!seen.at(-1)?.includes(' attributesprocessor.so ')) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      await explorer.take();
      seen.push(explorer.rows()[16] ?? '');
    }
    expect(seen.filter((row) => row.includes(' filterprocessor.so'))).toEqual([]);
    await explorer.quit();
  });

  it('takes a whole burst through the sort picker: s, two down, Enter, then one more move', async () => {
    const explorer = new OpenExplorer(new FakeCatalog(EXAMPLE));
    await explorer.settle();
    // Each key in a packet of its own, faster than the picker can draw.
    for (const key of 'sjj\r') explorer.input.emit('data', Buffer.from(key));
    await explorer.press('j');
    expect(explorer.rows()[2]).toMatch(/^━━ Plugins by name ━/);
    expect(current(explorer)).toBe('filterprocessor.so');
    await explorer.press('s');
    expect(explorer.rows().filter((row) => row.startsWith('>'))).toContain('>  3 name');
    await explorer.press('s');
    expect(explorer.rows().filter((row) => row.startsWith('>'))).toContain('>  4 size, largest first');
    await explorer.press('q');
    expect(explorer.rows()[2]).toMatch(/^━━ Plugins by name ━/);
    await explorer.quit();
  });

  it('tells Esc from the beginning of an arrow that comes in two packets', async () => {
    const explorer = new OpenExplorer(new FakeCatalog(EXAMPLE));
    await explorer.settle();
    await explorer.press('\t');
    expect(explorer.rows()[16]).toMatch(/^━━/);
    explorer.input.emit('data', Buffer.from('\x1b'));
    await explorer.press('[B');
    expect(explorer.rows()[16]).toMatch(/^━━/);
    explorer.input.emit('data', Buffer.from('\x1b'));
    await new Promise((resolve) => setTimeout(resolve, 60));
    await explorer.settle();
    expect(explorer.rows()[16]).toMatch(/^──/);
    await explorer.quit();
  });

  it('copies the fix to the clipboard of the terminal, and says so until the next key', async () => {
    const explorer = new OpenExplorer(new FakeCatalog(EXAMPLE));
    await explorer.settle();
    await explorer.press('jj\rj');
    let copied = '';
    explorer.emulator.onClipboard((text) => {
      copied = text;
    });
    await explorer.press('y');
    expect(copied).toBe('rebuild with `ocx build`, which writes the manifest from the build');
    expect(explorer.rows().at(-1)).toMatch(/^ copied: rebuild with/);
    await explorer.press('k');
    expect(explorer.rows().at(-1)).toContain('? help');
    await explorer.quit();
  });

  it('keeps selection, filter and panel over a change of size, also to too small and back', async () => {
    const explorer = new OpenExplorer(new FakeCatalog(EXAMPLE));
    await explorer.settle();
    await explorer.press('jj2\t/zap\r');
    await explorer.resize(80, 24);
    expect(explorer.rows()[11]).toBe(' / zap');
    await explorer.resize(30, 8);
    expect(explorer.rows()).toEqual(['40x12 needed, this is 30x8', ...Array.from({ length: 7 }, () => '')]);
    await explorer.resize(120, 40);
    expect(explorer.rows()[17]).toBe(' / zap');
    expect(explorer.rows()[6]).toMatch(/^> {3}3 /);
    await explorer.quit();
  });

  it('draws what reading brings in, and asks for what is on the screen', async () => {
    const reading = EXAMPLE.plugins.map((record) => ({
      state: 'reading' as const,
      path: record.path,
      name: record.name,
      size: record.size,
      link: null,
      order: record.order,
    }));
    const catalog = new FakeCatalog({ ...EXAMPLE, plugins: reading });
    const explorer = new OpenExplorer(catalog);
    await explorer.settle();
    expect(explorer.rows()[1]).toMatch(/^14 files {3}\. 14 reading/);
    expect(catalog.preferred.at(-1)).toHaveLength(12);
    catalog.show(EXAMPLE);
    await explorer.settle();
    expect(explorer.rows()[6]).toMatch(/^ {4}3 {2}x fails {4}attributesprocessor\.so/);
    await explorer.quit();
    expect(catalog.closed).toBe(true);
  });

  it('leaves the terminal as it was: main screen, cursor, no paste marks, plain style, cooked mode', async () => {
    const listeners = () =>
      ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGTSTP', 'SIGCONT', 'exit', 'uncaughtException'].map((event) =>
        process.listenerCount(event),
      );
    const before = listeners();
    const explorer = new OpenExplorer(new FakeCatalog(EXAMPLE));
    await explorer.settle();
    expect([explorer.emulator.isAlternate, explorer.input.raw]).toEqual([true, true]);
    expect(await explorer.quit()).toBe(0);
    await explorer.settle();
    expect([explorer.emulator.isAlternate, explorer.input.raw]).toEqual([false, false]);
    expect(explorer.emulator.modes.bracketedPasteMode).toBe(false);
    expect(listeners()).toEqual(before);
  });
});
