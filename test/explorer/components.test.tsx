import './unbundled.js';
import { cleanup, render } from 'ink-testing-library';
import { afterEach, describe, expect, it } from 'vitest';
import { stylesOf } from '../../source/explorer/theme.js';
import { Picker } from '../../source/explorer/view/Picker.js';
import { SmallTable } from '../../source/explorer/view/SmallTable.js';
import { clean } from '../../source/terminal/clean.js';

const STYLES = stylesOf('terminal', 0, 'dark');
const lines = (frame: string | undefined) =>
  (frame ?? '')
    .replace(/\x1b\[[0-9;]*m/g, '')
    .split('\n')
    .map((line) => line.trimEnd());

afterEach(() => cleanup());

describe('SmallTable', () => {
  const columns = [
    { title: clean('name'), width: 8, align: 'left' as const },
    { title: clean('size'), width: 6, align: 'right' as const },
  ];

  it('is drawn without boxes, cut to its columns, with the cursor in the first', () => {
    const rows = [
      [clean('.text'), clean('1,234')],
      [clean('.note.otelcol.manifest'), clean('99,999,999')],
    ];
    const { lastFrame } = render(<SmallTable columns={columns} rows={rows} current={1} styles={STYLES} />);
    expect(lines(lastFrame())).toEqual(['   name        size', '   .text      1,234', '>  .not…est  99,…99']);
  });

  it('has no cursor where it has no focus', () => {
    const { lastFrame } = render(
      <SmallTable columns={columns} rows={[[clean('.text'), clean('1')]]} current={-1} styles={STYLES} />,
    );
    expect(lines(lastFrame())).toEqual(['   name        size', '   .text          1']);
  });
});

const ITEMS = ['load order', 'verdict: crashes, fails, refused, unknown, loads', 'name'].map((value) => ({
  value,
  label: clean(value),
}));

describe('Picker', () => {
  it('starts at the item in use, moves with the keys of ink-select-input, and says what was chosen', async () => {
    const seen: number[] = [];
    const chosen: number[] = [];
    let settled = () => {};
    const rest = () =>
      new Promise<void>((resolve) => {
        settled = resolve;
      });
    const { stdin, lastFrame } = render(
      <Picker
        sheet={{ kind: 'pick', of: 'sort', items: ITEMS, highlighted: 1 }}
        columns={60}
        height={6}
        styles={STYLES}
        onHighlight={(index) => seen.push(index)}
        onChoose={(index) => chosen.push(index)}
        onSettled={() => settled()}
      />,
    );
    expect(lines(lastFrame())[2]).toBe('>  2 verdict: crashes, fails, refused, unknown, loads');
    // It listens once its effects have run: after each key, that is what is waited for.
    const taken = rest();
    stdin.write('j');
    await taken;
    expect(lines(lastFrame())[3]).toBe('>  3 name');
    stdin.write('\r');
    expect([seen, chosen]).toEqual([[2], [2]]);
  });
});
