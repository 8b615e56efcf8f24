import type { CatalogSnapshot, JudgedRecord, PluginRecord } from '../../source/catalog/record.js';
import { FILTER } from '../components/example.js';
import { EXAMPLE } from './example.js';

/** A second component in the same plugin, of which no schema is known. */
const HOSTMETRICS = {
  kind: 'receiver',
  type: 'hostmetrics',
  module: 'example.com/hostmetrics',
  version: 'v1.2.3',
  stability: { metrics: 'beta', logs: 'development' },
};

function withDescriptors(record: JudgedRecord, components: readonly unknown[]): JudgedRecord {
  const { evidence } = record;
  if (!evidence) return record;
  const text = JSON.stringify({ format_version: 1, components });
  const descriptors = { carrier: 'note', offset: 0xa80, size: text.length, text } as const;
  return { ...record, evidence: { ...evidence, manifest: { ...evidence.manifest, descriptors } } };
}

/** The example, in which the second plugin brings these components. */
export function described(components: readonly unknown[]): CatalogSnapshot {
  const plugins = EXAMPLE.plugins.map(
    (record, index): PluginRecord => (index === 1 && record.state === 'judged' ? withDescriptors(record, components) : record),
  );
  return { ...EXAMPLE, plugins };
}

export const ONE_COMPONENT = described([FILTER]);
export const TWO_COMPONENTS = described([FILTER, HOSTMETRICS]);
