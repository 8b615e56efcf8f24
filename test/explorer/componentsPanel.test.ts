import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { initialState, type State } from '../../source/explorer/state.js';
import { FILTER } from '../components/example.js';
import { described, ONE_COMPONENT, TWO_COMPONENTS } from './described.js';
import { EXAMPLE } from './example.js';
import { FakeCatalog } from './fakeCatalog.js';
import { drawn, pressed, steps, stillOf } from './still.js';
import { OpenExplorer } from './terminal.js';

const directory = mkdtempSync(join(tmpdir(), 'ocx-components-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** In panel 4 of the plugin that has components. */
const inPanel = (keys = '', columns = 120, rows = 40, snapshot = ONE_COMPONENT): State =>
  pressed(initialState(snapshot, { columns, rows }), `j4\t${keys}`);
/** The rows of the panel, without its rule. */
async function panelRows(state: State): Promise<string[]> {
  const rows = (await stillOf(state)).rows();
  return rows.slice(rows.findIndex((row) => row.includes('[4 Comp') || /\/\d Components/.test(row)) + 1, -1);
}
const left = async (state: State) => (await panelRows(state)).map((row) => row.split('│')[0]?.trimEnd() ?? '');
const right = async (state: State) => (await panelRows(state)).flatMap((row) => row.split('│')[1]?.slice(1).trimEnd() ?? []);
const lastRow = async (state: State) => (await stillOf(state)).rows().at(-1);

describe('panel 4, Components', () => {
  it('is there for files that describe their components, and the palette says why it is not for others', async () => {
    const rules = async (state: State) => (await stillOf(state)).rows().find((row) => row.includes('1 Overview')) ?? '';
    expect(await rules(inPanel())).toContain('[4 Components]');
    expect(await rules(pressed(inPanel(), '\t\tj'))).not.toContain('4 Components');
    const palette = await stillOf(pressed(initialState(EXAMPLE, { columns: 120, rows: 40 }), ':components'));
    expect(palette.rows().join('\n')).toMatch(/4 +go to Components +no: this file has no descriptors of components/);
  });

  it('4 and e in a directory without components are not silent: they say why', async () => {
    const why = 'this file has no descriptors of components (ocx build writes them)';
    const start = initialState(EXAMPLE, { columns: 120, rows: 40 });
    expect(await lastRow(pressed(start, '4'))).toBe(` Components: ${why}`);
    expect(await lastRow(pressed(start, 'e'))).toBe(` export a default configuration: ${why}`);
    expect(await lastRow(pressed(start, 'ej'))).toContain('? help');
  });

  it('folds groups and components with Enter, each by itself', async () => {
    const folded = await left(inPanel());
    expect(folded.join('\n')).toContain('▸ tls');
    const unfolded = await left(inPanel('jjjjjjj\r'));
    expect(unfolded.map((row) => row.replace(/^[> ]*([▸▾] )?/, '').split(' ')[0]).slice(8, 11)).toEqual([
      'tls',
      'insecure',
      'key',
    ]);
    expect((await left(inPanel('\r'))).filter((row) => row !== '')[0]).toMatch(/^>▸ processor filter/);
    expect((await left(inPanel('\r\r'))).slice(0, 8)).toEqual(folded.slice(0, 8));
  });

  it('keeps folds when another file was looked at', async () => {
    const state = inPanel('jjjjjjj\r');
    expect(await left(pressed(state, '\x1b\x1bjk\tg'))).toEqual(await left(pressed(state, 'g')));
  });

  it('underlines in the YAML the key of the field under the cursor, and keeps it in view', async () => {
    const screen = await stillOf(inPanel('jj', 120, 40));
    const row = screen.rows().findIndex((text) => text.includes('  endpoint: ""'));
    expect(screen.styledRow(row)).toContain('<underline>endpoint: ""</>');
    for (let down = 1; down < 11; down++) {
      const keys = 'j'.repeat(down);
      const small = await stillOf(inPanel(keys, 120, 24));
      const all = small.rows().map((_, index) => small.styledRow(index));
      const name = /^> +(?:[▸▾] )?(\w+)/m.exec(small.rows().slice(8).join('\n'))?.[1];
      // It has no default, so it is only there once all fields are asked for.
      if (name !== 'nullable') expect(all.join('\n'), `${name} after ${keys}`).toMatch(new RegExp(`<underline>(# )?${name}:`));
    }
  });

  it('stays where it was for a field that is not set and has no line', async () => {
    const view = async (keys: string) => (await right(inPanel(keys, 120, 24))).join('\n');
    expect(await view('j'.repeat(8))).toBe(await view('j'.repeat(7)));
    expect(await view('j'.repeat(8))).not.toContain('# filter: Drops');
  });

  it('has the default configuration on its other side: Tab goes there, and on to the list; Esc comes back', async () => {
    const config = inPanel('\tjj');
    expect(config.componentsView.side).toBe('config');
    expect((await panelRows(config)).find((row) => row.includes('│>'))).toContain('│>filter:');
    expect(pressed(config, '\t')).toMatchObject({ focus: 'list', componentsView: { side: 'tree' } });
    expect(pressed(config, '\x1b')).toMatchObject({ focus: 'panel', componentsView: { side: 'tree' } });
    expect(pressed(config, 'h\x1b').focus).toBe('list');
    // The cursor of each side is where it was left.
    const there = pressed(inPanel('jjj'), '\tjj\x1b');
    expect(there.panels.components.cursor).toBe(3);
    expect(pressed(there, '\t').panels.components.cursor).toBe(2);
    // A key row for each.
    expect(await lastRow(inPanel())).toMatch(/Tab config .* e export .* Esc list/);
    expect(await lastRow(config)).toMatch(/Tab list .* Esc tree/);
  });

  it.each([
    [80, 24],
    [40, 12],
  ])('shows one side at a time below 100 columns: %ix%i', async (columns, rows) => {
    expect((await panelRows(inPanel('', columns, rows))).join('\n')).toMatch(/^>▾ processor filter/);
    expect((await panelRows(inPanel('', columns, rows))).join('\n')).not.toContain('│');
    expect((await panelRows(inPanel('\t', columns, rows))).join('\n')).toMatch(/^> # filter: Drops spans/);
  });

  it('has its choices of fields: required with r, all with a, and again what is in force', async () => {
    expect(
      (await left(inPanel('r')))
        .filter((row) => row !== '')
        .slice(0, 2)
        .map((row) => row.trim().split(/ +/)[1]),
    ).toEqual(['processor', '*']);
    expect((await right(inPanel('r'))).filter((row) => row !== '')).toEqual([
      '# filter: Drops spans, metrics, logs that match.',
      '# not valid as it is: endpoint must be given',
      'filter:',
      '  # Where to ask.',
      '  # required (string)',
      '  endpoint: ""',
    ]);
    expect((await right(inPanel('a', 120, 60))).join('\n')).toContain('  # nullable: ""');
    expect(await right(inPanel('aa'))).toEqual(await right(inPanel()));
    expect(await left(inPanel('rr'))).toEqual(await left(inPanel()));
  });

  it('filters fields by path and type, and shows the groups they are in', async () => {
    const rows = (await left(inPanel('/secret\r'))).filter((row) => row !== '');
    expect(rows.slice(0, 4).map((row) => row.replace(/ {2,}.*$/, '').trim())).toEqual([
      '/ secret',
      '>▾ processor filter',
      '',
      '',
    ]);
    expect(rows.slice(2, 4).map((row) => row.trim())).toEqual([
      expect.stringMatching(/^▾ tls +group +not set, 1 field/),
      expect.stringMatching(/^key \$ +secret +not set$/),
    ]);
    expect((await left(inPanel('/nosuch\r'))).join('\n')).toContain('No field matches "nosuch". Esc shows all.');
  });

  it.each([
    ['otelcol', 'batch', 120, 40],
    ['redaction', 'redaction', 120, 40],
    ['redaction', 'redaction', 80, 24],
    ['redaction', 'redaction', 40, 12],
  ])('draws what a real build has embedded, whole in every row: %s, %s at %ix%i', async (name, type, columns, rows) => {
    const { components } = JSON.parse(readFileSync(`test/components/built/${name}.json`, 'utf8'));
    const snapshot = described(components);
    for (const keys of ['', 'G', 'a\tG', 'r', '/enabled\r']) {
      const shown = (await stillOf(inPanel(keys, columns, rows, snapshot))).rows();
      expect(Math.max(...shown.map((row) => row.length))).toBeLessThanOrEqual(columns);
      expect(shown.at(-1)).toMatch(/Esc .*\? help$/);
    }
    expect((await panelRows(inPanel('', columns, rows, snapshot))).join('\n')).toContain(`processor ${type}`);
  });

  it('costs at most 300 B a move in the median, 700 B at worst: the cursor, the underline, the line of docs', () => {
    const states = [inPanel(), ...steps(inPanel(), 'j'.repeat(9) + 'k'.repeat(9)).map(({ state }) => state)];
    const bytes = drawn(states, { level: 3 }).map((written) => Buffer.byteLength(written));
    const sorted = [...bytes].sort((one, other) => one - other);
    console.info(`components: move ${sorted[9]} B median, ${sorted.at(-1)} worst`);
    expect(sorted[9]).toBeLessThanOrEqual(300);
    expect(sorted.at(-1)).toBeLessThanOrEqual(700);
  });

  it('explains a field with Enter and the component with x', async () => {
    const field = await stillOf(inPanel('j\r'));
    expect(field.rows().join('\n')).toMatch(
      /━ error_mode ━[\s\S]*one of +ignore, silent, propagate[\s\S]*What to do when a condition fails\./,
    );
    const component = await stillOf(inPanel('jjx'));
    expect(component.rows().join('\n')).toMatch(
      /━ processor filter ━[\s\S]*stability logs alpha, metrics beta, traces alpha[\s\S]*# Filter/,
    );
  });

  it('says what a component without schema says of itself', async () => {
    const rows = await left(inPanel('G', 120, 40, TWO_COMPONENTS));
    expect(rows.join(' ').replace(/ +/g, ' ')).toContain(
      'hostmetrics has no schema in its plugin. It says: receiver, logs development, metrics beta, example.com/hostmetrics v1.2.3.',
    );
    expect((await panelRows(inPanel('G', 80, 24, TWO_COMPONENTS))).join('\n')).toContain('receiver hostmetrics');
  });

  it('copies the default configuration with y: YAML that parses to it', () => {
    const [step] = steps(inPanel('jj'), 'y');
    const copied = step?.effects.find(({ type }) => type === 'copy');
    expect(copied?.type === 'copy' && parse(copied.text)).toEqual({ filter: FILTER.default_config });
    expect(step?.state.message).toMatch(/^copied \d+ lines$/);
  });

  it('exports with e to a file that a Collector takes, and over no file unasked', async () => {
    const explorer = new OpenExplorer(new FakeCatalog(ONE_COMPONENT));
    await explorer.settle();
    await explorer.press('j4\te');
    expect(explorer.rows().at(-1)).toMatch(/^ write to \.\/filter\.yaml_ {2}\(does not exist\) +Enter write {2}Esc cancel$/);
    const file = join(directory, 'filter.yaml');
    await explorer.press(`\x15${file}\r`);
    await explorer.says('wrote');
    expect(explorer.rows().at(-1)).toMatch(/ wrote .*filter.yaml, \d+ lines/);
    expect(parse(readFileSync(file, 'utf8'))).toEqual({ processors: { filter: FILTER.default_config } });
    await explorer.press(`re\x15${file}\r`);
    expect(explorer.rows().at(-1)).toMatch(/filter\.yaml exists, .*o overwrite {2}r rename {2}Esc cancel/);
    await explorer.press('\r');
    expect(parse(readFileSync(file, 'utf8')).processors.filter).toHaveProperty('timeout');
    await explorer.press('o');
    await explorer.says('wrote');
    // What is shown is what is written: required fields alone.
    expect(parse(readFileSync(file, 'utf8'))).toEqual({ processors: { filter: { endpoint: '' } } });
    await explorer.quit();
  });

  it('exports from the list as well: the panel is shown first', async () => {
    const state = pressed(initialState(ONE_COMPONENT, { columns: 120, rows: 40 }), 'je');
    expect(await lastRow(state)).toContain('write to ./filter.yaml_');
    expect((await stillOf(state)).rows().join('\n')).toContain('[4 Components]');
  });
});
