import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JudgedRecord } from '../../source/catalog/record.js';
import { BINDINGS } from '../../source/explorer/bindings.js';
import { commandOf, hintsOf } from '../../source/explorer/keys.js';
import { listedRecords } from '../../source/explorer/listed.js';
import { panelContent } from '../../source/explorer/panels/panel.js';
import { visiblePanel } from '../../source/explorer/panels/visible.js';
import { reduce } from '../../source/explorer/reducer.js';
import { initialState, recordOf, type State } from '../../source/explorer/state.js';
import { TWO_COMPONENTS } from './described.js';
import { EXAMPLE, PLUGINS } from './example.js';
import { CROWDED } from './planExample.js';
import { pressed, steps } from './still.js';

const SIZE = { columns: 120, rows: 40 };
const START = initialState(EXAMPLE, SIZE);
/** The same with a plugin that describes its components. */
const DESCRIBED = initialState(TWO_COMPONENTS, SIZE);
const NOON = new Date(2026, 10, 23, 14, 2, 11);
/** Sets and maps count as what is in them. */
const written = (state: State) =>
  JSON.stringify(state, (_, value) => (value instanceof Set || value instanceof Map ? [...value] : value));
const current = (state: State) => recordOf(state, state.list.current)?.name;
const shown = (state: State) => recordOf(state, state.shown)?.name;
const key = (state: State, pressedKey: string, at: number) => reduce(state, { type: 'key', key: pressedKey, at });

function rejudged(state: State, name: string, change: (record: JudgedRecord) => JudgedRecord): State {
  const plugins = state.snapshot.plugins.map((record) =>
    record.name === name && record.state === 'judged' ? change(record) : record,
  );
  return reduce(state, { type: 'snapshot', snapshot: { ...state.snapshot, plugins }, at: NOON }).state;
}

const nowLoads = (record: JudgedRecord): JudgedRecord => ({
  ...record,
  judgement: { ...record.judgement, verdict: 'loads', load: 'loads', findings: [] },
});

describe('moving in the list', () => {
  it('moves six rows for six arrows in one chunk', () => {
    expect(current(pressed(START, '\x1b[B'.repeat(6)))).toBe('redactionprocessor.so');
  });

  it('stops at both ends', () => {
    expect(current(pressed(START, 'kkk'))).toBe('batchprocessor.so');
    expect(current(pressed(START, 'Gjj'))).toBe('README.md');
    expect(current(pressed(START, 'Gg'))).toBe('batchprocessor.so');
  });

  it('lets the panel follow the first move after a rest, and later ones only when they have stopped', () => {
    const first = key(START, 'j', 1000);
    expect(first.effects).toEqual([{ type: 'follow' }]);
    const second = key(first.state, 'j', 1100);
    expect(second.effects).toEqual([{ type: 'follow later' }]);
    expect(shown(second.state)).toBe('batchprocessor.so');
    expect(shown(reduce(second.state, { type: 'follow' }).state)).toBe('attributesprocessor.so');
    expect(key(second.state, 'j', 1250).effects).toEqual([{ type: 'follow' }]);
  });

  it('keeps the selection on the file, not on the row', () => {
    const state = pressed(START, 'jj');
    const sorted = reduce(pressed(state, 's'), { type: 'picked', index: 2 }).state;
    expect(current(sorted)).toBe('attributesprocessor.so');
    const fewer = { ...EXAMPLE, plugins: PLUGINS.slice(1) };
    expect(current(reduce(state, { type: 'snapshot', snapshot: fewer, at: NOON }).state)).toBe('attributesprocessor.so');
  });

  it('goes to the neighbour of a file that is removed, and says so', () => {
    const state = pressed(START, 'jj');
    const { state: after } = reduce(state, {
      type: 'snapshot',
      snapshot: { ...EXAMPLE, plugins: PLUGINS.filter(({ name }) => name !== 'attributesprocessor.so') },
      at: NOON,
    });
    expect(current(after)).toBe('transformprocessor.so');
    expect(shown(after)).toBe('transformprocessor.so');
    expect(after.message).toBe('attributesprocessor.so was removed');
    expect(key(after, 'k', 1).state.message).toBeNull();
  });

  it('asks for the files on the screen that are still to be read', () => {
    const many = Array.from({ length: 100 }, (_, index) => ({
      state: 'reading' as const,
      path: `/p/${index}.so`,
      name: `${index}.so`,
      size: 1,
      link: null,
      order: index + 1,
    }));
    const start = initialState({ ...EXAMPLE, plugins: many }, SIZE);
    const { state, effects } = key(start, 'G', 0);
    const prefer = effects.find(({ type }) => type === 'prefer');
    expect(prefer).toEqual({ type: 'prefer', paths: many.slice(-12).map(({ path }) => path) });
    expect(state.list.top).toBe(88);
  });
});

describe('filters', () => {
  const names = (state: State) => listedRecords(state).map(({ name }) => name);

  it('follow every character: words that must be there, and words that must not', () => {
    expect(names(pressed(START, '/rust'))).toEqual(['librowtag.so', 'libmasker.so']);
    expect(names(pressed(START, '/rust !refused'))).toEqual(['librowtag.so']);
    expect(names(pressed(START, '//^lib.*tag/'))).toEqual(['librowtag.so']);
    expect(names(pressed(START, '/GOAMD64'))).toEqual(['redactionprocessor.so']);
    expect(names(pressed(START, '/Goamd64'))).toEqual([]);
  });

  it('keep the last result while an expression is none', () => {
    expect(names(pressed(START, '//lib(row|'))).toEqual(names(pressed(START, '//lib')));
  });

  it('leave the selection where it is while nothing matches', () => {
    const state = pressed(START, 'jj/nosuch');
    expect(names(state)).toEqual([]);
    expect(current(pressed(state, '\x15'))).toBe('attributesprocessor.so');
  });

  it('are left by Enter, cleared by the first Esc and closed by the second', () => {
    const left = pressed(START, '/rust\r');
    expect([left.input, left.list.filter]).toEqual([null, 'rust']);
    expect(pressed(left, '\x1b').list.filter).toBe('');
    const typing = pressed(START, '/rust');
    const cleared = key(typing, 'escape', 0).state;
    expect([cleared.input?.text, cleared.list.filter]).toEqual(['', '']);
    expect(key(cleared, 'escape', 0).state.input).toBeNull();
  });

  it('take a paste as text, and none where nothing is typed', () => {
    expect(pressed(START, '/\x1b[200~rust\nq\x1b[201~').input?.text).toBe('rust q');
    expect(pressed(START, '\x1b[200~q\x1b[201~')).toEqual(START);
  });

  it('go from match to match with n and N, around the ends', () => {
    expect(current(pressed(START, '/rust\rn'))).toBe('libmasker.so');
    expect(current(pressed(START, '/rust\rnn'))).toBe('librowtag.so');
    expect(current(pressed(START, '/rust\rN'))).toBe('libmasker.so');
  });
});

describe('panels', () => {
  it('stay the one that was asked for, wherever a file has it, else Overview', () => {
    expect(visiblePanel(START)).toBe('overview');
    expect(visiblePanel(pressed(START, 'jj'))).toBe('overview');
    expect(visiblePanel(pressed(START, 'jj2'))).toBe('manifest');
    const asked = pressed(START, 'jj5');
    expect(visiblePanel(asked)).toBe('findings');
    expect(visiblePanel(pressed(asked, 'G'))).toBe('overview');
    expect(visiblePanel(pressed(asked, 'Ggjj'))).toBe('findings');
  });

  it('go from a finding to its evidence with Enter, and back to the same finding with Esc', () => {
    const finding = pressed(START, 'jj\rj');
    expect([visiblePanel(finding), finding.panels.findings.cursor]).toEqual(['findings', 1]);
    const evidence = pressed(finding, '\r');
    expect(visiblePanel(evidence)).toBe('manifest');
    const back = pressed(evidence, '\x1b');
    expect([visiblePanel(back), back.panels.findings.cursor, back.focus]).toEqual(['findings', 1, 'panel']);
  });

  it('are left one step at a time, and Esc never quits', () => {
    const deep = pressed(START, 'jj2\tz/zap\r');
    const filterCleared = pressed(deep, '\x1b');
    expect([filterCleared.panels.manifest.filter, filterCleared.zoomed]).toEqual(['', true]);
    const unzoomed = pressed(filterCleared, '\x1b');
    expect([unzoomed.zoomed, unzoomed.focus]).toEqual([false, 'panel']);
    expect(pressed(unzoomed, '\x1b').focus).toBe('list');
    expect(steps(unzoomed, '\x1b\x1b\x1b\x1b').flatMap(({ effects }) => effects)).toEqual([]);
  });

  it('scroll inside an item that is longer than they are before the cursor goes on', () => {
    const small = initialState(EXAMPLE, { columns: 80, rows: 24 });
    const finding = pressed(small, 'jj\r');
    const scrolled = pressed(finding, 'jj');
    expect([scrolled.panels.findings.cursor, scrolled.panels.findings.top]).toEqual([0, 2]);
    expect(pressed(finding, 'j'.repeat(20)).panels.findings.cursor).toBe(1);
  });
});

describe('x', () => {
  it('explains from the list what decides about the file, and says of one without findings that it has none', () => {
    expect(pressed(START, 'jjx').sheet).toEqual({ kind: 'explain', code: 'OCX0410', top: 0 });
    expect(pressed(START, 'jj\rjx').sheet).toMatchObject({ kind: 'explain', code: 'OCX0602' });
    const none = pressed(START, 'x');
    expect([none.sheet, none.message]).toEqual([null, 'explain the finding: there is no finding']);
  });
});

describe('live changes', () => {
  it('mark the file until the cursor has been on it, and stand in the log', () => {
    const changed = rejudged(START, 'hostmetricsreceiver.so', nowLoads);
    const path = '/opt/otelcol/plugins/hostmetricsreceiver.so';
    expect(changed.changes.get(path)).toBe('now loads (was fails) 14:02:11');
    expect(changed.log).toEqual([{ at: '14:02:11', text: 'changed: hostmetricsreceiver.so   x fails -> + loads' }]);
    const on = pressed(changed, 'jjjjj');
    expect(current(on)).toBe('hostmetricsreceiver.so');
    expect(on.changes.has(path)).toBe(true);
    expect(pressed(on, 'j').changes.has(path)).toBe(false);
  });

  it('are followed in the log until someone scrolls up in it', () => {
    const names = ['hostmetricsreceiver.so', 'logdedupprocessor.so', 'attributesprocessor.so'];
    const logged = names.slice(0, 2).reduce((state, name) => rejudged(state, name, nowLoads), START);
    expect(logged.panels.log.cursor).toBe(1);
    const scrolled = pressed(logged, '7\tk');
    expect(panelContent(scrolled).note).toBe('follow off, 1 below');
    expect(rejudged(scrolled, 'attributesprocessor.so', nowLoads).panels.log.cursor).toBe(0);
    expect(rejudged(pressed(scrolled, 'G'), 'attributesprocessor.so', nowLoads).panels.log.cursor).toBe(2);
  });

  it('are seen across the time in which a file is read again', () => {
    const reading = EXAMPLE.plugins.map((record) =>
      record.name === 'librowtag.so' ? { ...record, state: 'settling' as const } : record,
    );
    const during = reduce(START, { type: 'snapshot', snapshot: { ...EXAMPLE, plugins: reading }, at: NOON }).state;
    const refused = EXAMPLE.plugins.map((record) =>
      record.name === 'librowtag.so' && record.state === 'judged'
        ? { ...record, judgement: { ...record.judgement, verdict: 'refused' as const } }
        : record,
    );
    const after = reduce(during, { type: 'snapshot', snapshot: { ...EXAMPLE, plugins: refused }, at: NOON }).state;
    expect([...after.changes.values()]).toEqual(['was loads']);
    expect(after.log.at(-1)?.text).toBe('changed: librowtag.so   + loads -> - refused: 1 component: processor rowtag');
  });

  it('are none when a file is judged for the first time', () => {
    const judged = EXAMPLE.plugins.map((record) =>
      record.state === 'reading' && PLUGINS[0]?.state === 'judged'
        ? { ...PLUGINS[0], path: record.path, name: record.name }
        : record,
    );
    const after = reduce(START, { type: 'snapshot', snapshot: { ...EXAMPLE, plugins: judged }, at: NOON }).state;
    expect(after.changes.size).toBe(0);
  });
});

describe('the key table', () => {
  /** States in which every binding should find its moment. */
  const PLACES = [
    '',
    'jj',
    '/go\r',
    'jj2\t',
    'jj2\t/zap\r',
    'jj\r',
    'jj\r\rj',
    'jj\rj\r',
    '?',
    'jj\rx',
    'z',
    '7\t',
    '3\t',
    '8\t',
  ].map((keys) => pressed(START, keys));

  it('has no dead key: each does something somewhere', () => {
    const logged = rejudged(rejudged(START, 'hostmetricsreceiver.so', nowLoads), 'logdedupprocessor.so', nowLoads);
    const small = pressed(initialState(EXAMPLE, { columns: 80, rows: 24 }), 'jj\rxjj');
    const planning = ['6\t', 'j6\t', 'j6\tJ'].map((keys) => pressed(initialState(CROWDED, { columns: 120, rows: 40 }), keys));
    const validating = reduce(START, {
      type: 'validating',
      paths: [PLUGINS[0]?.path ?? ''],
      opening: { seconds: 10 },
      at: NOON,
    }).state;
    for (const binding of BINDINGS) {
      for (const bound of binding.keys) {
        const alive = [
          ...PLACES,
          ...planning,
          pressed(DESCRIBED, 'j'),
          pressed(DESCRIBED, 'j4\t'),
          small,
          validating,
          pressed(logged, '7\t/changed\r'),
        ].some((state) => {
          if (commandOf(state, bound) !== binding.command) return false;
          const after = reduce(state, { type: 'key', key: bound, at: 99_999 });
          return after.effects.length > 0 || written(after.state) !== written(state);
        });
        expect(alive, `${bound} (${binding.command})`).toBe(true);
      }
    }
  });

  it('hints at nothing that does nothing, wherever keys lead', () => {
    const anyKey = fc.constantFrom(
      'j',
      'k',
      'G',
      'g',
      '\r',
      '\t',
      '\x1b',
      '1',
      '2',
      '5',
      '7',
      '[',
      ']',
      '/',
      'z',
      ' ',
      's',
      '=',
      'y',
      'x',
      '?',
      ':',
      'n',
      'l',
      'h',
      '4',
      'a',
      'r',
      '\x04',
      '\x15',
    );
    fc.assert(
      fc.property(fc.array(anyKey, { maxLength: 14 }), (keys) => {
        let state = pressed(DESCRIBED, 'j');
        for (const one of keys) state = pressed(state, one);
        // A question stands where the hints would.
        if (state.ask || state.input || state.sheet?.kind === 'pick' || state.sheet?.kind === 'palette') return;
        const { hints, wayOut } = hintsOf(state);
        for (const { keys: names } of [...hints, ...(wayOut ? [wayOut] : [])]) {
          const name = names.split(' ').find((part) => part !== '1-8') ?? '';
          const bound = { Enter: 'enter', Tab: 'tab', Esc: 'escape' }[name] ?? name;
          const after = reduce(state, { type: 'key', key: bound, at: 99_999 });
          const changed = after.effects.length > 0 || written(after.state) !== written(state);
          expect(changed, `${names} after ${JSON.stringify(keys.join(''))}`).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps cursors on what is there, whatever is pressed at whatever size', () => {
    const anyKey = fc.constantFrom(
      'j',
      'k',
      'G',
      'g',
      '\r',
      '\t',
      '\x1b',
      '1',
      '2',
      '5',
      '7',
      ']',
      '4',
      'r',
      '/',
      'a',
      'z',
      ' ',
      '=',
      'x',
      '?',
      '\x04',
      '\x15',
      '\x1b[6~',
      '\x1b[5~',
    );
    fc.assert(
      fc.property(
        fc.array(anyKey, { maxLength: 20 }),
        fc.integer({ min: 40, max: 130 }),
        fc.integer({ min: 12, max: 45 }),
        (keys, columns, rows) => {
          let state = pressed(initialState(TWO_COMPONENTS, { columns, rows }), 'j');
          for (const one of keys) state = pressed(state, one);
          const { top, current: path } = state.list;
          const index = listedRecords(state).findIndex((record) => record.path === path);
          if (listedRecords(state).length > 0) expect(index).toBeGreaterThanOrEqual(top);
          expect(recordOf(state, path)).not.toBeNull();
          for (const panel of Object.values(state.panels)) expect(Math.min(panel.cursor, panel.top)).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
