import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Field, fieldText, type Positions } from '../positions.js';

/** `cargo:` of a plugin: the Rust package its `.so` is built from. */
export interface CargoEntry {
  readonly source: CargoSource;
  /** Features to switch on besides the default ones. */
  readonly features: readonly string[];
  /** `plugins[1].cargo`. */
  readonly field: string;
  readonly line: number;
}

export type CargoSource =
  | { readonly kind: 'folder' /** Absolute; holds Cargo.toml. */; readonly folder: string }
  | { readonly kind: 'registry'; readonly crate: string /** Exactly this one: `1.2.3`. */; readonly version: string };

const KEYS = ['path', 'crate', 'version', 'features'] as const;
const CRATE = /^[a-zA-Z][\w-]{0,63}$/;
const VERSION = /^\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/;

/**
 * Reads `cargo:` of a plugin; null when there is none.
 * @param value what stands there, @param field where: `plugins`, 1, `cargo`.
 * @param directory what a relative `path` is relative to.
 * @throws PlaceError naming the line and the field that is wrong.
 */
export function cargoEntry(value: unknown, field: Field, at: Positions, directory: string): CargoEntry | null {
  if (value === undefined) return null;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return at.wrong(field, `must be a mapping of ${words}`);
  const entry: Readonly<Record<string, unknown>> = { ...value };
  for (const key of Object.keys(entry))
    if (!KEYS.some((known) => known === key)) at.wrong([...field, key], `is not a field of cargo (${KEYS.join(', ')})`);
  return {
    source: sourceOf(entry, field, at, directory),
    features: featuresOf(entry.features, [...field, 'features'], at),
    field: fieldText(field),
    line: at.line(field),
  };
}

const words = 'path, or crate and version';

function sourceOf(entry: Readonly<Record<string, unknown>>, field: Field, at: Positions, directory: string): CargoSource {
  const text = (key: 'path' | 'crate' | 'version'): string | null => {
    const value = entry[key];
    if (value === undefined) return null;
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    // `version: 1.10` is a number for YAML.
    if (typeof value === 'number') return at.written([...field, key]) ?? String(value);
    return at.wrong([...field, key], value === '' ? 'must not be empty' : 'must be a text');
  };
  const [path, crate, version] = [text('path'), text('crate'), text('version')];
  if (path !== null) {
    if (crate !== null) at.wrong([...field, 'crate'], `can't stand beside path: give ${words}`);
    if (version !== null) at.wrong([...field, 'version'], "can't stand beside path: a folder has the version of its Cargo.toml");
    const folder = resolve(directory, path);
    if (!existsSync(join(folder, 'Cargo.toml'))) at.wrong([...field, 'path'], `has no Cargo.toml: ${folder}`);
    return { kind: 'folder', folder };
  }
  if (crate === null) return at.wrong(field, `needs ${words}`);
  if (!CRATE.test(crate)) at.wrong([...field, 'crate'], 'must be the name of a crate');
  if (version === null) return at.wrong(field, 'needs the version of the crate: version: 1.2.3');
  if (!VERSION.test(version)) at.wrong([...field, 'version'], 'must be one version in full: 1.2.3');
  return { kind: 'registry', crate, version };
}

function featuresOf(value: unknown, field: Field, at: Positions): string[] {
  if (value === undefined || value === null) return [];
  const items: readonly unknown[] = Array.isArray(value) ? value : at.wrong(field, 'must be a list of features');
  return items.map((item, index) =>
    typeof item === 'string' && /^[\w][\w+./-]*$/.test(item)
      ? item
      : at.wrong([...field, index], 'must be the name of a feature'),
  );
}
