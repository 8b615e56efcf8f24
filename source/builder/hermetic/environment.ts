import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlaceError, reason } from '../../catalog/discovery.js';
import type { BuildEnvironment } from '../../manifest/manifest.js';
import { manifestText } from '../goManifest.js';
import type { Plan, Planned } from '../plan.js';
import { DOCKERFILE, dockerfileHash } from './dockerfile.js';

/** `environment.json` of a container's folder: what of the container is known before it runs. */
export interface RecordedContainer {
  readonly format_version: 1;
  readonly dockerfile: string;
  /** Role to reference. */
  readonly images: Readonly<Record<string, string>>;
  /** `0.1.0 sha256:...`: version, and the hash of its files. */
  readonly ocx: string;
}

/** The container that a build runs in. */
export interface Container {
  readonly recorded: RecordedContainer;
  /** Text of the Dockerfile it was made by: to be delivered. */
  readonly dockerfile: string;
}

/**
 * @param file `environment.json`, with the Dockerfile beside it.
 * @throws PlaceError when one of them can't be read, or the two don't belong together.
 */
export function readContainer(file: string): Container {
  let container: Container;
  try {
    const beside = join(dirname(file), DOCKERFILE);
    container = { recorded: JSON.parse(readFileSync(file, 'utf8')), dockerfile: readFileSync(beside, 'utf8') };
  } catch (error) {
    throw new PlaceError(`environment ${file}: ${reason(error)}`);
  }
  const { recorded, dockerfile } = container;
  if (recorded?.format_version !== 1 || typeof recorded.images !== 'object' || recorded.dockerfile !== dockerfileHash(dockerfile))
    throw new PlaceError(`environment ${file}: is not what ocx build --hermetic writes, or not for the Dockerfile beside it`);
  return container;
}

/** What compilers a build used, as they call themselves. */
export interface Toolchains {
  readonly go: string;
  readonly cc: string;
  readonly rust: string | null;
  readonly ocb: string;
}

/**
 * The environment of a build, for every manifest: its parts by name, and one hash over them.
 * Locks are not the files, which may hold what nothing uses any more, but the lines of them that anything was built from.
 */
export function environmentOf(
  container: RecordedContainer,
  toolchains: Toolchains,
  planned: readonly Pick<Planned, 'language' | 'manifest'>[],
): BuildEnvironment {
  const crates = lockLines(planned, 'rust');
  const parts: Record<string, string> = {
    dockerfile: container.dockerfile,
    ...Object.fromEntries(Object.entries(container.images).map(([role, reference]) => [`image ${role}`, reference])),
    go: toolchains.go,
    cc: toolchains.cc,
    ...(toolchains.rust === null ? {} : { rust: toolchains.rust }),
    ocb: toolchains.ocb,
    ocx: container.ocx,
    'go.sum': hashOf(lockLines(planned, 'go')),
    ...(crates.length > 0 ? { 'Cargo.lock': hashOf(crates) } : {}),
  };
  return { digest: environmentDigest(parts), parts };
}

/** `sha256:` over the canonical JSON of the parts (RFC 8785: sorted keys, no blanks; all values are texts). */
export function environmentDigest(parts: Readonly<Record<string, string>>): string {
  const sorted = Object.keys(parts)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(parts[key])}`);
  return `sha256:${createHash('sha256')
    .update(`{${sorted.join(',')}}`)
    .digest('hex')}`;
}

/** The same plan, its manifests saying where they were built. */
export function inEnvironment(plan: Plan, environment: BuildEnvironment): Plan {
  const placed = <P extends Planned>(planned: P): P => {
    const manifest = { ...planned.manifest, build_environment: environment };
    const key = createHash('sha256').update(`${planned.key} ${environment.digest}`).digest('hex');
    return { ...planned, manifest, manifestText: manifestText(manifest), key };
  };
  return { ...plan, host: placed(plan.host), plugins: plan.plugins.map(placed) };
}

function lockLines(planned: readonly Pick<Planned, 'language' | 'manifest'>[], language: Planned['language']): string[] {
  const lines = planned
    .filter((each) => each.language === language)
    .flatMap(({ manifest: { dependency_hashes, dependency_versions = {} } }) =>
      Object.entries(dependency_hashes)
        .filter(([, hash]) => !hash.startsWith('dir:'))
        .map(([name, hash]) => `${name} ${dependency_versions[name] ?? ''} ${hash}`),
    );
  return [...new Set(lines)].sort();
}

function hashOf(lines: readonly string[]): string {
  return `sha256:${createHash('sha256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('hex')}`;
}
