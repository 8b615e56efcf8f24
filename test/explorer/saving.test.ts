import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { savedText } from '../../source/explorer/savedText.js';
import { saveText } from '../../source/explorer/saving.js';
import { initialState } from '../../source/explorer/state.js';
import { clean } from '../../source/terminal/clean.js';
import { EXAMPLE } from './example.js';
import { FakeCatalog } from './fakeCatalog.js';
import { pressed } from './still.js';
import { OpenExplorer } from './terminal.js';

const directory = mkdtempSync(join(tmpdir(), 'ocx-save-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const at = (name: string) => join(directory, name);
const lastRow = (explorer: OpenExplorer) => explorer.rows().at(-1);
/** Alone, Esc is one only once nothing has followed it. */
async function pressEscape(explorer: OpenExplorer): Promise<void> {
  await explorer.press('\x1b');
  await new Promise((resolve) => setTimeout(resolve, 60));
  await explorer.settle();
}
const START = initialState(EXAMPLE, { columns: 120, rows: 40 });

async function opened(): Promise<OpenExplorer> {
  const explorer = new OpenExplorer(new FakeCatalog(EXAMPLE));
  await explorer.settle();
  return explorer;
}

function written(keys: string): string[] {
  const state = pressed(START, keys);
  const text = savedText(state, state.focus);
  return Array.from({ length: text.lines }, (_, index) => text.line(index));
}

describe('w: write what is shown', () => {
  it('asks where, with a name to begin with, and says what is there and which keys end it', async () => {
    const explorer = await opened();
    await explorer.press('w');
    expect(lastRow(explorer)).toMatch(/^ write to \.\/plugins\.txt_ {2}\(does not exist\) +Enter write {2}Esc cancel$/);
    await explorer.press(`\x15${directory}`);
    expect(lastRow(explorer)).toContain(` write to ${directory}_  (is a directory: add a name)`);
    await explorer.press('/no/x');
    expect(lastRow(explorer)).toContain(` write to ${directory}/no/x_  (no such directory)`);
    // Enter does nothing here, so it is not offered.
    expect(lastRow(explorer)).toMatch(/\) +Esc cancel$/);
    await explorer.press('\r');
    expect(lastRow(explorer)).toContain('write to');
    await pressEscape(explorer);
    expect(lastRow(explorer)).toContain('? help');
    await explorer.quit();
  });

  it('writes all rows, none of them cut, and says it in the key row and the log', async () => {
    const explorer = await opened();
    await explorer.press(`w\x15${at('list.txt')}\r`);
    await explorer.says('wrote');
    expect(lastRow(explorer)).toBe(` wrote ${at('list.txt')}, 16 lines`);
    const lines = readFileSync(at('list.txt'), 'utf8').split('\n');
    expect(lines).toHaveLength(17);
    expect(lines[0]).toBe('/opt/otelcol/plugins, load order');
    expect(lines[6]).toMatch(
      /^ {4}5 {2}x fails .* loads alone; fails after 2: ottl v0\.149\.0 came first, this one has v0\.148\.0$/,
    );
    await explorer.press('7');
    expect(explorer.rows().join('\n')).toContain(`wrote ${at('list.txt')}, 16 lines`);
    expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await explorer.quit();
  });

  it('never writes over a file unasked: o, r or Esc, and Enter does nothing', async () => {
    const file = at('mine.txt');
    writeFileSync(file, 'mine');
    const explorer = await opened();
    await explorer.press(`w\x15${file}\r`);
    expect(lastRow(explorer)).toMatch(/mine\.txt exists, 4 B, \d\d:\d\d:\d\d: {2}o overwrite {2}r rename {2}Esc cancel$/);
    await explorer.press('\r\r');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    await explorer.press('r');
    expect(lastRow(explorer)).toContain(` write to ${file}_  (exists)`);
    await pressEscape(explorer);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    await explorer.press(`w\x15${file}\ro`);
    await explorer.says('wrote');
    expect(lastRow(explorer)).toMatch(/^ wrote .*, 16 lines$/);
    expect(readFileSync(file, 'utf8')).toContain('load order');
    await explorer.quit();
  });

  it('says why it could not', async () => {
    const explorer = await opened();
    const file = at(`${'x'.repeat(300)}.txt`);
    await explorer.press(`w\x15${file}\r`);
    await explorer.says("can't write");
    expect(lastRow(explorer)).toMatch(/^ can't write .*: name too long$/);
    await explorer.press('7');
    expect(explorer.rows().join('\n')).toMatch(/can't write /);
    await explorer.quit();
  });

  it('writes each panel as it is: filtered, unfolded, without the cursor', () => {
    expect(written('jj2\t/zap\r').slice(0, 4)).toEqual([
      'Manifest of /opt/otelcol/plugins/attributesprocessor.so, 4 rows decide',
      expect.stringMatching(/^ {3}field +plugin +host$/),
      expect.stringMatching(/^ x dependency_hashes/),
      expect.stringMatching(/^ x {3}go\.uber\.org\/zap +v1\.26\.0 {2}h1:sI7k6L +v1\.27\.1 {2}h1:08RqrI$/),
    ]);
    expect(written('jj\r').join('\n')).toContain(
      'fix: go get go.opentelemetry.io/collector/pdata@v1.55.0 go.opentelemetry.io/collector/consumer@v1.55.0',
    );
    expect(written('jj1\t')[0]).toMatch(/^Overview of /);
    for (const keys of ['', '1\t', 'jj2\t', 'jj\r', '7\t']) expect(written(keys).join('\n')).not.toMatch(/^>/m);
  });
});

describe('saveText', () => {
  const text = { lines: 3, line: (index: number) => clean(`line ${index}`) };

  it('leaves alone what came into the way meanwhile, links to nothing too', async () => {
    writeFileSync(at('came'), 'first');
    symlinkSync(at('nowhere'), at('link'));
    expect(await saveText(at('came'), text, 'nothing', () => false)).toBeNull();
    expect(await saveText(at('link'), text, 'nothing', () => false)).toBeNull();
    expect(readFileSync(at('came'), 'utf8')).toBe('first');
    expect(existsSync(at('nowhere'))).toBe(false);
  });

  it('shows the whole file or none of it, and leaves nothing behind when it is stopped', async () => {
    mkdirSync(at('empty'));
    const long = {
      lines: 400_000,
      line: (index: number) => clean(`a line of some length, ${index}`),
    };
    let looks = 0;
    const result = await saveText(at('empty/big'), long, 'nothing', () => {
      expect(existsSync(at('empty/big'))).toBe(false);
      return ++looks > 3;
    });
    expect(result).toBeNull();
    expect(readdirSync(at('empty'))).toEqual([]);
    expect(await saveText(at('empty/big'), text, 'nothing', () => false)).toBe(3);
    expect(readFileSync(at('empty/big'), 'utf8')).toBe('line 0\nline 1\nline 2\n');
  });
});
