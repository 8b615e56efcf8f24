import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openCatalog } from '../../source/catalog/live.js';
import { keysPage } from './keysPage.js';
import { OpenExplorer } from './terminal.js';

describe('documents of the explorer', () => {
  it('docs/keys.md is what the key table says', async () => {
    await expect(keysPage()).toMatchFileSnapshot('../../docs/keys.md');
  });

  it('docs/screens/example is what is drawn', () => {
    expect(() => execFileSync(process.execPath, ['scripts/screens.mjs', '--check'], { stdio: 'pipe' })).not.toThrow();
  });

  it("README's tour leads from the first screen to the fix, by keys that the screen shows", async () => {
    const tour = /<!-- tour -->([\s\S]*?)<!-- \/tour -->/.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';
    const keys = [...tour.matchAll(/^\d\. `([^`]+)`/gm)].map(([, key = '']) => key);
    expect(keys).toEqual(['/', 'other-dep', 'Enter', 'Enter', 'y', '?']);
    const place = { paths: ['fixtures/demo/plugins'], kind: 'directories' as const };
    const explorer = new OpenExplorer(openCatalog({ place, host: 'fixtures/demo/otelcol.profile.json', recursive: false }));
    let copied = '';
    explorer.emulator.onClipboard((text) => {
      copied = text;
    });
    for (let wait = 0; wait < 60 && !/text-file.*\n/.test(explorer.rows().join('\n')); wait++) await explorer.settle();
    for (const key of keys) {
      // Text is typed; a key has to be offered in the last row, unless that row tells what has just been done.
      const row = explorer.rows().at(-1) ?? '';
      if (key.length === 1 || key === 'Enter') expect(row.startsWith(' copied') ? `${key} ` : row).toContain(`${key} `);
      await explorer.press(key === 'Enter' ? '\r' : key);
    }
    expect(copied).toBe(
      'in the folder of example.com/greeterprocessor: go get golang.org/x/sys@v0.49.0 && go mod tidy; then: ocx build',
    );
    for (const [, said = ''] of tour.matchAll(/“([^”]+)”/g)) expect(tour).toContain(said);
    await explorer.quit();
  });
});
