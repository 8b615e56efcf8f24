import { describe, expect, it } from 'vitest';
import type { CatalogSnapshot } from '../../source/catalog/record.js';
import { EXAMPLE, HOST } from './example.js';
import { type StillOptions, still } from './still.js';

const EMPTY: CatalogSnapshot = { ...EXAMPLE, plugins: [] };
const CANNOT: CatalogSnapshot = {
  ...EXAMPLE,
  host: { ...HOST, title: 'otelcol v0.149.0', cannotLoad: 'built with CGO_ENABLED=0' },
};
const NO_HOST: CatalogSnapshot = { ...EXAMPLE, host: { state: 'absent', because: 'two candidates: otelcol, otelcol-custom' } };

/** Keys that lead to each screen. */
const SCREENS: Readonly<Record<string, readonly [CatalogSnapshot, string]>> = {
  overview: [EXAMPLE, ''],
  manifest: [EXAMPLE, 'jj2'],
  'overview-fails': [EXAMPLE, 'jj'],
  'manifest-focused': [EXAMPLE, 'jj2\tjjj'],
  'manifest-filter': [EXAMPLE, 'jj2\t/zap'],
  findings: [EXAMPLE, 'jj\r'],
  'findings-items': [EXAMPLE, 'jj\r\rjj'],
  explain: [EXAMPLE, 'jj\rx'],
  help: [EXAMPLE, '?'],
  palette: [EXAMPLE, ':pa'],
  sort: [EXAMPLE, 's'],
  filter: [EXAMPLE, '/go !loads'],
  'filter-finds-nothing': [EXAMPLE, '/nosuch\r'],
  damaged: [EXAMPLE, 'jjjjjjjjjjj'],
  'still-reading': [EXAMPLE, 'jjjjjjjjjjjj'],
  empty: [EMPTY, ''],
  'host-cannot-load': [CANNOT, ''],
  'no-host': [NO_HOST, ''],
};
const SIZES = [
  [120, 40],
  [80, 24],
  [40, 12],
] as const;

describe.each(Object.entries(SCREENS))('screen %s', (name, [snapshot, keys]) => {
  it.each(SIZES)('is as kept at %dx%d', async (columns, rows) => {
    const screen = await still(snapshot, keys, { columns, rows });
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

  it('draws ASCII alone where there is nothing else', async () => {
    const rows = (await still(EXAMPLE, 'jj2', { charset: 'ascii' })).rows();
    expect(rows.join('')).toMatch(/^[ -~]*$/);
    expect(rows[2]).toMatch(/^== Plugins in load order =+ 3 of 14 =$/);
    expect(rows.join('\n')).toContain('came fi~');
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
