import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readDiscovery } from '../../source/catalog/discovery.js';
import { panelContent } from '../../source/explorer/panels/panel.js';
import { savedText } from '../../source/explorer/savedText.js';
import { initialState, type State } from '../../source/explorer/state.js';
import { EXAMPLE } from './example.js';
import { CROWDED, PLANNED } from './planExample.js';
import { pressed, stillOf } from './still.js';

const opened = (snapshot = PLANNED, keys = '6\t') => pressed(initialState(snapshot, { columns: 120, rows: 40 }), keys);
const rows = (state: State) => {
  const content = panelContent(state);
  return Array.from({ length: content.items }, (_, item) => content.text(item));
};
const under = (state: State) => panelContent(state).text(state.panels.plan.cursor);
const note = (state: State) => panelContent(state).note;

it('opens at the plugin the list is at', () => {
  expect(under(opened(PLANNED, 'jjjj6\t'))).toMatch(/^5 {2}fails {2}logdedupprocessor\.so/);
});

it('J and K take the plugin along, and judge the order that is tried', () => {
  const tried = opened(PLANNED, 'jjjj6\tKKKK');
  expect(under(tried)).toMatch(/^1 {2}loads {2}logdedupprocessor\.so {2}9 packages: ottl v0\.148\.0 {2}breaks 3$/);
  expect(rows(tried)[2]).toContain('loads alone; fails after 1: ottl v0.148.0 came first');
  expect(note(tried)).toBe('trying: 3 of 12 load');
  const back = pressed(tried, 'JJJJ');
  expect(rows(back)).toEqual(rows(opened()));
  expect(note(back)).toBe('3 of 12 load');
});

it('nothing else on the screen changes while an order is tried', () => {
  expect(opened(PLANNED, 'jjjj6\tKKKK').snapshot).toBe(PLANNED);
});

it('o shows the order that loads most, r the one of the directory', () => {
  const best = opened(CROWDED, '6\to');
  expect(note(opened(CROWDED))).toBe('2 of 12 load');
  expect(note(best)).toBe('trying: 3 of 12 load');
  expect(rows(best)[0]).toContain('filterprocessor.so');
  expect(rows(pressed(best, 'r'))).toEqual(rows(opened(CROWDED)));
});

it('w writes the order that is shown, as a discovery file that is read back', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ocx-order-'));
  const file = join(folder, 'plugins.json');
  const { lines, line } = savedText(opened(CROWDED, '6\to'), 'panel');
  writeFileSync(file, Array.from({ length: lines }, (_, index) => line(index)).join('\n'));
  const { host, plugins } = readDiscovery(file);
  rmSync(folder, { recursive: true });
  expect(host).toBe('/opt/otelcol/otelcol-custom');
  expect(plugins).toHaveLength(12);
  expect(plugins.slice(0, 2).map(({ path }) => path)).toEqual([
    '/opt/otelcol/plugins/filterprocessor.so',
    '/opt/otelcol/plugins/logdedupprocessor.so',
  ]);
  expect(pressed(opened(CROWDED), 'w').ask).toMatchObject({ kind: 'path', about: 'save', text: './plugins.json' });
});

it('an order of plugins that are no longer there is forgotten', () => {
  const tried = opened(PLANNED, 'jjjj6\tK');
  const fewer = {
    ...tried,
    snapshot: { ...PLANNED, plan: CROWDED.plan && { ...CROWDED.plan, steps: CROWDED.plan.steps.slice(1) } },
  };
  expect(note(fewer)).not.toContain('trying');
});

it('without a host it says why there is none', () => {
  const [row] = panelContent(opened(EXAMPLE)).heading;
  expect(row?.map(({ text }) => text).join('')).toContain('No load plan: no host was given');
});

it('the counts in the title never contradict panel 6: they say where the Collector dies', async () => {
  const wide = (await stillOf(opened())).rows();
  expect(wide.join('\n')).toMatch(/the Collector dies here/);
  expect(wide[1]).toMatch(/! dies at 8$/);
  expect(wide[2]).toMatch(/^── Plugins in load order, judged as if 8, which kills the Collector, were left out ─/);
  const roomy = await stillOf(pressed(initialState(PLANNED, { columns: 160, rows: 40 }), ''));
  expect(roomy.rows()[1]).toMatch(/! the Collector dies at 8: counted without it$/);
  const narrow = await stillOf(pressed(initialState(PLANNED, { columns: 80, rows: 24 }), ''));
  expect(narrow.rows()[1]).toMatch(/! dies at 8$/);
});
