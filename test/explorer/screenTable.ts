import type { Probe } from '../../source/catalog/probe.js';
import type { CatalogSnapshot } from '../../source/catalog/record.js';
import { reduce } from '../../source/explorer/reducer.js';
import { initialState, recordOf, type State } from '../../source/explorer/state.js';
import { ONE_COMPONENT, TWO_COMPONENTS } from './described.js';
import { EXAMPLE, HOST } from './example.js';
import { CROWDED, PLANNED } from './planExample.js';
import { pressed } from './still.js';
import { detailsOf, symbolTable } from './symbolTable.js';

const EMPTY: CatalogSnapshot = { ...EXAMPLE, plugins: [] };
const CANNOT: CatalogSnapshot = {
  ...EXAMPLE,
  host: { ...HOST, title: 'otelcol v0.149.0', cannotLoad: 'built with CGO_ENABLED=0' },
};
const HOSTS = ['/opt/otelcol/otelcol-custom', '/opt/otelcol/otelcol-edge'];
const NO_HOST: CatalogSnapshot = { ...EXAMPLE, host: { state: 'absent', because: 'two candidates: otelcol, otelcol-custom' } };

const NOON = new Date(2026, 10, 23, 14, 2, 11);

/** Symbols and sections, for the panels that read them. */
function detailed(state: State): State {
  const record = recordOf(state, state.shown);
  if (record?.state !== 'judged' || !record.evidence) return state;
  const of = detailsOf(symbolTable(103_412));
  return reduce(state, { type: 'details', details: { evidence: record.evidence, state: 'read', of } }).state;
}

/** What opening the first plugins that load showed. */
const PROBES: readonly Probe[] = [
  probeOf('loads', null, 38, true),
  probeOf('panics', 'panic while opening it: no licence', 61, null),
  probeOf('fails', 'plugin.Open: plugin was built with a different version of package internal/abi', 29, false),
];

function probeOf(outcome: Probe['outcome'], message: string | null, milliseconds: number, asPredicted: boolean | null): Probe {
  const components = outcome === 'loads' ? [{ kind: 'processor', type: 'batch', stability: { traces: 'Beta' } }] : [];
  return { outcome, message, components, milliseconds, asPredicted };
}

/** The first so many plugins validated: read, judged, and opened where they load. */
function validating(state: State, count: number): State {
  const plugins = EXAMPLE.plugins.filter(({ order }) => order !== null);
  const paths = plugins.map(({ path }) => path);
  let current = reduce(state, { type: 'validating', paths, opening: { seconds: 10 }, at: NOON }).state;
  const probes = PROBES.values();
  for (const [index, record] of plugins.slice(0, count).entries()) {
    const loads = record.state === 'judged' && record.judgement.verdict === 'loads';
    const probe = loads ? (probes.next().value ?? null) : null;
    const result = { record, milliseconds: 12 + index };
    current = reduce(current, { type: 'rechecked', path: record.path, at: NOON, result, probe }).state;
  }
  return current;
}

const validated = (state: State): State =>
  reduce(validating(state, EXAMPLE.plugins.length), { type: 'validated', at: NOON }).state;

/** In the fourth second, three are done. */
function running(state: State): State {
  let current = validating(state, 3);
  for (let second = 0; second < 4; second++) current = reduce(current, { type: 'second' }).state;
  return current;
}

/** The state that a screen shows: keys, and what they would have had read. */
export function screenState([snapshot, keys, more]: ScreenOf, columns: number, rows: number): State {
  const state = pressed(reduce(initialState(snapshot, { columns, rows }), { type: 'follow' }).state, keys);
  return more ? more(state) : state;
}

export type ScreenOf = readonly [snapshot: CatalogSnapshot, keys: string, more?: (state: State) => State];

/** Keys that lead to each screen. */
export const SCREENS: Readonly<Record<string, ScreenOf>> = {
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
  'pick-host': [EXAMPLE, '', (state) => reduce(state, { type: 'found places', of: 'host', paths: HOSTS }).state],
  symbols: [EXAMPLE, 'jj3\tjj', detailed],
  'symbols-raw': [EXAMPLE, 'jj3\tt', detailed],
  sections: [EXAMPLE, 'jj8\tj', detailed],
  'sections-filter': [EXAMPLE, 'jj8\t/no', detailed],
  dependencies: [EXAMPLE, 'jj8\td', detailed],
  components: [ONE_COMPONENT, 'j4\tjj'],
  'components-preview': [ONE_COMPONENT, 'j4'],
  'components-config': [ONE_COMPONENT, 'j4\tjj\tjjj'],
  'components-all': [ONE_COMPONENT, 'j4\ta'],
  'components-required': [ONE_COMPONENT, 'j4\tr'],
  'components-filter': [ONE_COMPONENT, 'j4\t/span'],
  'components-field': [ONE_COMPONENT, 'j4\tj\r'],
  'components-no-schema': [TWO_COMPONENTS, 'j4\tG'],
  'components-export': [ONE_COMPONENT, 'j4\te'],
  'load-plan': [PLANNED, 'j6\t'],
  'load-plan-tried': [CROWDED, 'jj6\to'],
  'load-plan-page': [PLANNED, 'j6\t\r'],
  log: [EXAMPLE, '7\t', validated],
  'log-running': [EXAMPLE, '7\t', running],
  'quit-running': [EXAMPLE, '7\t', (state) => pressed(running(state), 'q')],
  'write-to': [EXAMPLE, 'jj\rw'],
  filter: [EXAMPLE, '/go !loads'],
  'filter-finds-nothing': [EXAMPLE, '/nosuch\r'],
  damaged: [EXAMPLE, 'jjjjjjjjjjj'],
  'still-reading': [EXAMPLE, 'jjjjjjjjjjjj'],
  empty: [EMPTY, ''],
  'host-cannot-load': [CANNOT, ''],
  'no-host': [NO_HOST, ''],
};
export const SIZES = [
  [120, 40],
  [80, 24],
  [40, 12],
] as const;
