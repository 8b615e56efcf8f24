import type { ComponentListing, ListedComponent } from '../../catalog/components.js';
import { FORMAT_VERSION } from '../output/report.js';

/** The JSON of `ocx components` (spec/components.schema.json). Fields are added, never renamed or dropped. */
export function componentsReport({ notLoaded, undescribed }: ComponentListing, components: readonly ListedComponent[]) {
  return {
    format_version: FORMAT_VERSION,
    components: components.map(componentReport),
    not_loaded: notLoaded,
    undescribed,
  };
}

function componentReport({ descriptor, origin }: ListedComponent) {
  const { kind, type, module, version, stability, configSchema, defaultConfig, docs, description } = descriptor;
  return {
    kind,
    type,
    module,
    version,
    origin: origin.from === 'plugin' ? origin.path : origin.from,
    stability: Object.fromEntries(Object.entries(stability).sort(([a], [b]) => (a < b ? -1 : 1))),
    config_schema: configSchema,
    default_config: defaultConfig,
    docs,
    description,
    warnings: descriptor.warnings,
    default_config_faults: descriptor.defaultConfigFaults,
    verdict: origin.from === 'plugin' ? origin.verdict : null,
  };
}
