import { inflateSync } from 'node:zlib';
import { type Bytes, decodeText } from '../reader/cursor.js';
import type { ReadProblem } from '../reader/errors.js';

export interface RustCrate {
  readonly name: string;
  readonly version: string;
  /** `crates.io`, `git`, `local`, `registry`, or another word. */
  readonly source: string;
  /** Linked in, or only needed to build. */
  readonly kind: 'runtime' | 'build';
}

/** auditable-info: the default of Limits. A crate takes some 80 bytes, so this is far above any real list. */
const MAX_INFLATED = 8 * 1024 * 1024;
const MAX_CRATES = 100_000;

/**
 * The crates a Rust file was built from, as cargo-auditable writes them to `.dep-v0`: zlib-compressed JSON
 * (cargo-auditable.schema.json; auditable-serde: VersionInfo).
 *
 * Null when the list can't be read; an entry that isn't as the schema says is left out. Both go to `onProblem`. At most
 * 8 MB are inflated. Never throws a `FormatError`.
 */
export function readAuditableCrates(section: Bytes, onProblem: (problem: ReadProblem) => void): readonly RustCrate[] | null {
  const report = (problem: string): null => {
    onProblem({ field: '.dep-v0', offset: section.start, problem });
    return null;
  };
  const json = inflate(section);
  if (json === null) return report(`is not zlib data, or more than ${MAX_INFLATED / 1024 / 1024} MB of it`);
  const value = parseJson(json);
  if (!isRecord(value) || !Array.isArray(value.packages)) return report('is not JSON with a list of packages');
  const packages: readonly unknown[] = value.packages;
  if (packages.length > MAX_CRATES) return report(`lists ${packages.length} packages`);
  const crates = packages.map(readCrate);
  const malformed = crates.filter((crate) => crate === null).length;
  if (malformed > 0) report(`has ${malformed} packages that are not as its schema says`);
  return crates.filter((crate) => crate !== null);
}

function inflate(section: Bytes): string | null {
  try {
    return decodeText(inflateSync(section.raw(0, section.length, '.dep-v0'), { maxOutputLength: MAX_INFLATED }));
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** `kind` is left out for what is linked in. */
function readCrate(value: unknown): RustCrate | null {
  if (!isRecord(value)) return null;
  const { name, version, source, kind = 'runtime' } = value;
  if (typeof name !== 'string' || typeof version !== 'string' || typeof source !== 'string') return null;
  if (kind !== 'runtime' && kind !== 'build') return null;
  return { name, version, source, kind };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
