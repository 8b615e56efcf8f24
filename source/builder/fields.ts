import { edits } from '../verdict/nearestCodes.js';
import type { Field, Positions } from './positions.js';

/** The five kinds of components, as ocb and the Collector name their lists. */
export const COMPONENT_LISTS = ['receivers', 'processors', 'exporters', 'connectors', 'extensions'] as const;

/**
 * What a build file may hold: ocb's own fields (the mapstructure tags of go.opentelemetry.io/collector/cmd/builder,
 * internal/builder/config.go, v0.149.0 and v0.165.0), those that earlier releases took, and ours. ocb passes over any other;
 * here it is refused: a misspelled `plugins` would be a Collector without them.
 */
const FIELDS = {
  // Config; ours: plugins, hermetic.
  'a build file': [
    'dist',
    ...COMPONENT_LISTS,
    'telemetry',
    'providers',
    'converters',
    'replaces',
    'excludes',
    'conf_resolver',
    'plugins',
    'hermetic',
  ],
  // Distribution; of 0.165 use_absolute_replace_paths and resource; of earlier releases otelcol_version and include_core.
  dist: [
    'module',
    'name',
    'go',
    'description',
    'output_path',
    'version',
    'build_tags',
    'debug_compilation',
    'cgo_enabled',
    'use_absolute_replace_paths',
    'resource',
    'otelcol_version',
    'include_core',
  ],
  // Module; of earlier releases core.
  'a module': ['gomod', 'import', 'name', 'path', 'core'],
  // ConfResolver.
  conf_resolver: ['default_uri_scheme'],
  // Ours.
  'a component': ['gomod', 'import', 'name', 'path'],
  hermetic: ['base', 'go', 'rust', 'node'],
  'a plugin': ['name', 'version', 'cargo', ...COMPONENT_LISTS],
} as const;

/** @throws PlaceError naming the first field that does not belong there, its line, and the field that was meant. */
export function refuseUnknown(
  mapping: Readonly<Record<string, unknown>>,
  what: keyof typeof FIELDS,
  field: Field,
  at: Positions,
): void {
  const known: readonly string[] = FIELDS[what];
  for (const key of Object.keys(mapping)) {
    if (known.includes(key) || (field.length === 0 && holdsAnchors(key))) continue;
    const near = nearest(key, known);
    const place = [...field, key];
    at.wrong(place, `is not a field of ${what}${near === null ? ` (${known.join(', ')})` : `; nearest: ${near}`}`);
  }
}

/** `x-versions: &core v0.165.0`: the YAML habit of a section that only holds what others refer to. */
function holdsAnchors(key: string): boolean {
  return key.startsWith('x-') || key.startsWith('.');
}

/** The field that was likely meant; null when none is like it. */
function nearest(written: string, known: readonly string[]): string | null {
  const [best] = known.map((field) => ({ field, far: edits(written.toLowerCase(), field) })).sort((a, b) => a.far - b.far);
  return best && best.far <= Math.max(1, Math.floor(best.field.length / 3)) ? best.field : null;
}
