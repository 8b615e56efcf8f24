import { resolve } from 'node:path';
import { PlaceError } from '../catalog/discovery.js';
import { type COMPONENT_LISTS, refuseUnknown } from './fields.js';
import { type Field, fieldText, type Positions } from './positions.js';
import { optional, record, required } from './values.js';

export type ComponentList = (typeof COMPONENT_LISTS)[number];

/** One Go module entry, with ocb's meaning of the keys (cmd/builder/internal/builder/config.go: Module). */
export interface ModuleEntry {
  /** `go.opentelemetry.io/collector/receiver/otlpreceiver`. */
  readonly module: string;
  /** `v0.165.0`. */
  readonly version: string;
  /** The package with `NewFactory`; the module itself unless `import:` says another. */
  readonly importPath: string;
  /** A local folder that stands in for the module, absolute; null for what is downloaded. */
  readonly folder: string | null;
  /** The line of `path:`, where there is one. */
  readonly folderLine: number;
  /** `receivers[0]`, `plugins[1].processors[0]`. */
  readonly field: string;
  readonly line: number;
}

export interface ComponentEntry extends ModuleEntry {
  readonly list: ComponentList;
}

/** The components of a list, which may be missing. @throws PlaceError naming the line and field that is wrong. */
export function components(
  parent: Record<string, unknown>,
  list: ComponentList,
  field: Field,
  at: Positions,
  directory: string,
): ComponentEntry[] {
  return modules(parent, list, field, at, directory).map((entry) => ({ ...entry, list }));
}

/** The modules of a list, which may be missing. @throws PlaceError naming the line and field that is wrong. */
export function modules(
  parent: Record<string, unknown>,
  list: string,
  inside: Field,
  at: Positions,
  directory: string,
): ModuleEntry[] {
  const entries = parent[list];
  if (entries === undefined || entries === null) return [];
  const listField = [...inside, list];
  if (!Array.isArray(entries)) return at.wrong(listField, 'must be a list of Go modules');
  return entries.map((value: unknown, index): ModuleEntry => {
    const field = [...listField, index];
    const entry = record(value, field, at);
    refuseUnknown(entry, inside.length > 0 ? 'a component' : 'a module', field, at);
    const gomod = required(entry, [...field, 'gomod'], at).trim();
    const [module = '', version, ...rest] = gomod.split(/\s+/);
    if (version === undefined || rest.length > 0 || !/^v\d/.test(version))
      at.wrong(
        [...field, 'gomod'],
        'must be a module and its version: go.opentelemetry.io/collector/receiver/otlpreceiver v0.165.0',
      );
    const path = optional(entry, [...field, 'path'], at);
    const folder = path === null || path === '' ? null : resolve(directory, path);
    return {
      module,
      version: version ?? '',
      importPath: optional(entry, [...field, 'import'], at) ?? module,
      folder,
      folderLine: at.line([...field, 'path']),
      field: fieldText(field),
      line: at.line(field),
    };
  });
}

/** One component twice, or one module in two versions: the Collector would refuse the first, Go would silently raise the second. */
export function refuseTwice(entries: readonly ComponentEntry[], at: Positions): void {
  const imports = new Map<string, ComponentEntry>();
  const versions = new Map<string, ComponentEntry>();
  for (const entry of entries) {
    const place = `${at.place([]).replace(/:\d+$/, '')}:${entry.line}: ${entry.field}`;
    const same = imports.get(`${entry.list} ${entry.importPath}`);
    if (same) throw new PlaceError(`${place}: ${entry.importPath} is there already: ${same.field} of line ${same.line}`);
    imports.set(`${entry.list} ${entry.importPath}`, entry);
    const other = versions.get(entry.module);
    if (other && other.version !== entry.version)
      throw new PlaceError(
        `${place}: ${entry.module} ${entry.version}, but ${other.field} of line ${other.line} asks for ${other.version}: host and plugins share one version of each module`,
      );
    versions.set(entry.module, entry);
  }
}

const CORE = /^go\.opentelemetry\.io\/collector\//;
const CONTRIB = /^github\.com\/open-telemetry\/opentelemetry-collector-contrib\//;

/** Where a build file asks for a module: `/project/ocx-build.yaml:12: processors[0].gomod`. */
export function placeOfModule({ file }: { readonly file: string }, { line, field }: ModuleEntry): string {
  return `${file}:${line}: ${field}.gomod`;
}

/** The entry of the highest v0 of core, else of contrib, which follows core's numbers. */
export function newestOf(entries: readonly ModuleEntry[]): ModuleEntry | null {
  for (const family of [CORE, CONTRIB]) {
    const minors = entries
      .filter(({ module }) => family.test(module))
      .flatMap((entry) => {
        const match = /^v0\.(\d+)\.(\d+)$/.exec(entry.version);
        return match ? [{ entry, order: Number(match[1]) * 10_000 + Number(match[2]) }] : [];
      });
    const [highest] = minors.sort((a, b) => b.order - a.order);
    if (highest) return highest.entry;
  }
  return null;
}
