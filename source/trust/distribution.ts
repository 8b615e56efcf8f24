import type { BuildEnvironment, Manifest } from '../manifest/manifest.js';

/** One file that a build makes: a Collector or a plugin. */
export interface Artifact {
  /** Relative to the output directory, with `/`. */
  readonly path: string;
  readonly kind: 'collector' | 'plugin';
  readonly sha256: string;
  readonly size: number;
  /** Of `<path>.manifest.json`, which is the text embedded in the artifact. */
  readonly manifest_sha256: string;
  /** Of `<path>.components.json`: the descriptors embedded in it; null when it has none. */
  readonly components_sha256: string | null;
}

/** A file that is delivered with the artifacts. */
export interface DeliveredFile {
  /** Relative to the output directory, with `/`. */
  readonly path: string;
  /** What it is: `manifest`, `components`, `dockerfile`. */
  readonly kind: string;
  readonly sha256: string;
  readonly size: number;
}

/** A module that a `replace` of the Collector's go.mod stands in for. */
export interface ReplacedModule {
  readonly module: string;
  /** That go.mod requires. */
  readonly version: string;
  /** What is compiled in its place; null for a folder, of which nothing is published but its hash (in the manifest). */
  readonly by: { readonly module: string; readonly version: string } | null;
}

/** All that a plugin must match which is built later, by somebody who has nothing but this file (`ocx build --against`). */
export interface PublishedCollector {
  /** Path of the artifact. */
  readonly path: string;
  /** The manifest embedded in it. */
  readonly manifest: Manifest;
  readonly replaced: readonly ReplacedModule[];
}

/** `distribution.json`: what was built, and by what (spec/distribution.schema.json). */
export interface Distribution {
  readonly format_version: 1;
  /** Name and version of the Collector: `dist.name`, `dist.version`. */
  readonly name: string;
  readonly version: string;
  readonly artifacts: readonly Artifact[];
  /** Everything else that is delivered, but for `distribution.json` and its signature. */
  readonly files: readonly DeliveredFile[];
  /** Absent where the plugins were built for a Collector of another distribution (`against`). */
  readonly collector?: PublishedCollector;
  /** Whose Collector the plugins were built for, where it is not of this distribution. */
  readonly against?: { readonly name: string; readonly version: string };
  readonly build: {
    readonly go: string;
    /** The line of `rustc --version`, where a plugin is Rust. */
    readonly rust?: string;
    readonly ocb: string;
    readonly ocx: string;
    readonly target: string;
    readonly flags: readonly string[];
    /** Variables that were set or that decide; empty ones are left out. */
    readonly environment: Readonly<Record<string, string>>;
    /** Of a hermetic build: the container, as in every manifest. */
    readonly build_environment?: BuildEnvironment;
  };
}

export const DISTRIBUTION_FILE = 'distribution.json';
/** Of what is signed: `distribution.json.minisig`. */
export const SIGNATURE_SUFFIX = '.minisig';

export function distributionText(distribution: Distribution): string {
  return `${JSON.stringify(distribution, null, 2)}\n`;
}

/** A `distribution.json` that can't be understood: which field, and what is wrong with it. */
export class DistributionError extends Error {
  override readonly name = 'DistributionError';
}

/** What `ocx dist verify` and the Collector's policy need of a distribution; the rest may be there. */
export type DistributionList = Pick<Distribution, 'name' | 'version' | 'artifacts' | 'files'>;

const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Reads the text of a `distribution.json` as far as it says which files there are. Fields that are not known are passed over.
 * @throws DistributionError for another format version, a field of another shape, a path that is no plain one below the
 * folder, or one that is there twice.
 */
export function parseDistribution(text: string): DistributionList {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DistributionError('it is no JSON');
  }
  if (!isRecord(value)) throw new DistributionError('it is no JSON object');
  if (value.format_version !== 1)
    throw new DistributionError(`format_version is ${JSON.stringify(value.format_version) ?? 'missing'}, this ocx knows 1`);
  const paths = new Set<string>();
  const file = (entry: Record<string, unknown>, at: string): DeliveredFile => {
    const { path, kind, sha256, size } = entry;
    if (typeof path !== 'string' || !isPlainPath(path)) throw new DistributionError(`${at}.path is no path below the folder`);
    if (path === DISTRIBUTION_FILE || path === `${DISTRIBUTION_FILE}${SIGNATURE_SUFFIX}`)
      throw new DistributionError(`${at}.path is ${path}, which can't list itself`);
    if (paths.has(path)) throw new DistributionError(`${at}.path is there twice: ${path}`);
    paths.add(path);
    if (typeof kind !== 'string') throw new DistributionError(`${at}.kind is no text`);
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
      throw new DistributionError(`${at}.size is no number of bytes`);
    return { path, kind, sha256: digest(sha256, `${at}.sha256`), size };
  };
  const artifacts = list(value.artifacts, 'artifacts').map((entry, index): Artifact => {
    const at = `artifacts[${index}]`;
    const { kind, ...common } = file(entry, at);
    if (kind !== 'collector' && kind !== 'plugin')
      throw new DistributionError(`${at}.kind is ${kind}, must be collector or plugin`);
    const components = entry.components_sha256 ?? null;
    return {
      ...common,
      kind,
      manifest_sha256: digest(entry.manifest_sha256, `${at}.manifest_sha256`),
      components_sha256: components === null ? null : digest(components, `${at}.components_sha256`),
    };
  });
  const files = list(value.files, 'files').map((entry, index) => file(entry, `files[${index}]`));
  return { name: orEmpty(value.name), version: orEmpty(value.version), artifacts, files };
}

/** Below the folder, no part of it `.` or `..`, none empty: what `join` would take elsewhere is refused. */
function isPlainPath(path: string): boolean {
  return (
    !path.includes('\\') && !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

function list(value: unknown, name: string): Record<string, unknown>[] {
  if (!Array.isArray(value)) throw new DistributionError(`${name} is ${value === undefined ? 'missing' : 'no list'}`);
  return value.map((entry: unknown, index) => {
    if (!isRecord(entry)) throw new DistributionError(`${name}[${index}] is no object`);
    return entry;
  });
}

function digest(value: unknown, at: string): string {
  if (typeof value !== 'string' || !DIGEST.test(value)) throw new DistributionError(`${at} is no SHA-256 in hex`);
  return value;
}

const orEmpty = (value: unknown): string => (typeof value === 'string' ? value : '');

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
