import { describe, expect, it } from 'vitest';
import type { CatalogSnapshot } from '../../source/catalog/record.js';
import { reduce } from '../../source/explorer/reducer.js';
import { initialState, recordOf, type State } from '../../source/explorer/state.js';
import { EXAMPLE, HOST } from './example.js';
import { frameOf, pressed } from './still.js';
import { detailsOf, symbolTable } from './symbolTable.js';

/** What a file could hold to take over the terminal of whoever looks at it. */
const HOSTILE = [
  '\x1b]52;c;cm0gLXJmIC8=\x07',
  '\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x1b\\',
  '\x1b]0;title\x07',
  '\x1b[8mhidden\x1b[28m',
  '\x1b[2J\x1b[H',
  '\x9b31m\x90q\x9c',
  '\r\n\t\b\x00\x7f',
  '\u202egpj.exe\u2066\u200b\u2028\ufeff',
];

/** Takes the next hostile text each time, so that every one of them comes to many places. */
function poison(round: number): <T>(value: T) => T {
  let next = round;
  const poisoned = <T>(value: T): T => {
    if (typeof value === 'string')
      return (WORDS.has(value) ? value : `${value.slice(0, 3)}${HOSTILE[next++ % HOSTILE.length]}${value.slice(3)}`) as T;
    if (Array.isArray(value)) return value.map(poisoned) as T;
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, poisoned(item)])) as T;
  };
  return poisoned;
}

const WORDS = new Set([
  ...[
    'judged',
    'reading',
    'ignored',
    'settling',
    'read',
    'absent',
    'unreadable',
    'directories',
    'elf',
    'little',
    'note',
    'go',
    'rust',
    'c',
  ],
  ...['loads', 'fails', 'refused', 'crashes', 'unknown', 'warning', 'ok', 'none', 'field', 'dependency', 'claim', 'about'],
  ...['x', '!', '?', '-', '~', '=', ' ', 'OCX0410', 'OCX0602'],
]);

/** Every place of the screen that shows text of a file. */
const WAYS = ['', 'jj', 'jj2\t=', 'jj\r\r', 'jj\rx', 'jj\rjy', 'Gk', 'G', '/\x1b[200~\x1b]0;x\x07\x1b[201~', '7\t', ':\x07', '?'];

function details(state: State, text: string): State {
  const record = recordOf(state, state.shown);
  if (record?.state !== 'judged' || !record.evidence) return state;
  const table = symbolTable(20);
  const symbols = { ...table, name: () => `name${text}` };
  return reduce(state, { type: 'details', details: { evidence: record.evidence, state: 'read', of: detailsOf(symbols) } }).state;
}

describe('hostile text', () => {
  it.each([0, 3])('reaches no frame from any record, on any screen (round %d)', (round) => {
    const poisoned = poison(round);
    const text = HOSTILE.join('');
    const snapshot: CatalogSnapshot = poisoned({ ...EXAMPLE, problems: ['problem'] });
    const hosts: CatalogSnapshot[] = [
      snapshot,
      { ...snapshot, problems: [], host: poisoned({ state: 'absent', because: 'reason' } as const) },
      { ...snapshot, problems: [], host: poisoned({ ...HOST, cannotLoad: 'reason' }) },
      { ...snapshot, plugins: [] },
    ];
    const states = [
      ...WAYS.map((keys) => pressed(initialState(snapshot, { columns: 120, rows: 40 }), keys)),
      ...hosts.map((one) => initialState(one, { columns: 80, rows: 24 })),
      ...['3\t', '3\t\r', '8\t'].map((keys) => details(pressed(initialState(snapshot, { columns: 120, rows: 40 }), keys), text)),
      reduce(initialState(EXAMPLE, { columns: 120, rows: 40 }), { type: 'snapshot', snapshot, at: new Date(0) }).state,
    ];
    for (const state of states) {
      const styled = frameOf(state);
      const frame = styled.replace(/\x1b\[[0-9;]*m/g, '');
      expect(frame).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/);
      expect(styled).not.toMatch(/\x1b\[(?:8|28)m/);
      expect(frame.split('\n')).toHaveLength(state.size.rows);
    }
  });
});
