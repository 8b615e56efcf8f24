import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCatalog } from '../../source/catalog/live.js';
import { Beside } from '../../source/explorer/beside.js';
import { OpenExplorer } from './terminal.js';

const root = mkdtempSync(join(tmpdir(), 'ocx-elsewhere-'));
const [here, there] = [join(root, 'here'), join(root, 'there')];

beforeAll(() => {
  for (const directory of [here, there, join(root, 'none')]) mkdirSync(directory);
  copyFileSync('fixtures/plugins/go-match.so', join(here, 'go-match.so'));
  copyFileSync('fixtures/plugins/rust-match.so', join(there, 'rust-match.so'));
  copyFileSync('fixtures/otelcol', join(root, 'otelcol'));
  copyFileSync('fixtures/otelcol', join(root, 'otelcol-2'));
  // A plugin without the name of one, which may be executed as linkers make it.
  copyFileSync('fixtures/plugins/go-match.so', join(root, 'plugin-copy'));
  chmodSync(join(root, 'plugin-copy'), 0o755);
  writeFileSync(join(root, 'script'), `#!/bin/sh\n${'#'.repeat(5000)}\n`, { mode: 0o755 });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function opened(): Promise<OpenExplorer> {
  const options = { place: { paths: [here], kind: 'directories' as const }, host: null, recursive: false };
  const explorer = new OpenExplorer(openCatalog(options), { elsewhere: new Beside(options) });
  await explorer.settle();
  return explorer;
}

async function sees(explorer: OpenExplorer, what: RegExp): Promise<void> {
  for (let wait = 0; wait < 60 && !what.test(explorer.rows().join('\n')); wait++) await explorer.settle();
  expect(explorer.rows().join('\n')).toMatch(what);
}

describe('the palette opens', () => {
  it('another host, of those beside the plugins', async () => {
    const explorer = await opened();
    await sees(explorer, /no host: 2 candidates/);
    await explorer.press(':choose\r');
    await sees(explorer, /Judge against/);
    const shown = explorer.rows().filter((row) => /^[> ] {2}[\d ] /.test(row));
    expect(shown).toEqual([`>  1 ${root}/otelcol`, `   2 ${root}/otelcol-2`, '   3 type a path']);
    await explorer.press('j\r');
    await sees(explorer, /host is .*otelcol-2/);
    await sees(explorer, /\+ loads {4}go-match\.so/);
    await explorer.quit();
  });

  it('no plugin as the host, by its path either', async () => {
    const explorer = await opened();
    await explorer.press(':choose\r');
    await sees(explorer, /type a path/);
    await explorer.press(`jj\r${root}/plugin-copy\r`);
    await sees(explorer, /not opened: host .*plugin-copy is not a Collector: it is a Go plugin/);
    await explorer.quit();
  });

  it('another host, by its path; what is none leaves all as it was', async () => {
    const explorer = await opened();
    await explorer.press(':choose\r');
    await sees(explorer, /type a path/);
    await explorer.press('jj\r');
    expect(explorer.rows().at(-1)).toMatch(/^ judge against _ +Esc cancel$/);
    await explorer.press(`${root}/script\r`);
    await sees(explorer, /not opened: host .*script/);
    expect(explorer.rows()[0]).toContain('2 candidates');
    await explorer.press(':choose\r');
    await sees(explorer, /type a path/);
    await explorer.press(`jj\r${root}/otelcol\r`);
    await sees(explorer, /\+ loads {4}go-match\.so/);
    await explorer.quit();
  });

  it('a path that is typed into the picker, or where there is nothing to pick', async () => {
    const explorer = await opened();
    await explorer.press(':choose\r');
    await sees(explorer, /type a path/);
    await explorer.press('/sr');
    expect(explorer.rows().at(-1)).toMatch(/^ judge against \/sr_ +Enter judge {2}Esc cancel$/);
    await explorer.press('\x1b');
    await explorer.press(':choose\r');
    await sees(explorer, /type a path/);
    await explorer.press(`\x1b[200~${root}/otelcol\x1b[201~`);
    expect(explorer.rows().at(-1)).toContain(`/otelcol_`);
    await explorer.press('\r');
    await sees(explorer, /\+ loads {4}go-match\.so/);
    await explorer.quit();
    const alone = mkdtempSync(join(tmpdir(), 'ocx-alone-'));
    mkdirSync(join(alone, 'plugins'));
    const options = { place: { paths: [join(alone, 'plugins')], kind: 'directories' as const }, host: null, recursive: false };
    const lonely = new OpenExplorer(openCatalog(options), { elsewhere: new Beside(options) });
    await lonely.settle();
    await lonely.press(':open dir\r');
    await sees(lonely, /^ open directory _ +Esc cancel$/m);
    await lonely.press('etc');
    expect(lonely.rows().at(-1)).toMatch(/^ open directory etc_ +Enter open {2}Esc cancel$/);
    await lonely.quit();
    rmSync(alone, { recursive: true });
  });

  it('another directory, and the log goes on', async () => {
    const explorer = await opened();
    await explorer.press(':open dir\r');
    await sees(explorer, /━━ Open ━/);
    expect(explorer.rows().filter((row) => /^[> ] {2}[\d ] /.test(row))).toEqual([`>  1 ${there}`, '   2 type a path']);
    await explorer.press('\r');
    await sees(explorer, /\. reading|rust-match\.so/);
    expect(explorer.rows()[0]).toContain('/there');
    await explorer.press('7');
    await sees(explorer, /opened .*\/there/);
    await explorer.press(':open dir\r');
    await explorer.press(`j\r${root}/no-such\r`);
    await sees(explorer, /not opened: /);
    expect(explorer.rows()[0]).toContain('/there');
    await explorer.quit();
  });
});
