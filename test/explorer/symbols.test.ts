import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDetails } from '../../source/explorer/readDetails.js';
import { reduce } from '../../source/explorer/reducer.js';
import { initialState, recordOf, type State } from '../../source/explorer/state.js';
import { type SearchResult, SymbolSearch } from '../../source/explorer/symbolSearch.js';
import { EXAMPLE } from './example.js';
import { drawn, pressed, steps, stillOf } from './still.js';
import { detailsOf, symbolTable } from './symbolTable.js';

const TABLE = symbolTable(103_412);

/** In the symbols of the third plugin, with all of them read. */
function inSymbols(columns = 120, rows = 40, table: typeof TABLE | null = TABLE): State {
  const state = pressed(initialState(EXAMPLE, { columns, rows }), 'jj3\t');
  const record = recordOf(state, state.shown);
  if (record?.state !== 'judged' || !record.evidence) throw new Error('the example has changed');
  return reduce(state, { type: 'details', details: { evidence: record.evidence, state: 'read', of: detailsOf(table) } }).state;
}

/** Types a filter and lets the search it asks for run to its end. */
async function filtered(state: State, keys: string): Promise<State> {
  let current = state;
  for (const { state: next, effects } of steps(state, keys)) {
    current = next;
    for (const effect of effects) {
      if (effect.type !== 'search') continue;
      const result = await new Promise<SearchResult>((resolve) => {
        new SymbolSearch((found) => found.final && resolve(found)).start(effect.source, effect.filter, effect.form, effect.order);
      });
      current = reduce(current, { type: 'found', result }).state;
    }
  }
  return current;
}

describe('symbols', () => {
  it('are read when they are first looked at, and not for other panels', () => {
    const start = initialState(EXAMPLE, { columns: 120, rows: 40 });
    expect(
      steps(start, 'jj125')
        .flatMap(({ effects }) => effects)
        .filter(({ type }) => type === 'read details'),
    ).toEqual([]);
    const asked = steps(start, '3').flatMap(({ effects }) => effects);
    expect(asked.filter(({ type }) => type === 'read details')).toHaveLength(1);
  });

  it('are a list of any length: first, last and a page at once', async () => {
    const last = pressed(inSymbols(), 'G');
    const screen = await stillOf(last);
    expect(screen.rows()[16]).toMatch(/^━━ 1 Overview {2}2 Manifest {2}\[3 Symbols\] .* 103,412 of 103,412 ━$/);
    expect(screen.rows()[38]).toMatch(/^> 0x00fbbd90 .* T {5}go\.opentelemetry\.io\/collector\//);
    expect(pressed(last, 'g').panels.symbols.cursor).toBe(0);
    expect(pressed(last, 'g\x1b[6~').panels.symbols.cursor).toBe(20);
  });

  it('are filtered by words, and the filter stays to be seen', async () => {
    const state = await filtered(inSymbols(), '/ptrace appendempty1 !15\r');
    expect(state.search?.rows.length).toBeGreaterThan(10);
    const screen = await stillOf(state);
    expect(screen.rows()[16]).toMatch(/ 1 of [\d,]+ in 103,412 ━$/);
    expect(screen.rows()[17]).toBe(' / ptrace appendempty1 !15');
    expect(screen.styledRow(19)).toContain('<underline>ptrace</>');
    expect(pressed(state, '\x1b').panels.symbols.filter).toBe('');
  });

  it('say what they have not got', async () => {
    const none = await filtered(inSymbols(), '/nosuchname');
    expect((await stillOf(none)).rows()[18]).toBe('   No symbol matches "nosuchname". Esc shows all 103,412.');
    expect((await stillOf(inSymbols(120, 40, null))).rows()[17]).toBe('   No symbol table, neither .symtab nor dynamic symbols.');
    const stripped = { ...symbolTable(2871), from: 'dynamic symbols' };
    expect((await stillOf(inSymbols(120, 40, stripped))).rows()[17]).toBe(
      '   No .symtab: the file is stripped. 2,871 dynamic symbols are shown.',
    );
  });

  it('show all of one with Enter, and raw names with t', async () => {
    const page = await stillOf(pressed(inSymbols(), 'jj\r'));
    expect(page.rows().slice(17, 19)).toEqual([
      '   go.opentelemetry.io/collector/pdata/plog.(*Span).Attributes2',
      '   raw  raw:go.opentelemetry.io/collector/pdata/plog.(*Span).Attributes2',
    ]);
    expect((await stillOf(pressed(inSymbols(), 't'))).rows()[18]).toContain('raw:go.opentelemetry.io');
  });

  it('cost at most 130 B a move, 400 a scrolled line, 2.5 kB a page', () => {
    const bytes = (state: State, keys: string) => {
      const states = [state, ...steps(state, keys).map((step) => step.state)];
      return drawn(states, { level: 3 })
        .map((written) => Buffer.byteLength(written))
        .sort((a, b) => a - b);
    };
    const worst = (costs: number[]) => costs.at(-1) ?? 0;
    const median = (costs: number[]) => costs[Math.floor(costs.length / 2)] ?? 0;
    const moves = bytes(inSymbols(), 'j'.repeat(19));
    const scrolls = [
      ...bytes(pressed(inSymbols(), 'j'.repeat(20)), 'j'.repeat(15)),
      ...bytes(pressed(inSymbols(), `G${'k'.repeat(20)}`), 'k'.repeat(15)),
    ];
    const pages = bytes(inSymbols(), '\x1b[6~'.repeat(20));
    console.info(
      `symbols: move ${median(moves)} B median, scroll ${median(scrolls)} median ${worst(scrolls)} worst, page ${median(pages)} median ${worst(pages)} worst`,
    );
    expect(median(moves)).toBeLessThanOrEqual(130);
    expect(worst(scrolls)).toBeLessThanOrEqual(400);
    expect(median(pages)).toBeLessThanOrEqual(1500);
    expect(worst(pages)).toBeLessThanOrEqual(2500);
  });

  it('are searched in stretches, between which keys get their turn', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const stretches = await new Promise<number>((resolve) => {
      let count = 0;
      new SymbolSearch(({ final }) => {
        count++;
        if (final) resolve(count);
      }).start(symbolTable(400_000), 'ptrace !append', 'demangled', 'table');
    });
    clearInterval(timer);
    expect(stretches).toBeGreaterThan(5);
    expect(turns).toBeGreaterThan(5);
  });

  it('end a search that another one replaces', async () => {
    const seen: string[] = [];
    const search = new SymbolSearch(({ filter, final }) => final && seen.push(filter));
    // Large: on a fast machine 60,000 are searched within the first stretch, and there is nothing left to end.
    search.start(symbolTable(400_000), 'first', 'demangled', 'table');
    search.start(symbolTable(1000), 'second', 'demangled', 'table');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(seen).toEqual(['second']);
  });
});

describe('sections', () => {
  it('are a small table in our signs, with hostile names made visible', async () => {
    const state = pressed(inSymbols(), '8j');
    const rows = (await stillOf(state)).rows();
    expect(rows.slice(16, 21)).toEqual([
      `━━ 1 Overview  2 Manifest  3 Symbols  5 Findings 2  6 Load plan  7 Log  [8 Sections] ${'━'.repeat(26)} 2 of 3 ━`,
      '   name                                  type                   size  flags     address      offset',
      '   .text                                 progbits          8,123,456  AX         0x1000      0x1000',
      '>  .note.otelcol                         note                  1,936  A           0x270       0x270',
      '   .漢字\\x1b]52;c;aGk=\\x07               type 0x…fffff6            0                0x0    0x900000',
    ]);
  });

  it('lose columns from the right as width falls', async () => {
    expect((await stillOf(pressed(inSymbols(80, 24), '8'))).rows()[11]).toBe(
      '   name                  type                   size  flags     address',
    );
    expect((await stillOf(pressed(inSymbols(40, 12), '8'))).rows()[1]).toBe('   name              type');
  });
});

describe.runIf(existsSync('fixtures/plugins/c-many-symbols.so'))('details of a real file', () => {
  it('are all its symbols and sections, by place', () => {
    const details = readDetails('fixtures/plugins/c-many-symbols.so');
    expect(details.symbols?.count).toBeGreaterThan(100_000);
    expect(details.symbols?.digits).toBe(8);
    expect(details.symbols?.row(0)).toMatchObject({ kind: 'a' });
    expect(details.sections?.map(({ name }) => name)).toContain('.text');
    details.close();
  });

  it('of a file that is none are an error with a sentence', () => {
    expect(() => readDetails('package.json')).toThrow(/package\.json/);
  });
});
