import { describe, expect, it } from 'vitest';
import { scan } from '../../source/catalog/scan.js';
import { readDetails } from '../../source/explorer/readDetails.js';
import { reduce } from '../../source/explorer/reducer.js';
import { initialState, recordOf, type State } from '../../source/explorer/state.js';
import { drawn, pressed } from './still.js';

const KEYS = 50;
const SIZE = { columns: 120, rows: 40 };
const place = { paths: ['fixtures/plugins'], kind: 'directories' as const };
const START = initialState(scan({ place, host: 'fixtures/otelcol', recursive: false, now: 0 }), SIZE);

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const worst = (values: readonly number[]) => Math.max(...values);
const costs = (states: readonly State[]) => drawn(states, { level: 3 }).map((written) => Buffer.byteLength(written));

/** What each of these keys costs, one after the other. */
function keyCosts(state: State, key: string, count = KEYS): number[] {
  const states = [state];
  for (let index = 0; index < count; index++) states.push(pressed(states.at(-1) ?? state, key, index * 1000));
  return costs(states);
}

/** In the symbols of the file of a hundred thousand of them. */
function inManySymbols(): { state: State; close: () => void } {
  const found = pressed(START, '/c-many\r\x1b');
  const state = pressed(found, '3\t');
  const record = recordOf(state, state.shown);
  if (record?.state !== 'judged' || !record.evidence) throw new Error('the fixture is gone');
  const details = readDetails(record.path);
  return {
    state: reduce(state, { type: 'details', details: { evidence: record.evidence, state: 'read', of: details } }).state,
    close: details.close,
  };
}

describe(`bytes at 120x40 in 24-bit colour, over the real fixtures, ${KEYS} keys each`, () => {
  it('moves, scrolls and pages in 100,000 symbols', () => {
    const { state, close } = inManySymbols();
    const height = 22;
    // Up and down on one screen; then the cursor at its edge, so that every key scrolls.
    const moves = [
      ...keyCosts(state, 'j', 19),
      ...keyCosts(pressed(state, 'j'.repeat(19)), 'k', 19),
      ...keyCosts(state, 'j', 12),
    ];
    const down = keyCosts(pressed(state, `j`.repeat(height)), 'j');
    const up = keyCosts(pressed(state, `G${'k'.repeat(height)}`), 'k');
    const pages = [...keyCosts(state, '\x1b[6~', 25), ...keyCosts(pressed(state, 'G'), '\x1b[5~', 25)];
    close();
    console.info(
      `symbols: move ${median(moves)} B median, ${worst(moves)} worst; line down ${median(down)}/${worst(down)}, up ${median(up)}/${worst(up)}; page ${median(pages)}/${worst(pages)}`,
    );
    expect(moves).toHaveLength(KEYS);
    expect(median(moves)).toBeLessThanOrEqual(130);
    expect(worst([...down, ...up])).toBeLessThanOrEqual(400);
    expect(median(pages)).toBeLessThanOrEqual(1500);
    expect(worst(pages)).toBeLessThanOrEqual(2500);
  });

  it.each(['', '1', '2', '5'])('moves in the list with the panel following, in panel "%s"', (panel) => {
    const states = [pressed(START, panel)];
    for (let index = 0; index < KEYS; index++) {
      const moved = reduce(states.at(-1) ?? START, { type: 'key', key: index < 45 ? 'j' : 'k', at: index * 1000 }).state;
      states.push(moved, reduce(moved, { type: 'follow' }).state);
    }
    const bytes = costs(states);
    const both = Array.from({ length: KEYS }, (_, index) => (bytes[2 * index] ?? 0) + (bytes[2 * index + 1] ?? 0));
    console.info(`list with panel ${panel || 'as it opens'}: ${median(both)} B median, ${worst(both)} worst`);
    // The worst is from a file of which nothing can be read to one of which all can: every row is new.
    expect(worst(both)).toBeLessThanOrEqual(1200);
  });
});
