import type { Descriptor, DescriptorFault } from '../components/descriptor.js';
import { byKindAndType } from '../components/kinds.js';
import { describedIn } from '../components/readDescriptors.js';
import type { Evidence } from '../evidence/evidence.js';
import type { Verdict } from '../verdict/judgement.js';
import type { CatalogSnapshot } from './record.js';

/** A component of the Collector or of a plugin, as its file describes it. */
export interface ListedComponent {
  readonly descriptor: Descriptor;
  readonly origin: Origin;
}

export type Origin =
  | { readonly from: 'built-in' }
  | { readonly from: 'plugin'; readonly path: string; readonly name: string; readonly verdict: Verdict };

/** A file, and why something is missing of it. */
export interface Missing {
  readonly path: string;
  readonly because: string;
}

export interface ComponentListing {
  /** By kind in the order of a pipeline, then by type, then built-in ones before those of plugins in load order. */
  readonly components: readonly ListedComponent[];
  /** Plugins that would not load: their components are listed, and are not to be had. */
  readonly notLoaded: readonly Missing[];
  /** Files that don't say what they bring, or say it wrong. */
  readonly undescribed: readonly Missing[];
}

/** Everything the host and the plugins of a place bring, by the descriptors in their files. Nothing is run. */
export function listComponents({ host, plugins }: Pick<CatalogSnapshot, 'host' | 'plugins'>): ComponentListing {
  const components: ListedComponent[] = [];
  const notLoaded: Missing[] = [];
  const undescribed: Missing[] = [];
  const add = (path: string, evidence: Evidence, origin: Origin) => {
    const reading = describedIn(evidence.manifest.descriptors);
    for (const descriptor of reading?.components ?? []) components.push({ descriptor, origin });
    if (!reading) undescribed.push({ path, because: 'carries no descriptors' });
    else if (reading.faults.length > 0) undescribed.push({ path, because: faultText(reading.faults) });
  };
  if (host.state === 'read') add(host.path, host.evidence, { from: 'built-in' });
  for (const record of plugins) {
    if (record.state !== 'judged') continue;
    const { path, name, evidence, cause } = record;
    const { verdict } = record.judgement;
    if (verdict !== 'loads') notLoaded.push({ path, because: cause });
    if (evidence) add(path, evidence, { from: 'plugin', path, name, verdict });
  }
  components.sort((a, b) => byKindAndType(a.descriptor, b.descriptor));
  return { components, notLoaded, undescribed };
}

function faultText([first, ...more]: readonly DescriptorFault[]): string {
  const others = more.length === 0 ? '' : `, and ${more.length} more`;
  return `descriptors: ${[first?.field, first?.problem].filter(Boolean).join(' ')}${others}`;
}
