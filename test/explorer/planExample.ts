import { atPlace, candidateOf } from '../../source/catalog/planned.js';
import type { CatalogSnapshot, JudgedRecord } from '../../source/catalog/record.js';
import type { Evidence, LinkHash } from '../../source/evidence/evidence.js';
import { planOf } from '../../source/plan/plan.js';
import { EXAMPLE } from './example.js';

const OTTL = 'github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl';

/** Which version of ottl a plugin brings, by its place. */
type Versions = Readonly<Record<number, string>>;

/** The example's plugins with what they bring to the process; alone logdedup loads. */
function bringing(record: JudgedRecord, versions: Versions): JudgedRecord {
  const { evidence, name, order } = record;
  if (!evidence?.go || record.language !== 'go') return { ...record, evidence: evidence && { ...evidence, go: null } };
  const version = versions[order ?? 0];
  const hashes = version === undefined ? [] : Array.from({ length: order === 2 ? 41 : 9 }, (_, index) => hashOf(index, version));
  const go: Evidence['go'] = {
    ...evidence.go,
    pluginPath: `example.com/plugins/${name}`,
    linkHashes: [...hashes, { package: `example.com/plugins/${name}`, hash: name, offset: 0x17c_9a40 }],
    buildInfo: evidence.go.buildInfo && {
      ...evidence.go.buildInfo,
      deps: version === undefined ? [] : [{ path: OTTL, version, sum: '', replace: null }],
    },
  };
  const alone = order === 5 ? { ...record.alone, verdict: 'loads' as const, load: 'loads' as const, findings: [] } : record.alone;
  return { ...record, evidence: { ...evidence, go }, alone };
}

function hashOf(index: number, version: string): LinkHash {
  const name = ['', '/ottlfuncs', '/internal/grammar'][index] ?? `/contexts/context${index}`;
  return { package: `${OTTL}${name}`, hash: `${version} ${index}`, offset: 0x17c_9a40 + 40 * index };
}

function planned(versions: Versions): CatalogSnapshot {
  const brought = EXAMPLE.plugins.map((record) => (record.state === 'judged' ? bringing(record, versions) : record));
  const judged = brought.filter((record) => record.state === 'judged');
  const plan = planOf(
    judged.map((record) => candidateOf(record, record.order ?? 0)),
    {
      opens: 'what is not refused',
      hashOf: (name) => (name.startsWith(OTTL) || name.startsWith('example.com/plugins/') ? null : 'the host has it'),
      moduledataSize: 592,
      components: [],
    },
  );
  return {
    ...EXAMPLE,
    plugins: brought.map((record) => (record.state === 'judged' ? atPlace(record, plan.steps[judged.indexOf(record)]) : record)),
    plan,
  };
}

/** The example with its load plan: no order loads both filter and logdedup. */
export const PLANNED = planned({ 2: 'v0.149.0', 5: 'v0.148.0' });

/** The first keeps two others out, which get along. */
export const CROWDED = planned({ 1: 'v0.148.0', 2: 'v0.149.0', 5: 'v0.149.0' });
