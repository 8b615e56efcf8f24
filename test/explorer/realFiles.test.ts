import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCatalog } from '../../source/catalog/live.js';
import { OpenExplorer } from './terminal.js';

const FIXTURES = 'fixtures';

/** Replaces a file as `mv` and build tools do: by one that is whole. */
function replace(from: string, to: string): void {
  copyFileSync(from, `${to}.new`);
  renameSync(`${to}.new`, to);
}

describe.runIf(existsSync(`${FIXTURES}/plugins/go-match.so`))('over real files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ocx-real-'));
  const plugins = join(directory, 'plugins');
  const host = join(directory, 'otelcol');
  const plugin = (name: string) => join(plugins, name);

  beforeAll(() => {
    mkdirSync(plugins);
    copyFileSync(`${FIXTURES}/otelcol`, host);
    for (const name of ['go-match.so', 'go-other-trimpath.so', 'go-manifest-lies.so', 'c-library.so']) {
      if (existsSync(`${FIXTURES}/plugins/${name}`)) copyFileSync(`${FIXTURES}/plugins/${name}`, plugin(name));
    }
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  async function until(explorer: OpenExplorer, sees: RegExp): Promise<string> {
    for (let wait = 0; wait < 60; wait++) {
      await explorer.settle();
      const screen = explorer.rows().join('\n');
      if (sees.test(screen)) return screen;
    }
    expect(explorer.rows().join('\n')).toMatch(sees);
    return '';
  }

  it('shows verdicts, follows a plugin and the host as they change, and goes without a trace', async () => {
    const catalog = openCatalog({ place: { paths: [plugins], kind: 'directories' }, host, recursive: false });
    const explorer = new OpenExplorer(catalog);
    await until(explorer, /\+ loads {4}go-match\.so/);
    await explorer.press('/go-match\r');
    expect(explorer.rows().join('\n')).toMatch(/^> .* \+ loads {4}go-match\.so .* 1 component: processor go_match$/m);
    await explorer.press('\x1b');
    await explorer.press('2');
    await until(explorer, /\[2 Manifest\]/);

    replace(`${FIXTURES}/plugins/c-library.so`, plugin('go-match.so'));
    await until(explorer, /x fails {4}go-match\.so .* was loads: \S/);
    replace(`${FIXTURES}/plugins/go-match.so`, plugin('go-match.so'));
    await explorer.press('7');
    await until(explorer, /changed: go-match\.so {3}\+ loads -> x fails: \S/);
    await explorer.press('2');
    await until(explorer, /\+ loads {4}go-match\.so .* now loads \(was fails\)/);

    // A host that can load no plugin at all.
    replace('/bin/true', host);
    await until(explorer, /[x?!-] \w+ +go-match\.so .* was loads: \S/);
    rmSync(plugin('c-library.so'));
    await until(explorer, /c-library\.so was removed/);

    expect(await explorer.quit()).toBe(0);
    await explorer.settle();
    expect(explorer.emulator.isAlternate).toBe(false);
  });
});
