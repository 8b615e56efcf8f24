import { describe, expect, it } from 'vitest';
import { paletteEntries } from '../../source/explorer/palette.js';
import { initialState } from '../../source/explorer/state.js';
import { EXAMPLE } from './example.js';
import { pressed, stillOf } from './still.js';

const at = (columns: number) => initialState(EXAMPLE, { columns, rows: 40 });

describe('the palette', () => {
  it.each(['', 'e', 'va', 'pa', 'the'])('offers what can be done now before what can not: "%s"', (typed) => {
    const can = paletteEntries(at(120), typed).map(({ whyNot }) => whyNot === null);
    expect(can.lastIndexOf(true)).toBeLessThan(can.includes(false) ? can.indexOf(false) : can.length);
    expect(can).toContain(true);
  });

  it('has what was typed in one piece before letters that are scattered', () => {
    expect(paletteEntries(at(120), 'valid')[0]?.name).toMatch(/^Validate this/);
    expect(paletteEntries(at(120), 'write this')[0]?.name).toBe('Write this to a file');
    expect(paletteEntries(at(120), 'log')[0]?.name).toBe('go to Log');
  });

  it.each([120, 80])('cuts no name at %i columns', async (columns) => {
    const names = paletteEntries(at(columns), '').map(({ name }) => name);
    let shown = '';
    for (let row = 0; row < names.length; row += 5) {
      const screen = await stillOf(pressed(at(columns), `:${'\x1b[B'.repeat(row)}`));
      shown += screen.rows().join('\n');
    }
    shown += (await stillOf(pressed(at(columns), `:${'\x1b[B'.repeat(names.length)}`))).rows().join('\n');
    for (const name of names) expect(shown).toContain(name);
  });
});
