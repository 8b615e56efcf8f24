import { describe, expect, it } from 'vitest';
import { EXAMPLE } from './example.js';
import { SCREENS, SIZES, screenState } from './screenTable.js';
import { type StillOptions, still, stillOf } from './still.js';

describe.each(Object.entries(SCREENS))('screen %s', (name, screenOf) => {
  it.each(SIZES)('is as kept at %dx%d', async (columns, rows) => {
    const screen = await stillOf(screenState(screenOf, columns, rows));
    const shown = screen.rows();
    expect(Math.max(...shown.map((row) => row.length))).toBeLessThanOrEqual(columns);
    await expect(`${shown.join('\n')}\n`).toMatchFileSnapshot(`screens/${name}-${columns}x${rows}.txt`);
  });
});

describe('styles', () => {
  const kept = async (name: string, keys: string, options: StillOptions) => {
    const screen = await still(EXAMPLE, keys, options);
    const shown = screen.rows().map((_, row) => screen.styledRow(row));
    await expect(`${shown.join('\n')}\n`).toMatchFileSnapshot(`screens/${name}.txt`);
  };
  it('mean the same in 16 colours', () => kept('styles-16-colours', 'jj\r', { level: 1 }));
  it('are bold, underline and reverse without colour', () => kept('styles-no-colour', 'jj\r', { level: 0 }));
  it('are exact in 24 bits', () => kept('styles-dark-24-bits', 'jj2', { level: 3, theme: 'dark' }));
  it('are near in 256 colours', () => kept('styles-dark-256-colours', 'jj2', { level: 2, theme: 'dark' }));
});

describe('sizes and signs', () => {
  it('says what it needs below 40x12, and nothing else', async () => {
    const screen = await still(EXAMPLE, '', { columns: 38, rows: 10 });
    expect(screen.rows().filter((row) => row !== '')).toEqual(['40x12 needed, this is 38x10']);
  });

  it('says how to get to the other panels where no tabs are drawn', async () => {
    const last = async (keys: string, columns: number, rows: number) =>
      (await still(EXAMPLE, keys, { columns, rows })).rows().at(-1);
    expect(await last('jj2\t', 40, 12)).toMatch(/^ \[ \] panel {2}.* Esc list {2}\? help$/);
    expect(await last('jj\r', 60, 20)).toMatch(/^ \[ \] panel {2}/);
    expect(await last('jj2', 40, 12)).not.toContain('[ ]');
  });

  it('draws ASCII alone where there is nothing else', async () => {
    const rows = (await still(EXAMPLE, 'jj2', { charset: 'ascii' })).rows();
    expect(rows.join('')).toMatch(/^[ -~]*$/);
    expect(rows[2]).toMatch(/^== Plugins in load order =+ 3 of 14 =$/);
    expect(rows.join('\n')).toContain('came fi~');
  });

  it('help cuts no text above rows that are empty', async () => {
    for (const columns of [40, 60, 79, 80, 99, 100, 110, 119, 120, 140, 200])
      for (const keys of ['?', 'jj2\t?', 'jj3\t?', 'jj\r?', '6\t?'])
        for (const height of [24, 40, 70]) {
          const rows = (await still(EXAMPLE, keys, { columns, rows: height })).rows();
          const help = rows.slice(rows.findIndex((row) => row.includes('━ Keys ━')) + 1, -1);
          const left = help.length - 1 - help.findLastIndex((row) => row !== '');
          const cut = help.filter((row) => row.includes('…'));
          if (cut.length > 0) expect([columns, height, keys, left, cut]).toEqual([columns, height, keys, 0, cut]);
        }
  });

  it('help says what the signs mean where it was opened', async () => {
    const help = async (keys: string) => (await still(EXAMPLE, keys, { columns: 120, rows: 40 })).rows().join('\n');
    expect(await help('jj2\t?')).toMatch(
      /Signs +x differs and decides the load +! claim and bytes disagree +\? only one side has it/,
    );
    expect(await help('jj\r?')).toMatch(/Signs .*o ignored +~ warning/);
    expect(await help('?')).toMatch(/Signs .*o ignored\n/);
  });

  it.each([61, 71, 72, 99, 100, 109, 119, 121, 160, 200])(
    'uses every width without breaking a row: %d columns',
    async (columns) => {
      for (const keys of ['', 'jj2', 'jj\r\r', '?', ':']) {
        const screen = await still(EXAMPLE, keys, { columns, rows: 30 });
        const rules = screen.rows().filter((row) => /^[━─]/.test(row));
        for (const row of rules) expect(row.length).toBe(columns);
        expect(screen.rows().at(-1)).not.toBe('');
      }
    },
  );
});
