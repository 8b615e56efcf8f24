import type { Evidence, GoBuildInfo, GoModule } from '../evidence/evidence.js';
import type { Manifest, RustAcceptance } from './manifest.js';
import { comparableFlags, targetTriple } from './normalise.js';

/**
 * How something was built, from whichever source tells: the common ground on which a plugin and a host are compared.
 * A value is null where the source does not say.
 */
export interface BuildFacts {
  readonly source: FactsSource;
  readonly language: 'go' | 'rust' | null;
  readonly toolchain: string | null;
  readonly profile: string | null;
  readonly flags: ReadonlyMap<string, string> | null;
  /** As written, for display. */
  readonly target: string | null;
  readonly goamd64: string | null;
  readonly abiVersion: number | null;
  readonly buildTime: string | null;
  readonly dependencies: ReadonlyMap<string, Dependency> | null;
}

export type FactsSource = 'manifest' | 'build info' | 'Rust sections' | 'accepts.rust of the host manifest';

export interface Dependency {
  readonly version: string | null;
  /** `h1:...`, or a crate's checksum; null when the source has none. */
  readonly hash: string | null;
  /** Built from a folder, so that version and go.sum say nothing. */
  readonly local: boolean;
}

export function factsOfManifest(manifest: Manifest): BuildFacts {
  return {
    source: 'manifest',
    language: manifest.language,
    toolchain: manifest.toolchain_version,
    profile: manifest.build_profile,
    flags: comparableFlags(manifest.build_flags),
    target: manifest.target,
    goamd64: manifest.goamd64 ?? null,
    abiVersion: manifest.abi_version ?? null,
    buildTime: manifest.build_time,
    dependencies: dependencies(manifest.dependency_hashes, manifest.dependency_versions),
  };
}

/** What a host's manifest takes of Rust plugins, as facts to compare one with. */
export function factsOfRustAcceptance(accepts: RustAcceptance, host: Manifest): BuildFacts {
  return {
    source: 'accepts.rust of the host manifest',
    language: 'rust',
    toolchain: accepts.toolchain_version ?? null,
    profile: accepts.build_profile ?? null,
    flags: accepts.build_flags ? comparableFlags(accepts.build_flags) : null,
    target: accepts.target ?? host.target,
    goamd64: null,
    abiVersion: accepts.abi_version ?? null,
    buildTime: null,
    dependencies: dependencies(accepts.dependency_hashes ?? {}, accepts.dependency_versions),
  };
}

/** What Go's build info says. There is no build time and no profile in it. */
export function factsOfBuildInfo(info: GoBuildInfo): BuildFacts {
  const settings = new Map(info.settings.map(({ key, value }) => [key, value]));
  const os = settings.get('GOOS');
  const arch = settings.get('GOARCH');
  const deps = new Map<string, Dependency>();
  for (const module of info.deps) deps.set(module.path, dependencyOf(module));
  return {
    source: 'build info',
    language: 'go',
    toolchain: info.goVersion,
    profile: null,
    flags: recordedFlags(info),
    target: os && arch ? targetTriple(`${os}/${arch}`) : null,
    goamd64: settings.get('GOAMD64') ?? null,
    abiVersion: null,
    buildTime: null,
    dependencies: deps,
  };
}

/**
 * Flags that `go build` writes into build info (cmd/go/internal/load/pkg.go: setBuildInfo). A claim about any other
 * flag can't be checked against the bytes. `-ldflags` is left out by Go itself under `-trimpath`.
 */
export const RECORDED_FLAGS = [
  '-asan',
  '-asmflags',
  '-cover',
  '-gcflags',
  '-msan',
  '-pgo',
  '-race',
  '-tags',
  '-trimpath',
] as const;

function recordedFlags(info: GoBuildInfo): ReadonlyMap<string, string> {
  const recorded = new Set<string>(RECORDED_FLAGS);
  return comparableFlags(info.settings.filter(({ key }) => recorded.has(key)).map(({ key, value }) => `${key}=${value}`));
}

/** What a Rust library's own sections say: rustc from `.comment`, crates from `.dep-v0`. */
export function factsOfRustBytes(evidence: Evidence): BuildFacts | null {
  const { rust } = evidence;
  if (!rust) return null;
  const crates = rust.crates?.filter((crate) => crate.kind === 'runtime');
  return {
    source: 'Rust sections',
    language: 'rust',
    toolchain: rust.rustcVersion,
    profile: null,
    flags: null,
    target: null,
    goamd64: null,
    abiVersion: null,
    buildTime: null,
    dependencies: crates
      ? new Map(crates.map(({ name, version, source }) => [name, { version, hash: null, local: source === 'local' }]))
      : null,
  };
}

/** The facts the bytes give, whatever the language; null for a file whose bytes say nothing of how it was built. */
export function factsOfBytes(evidence: Evidence): BuildFacts | null {
  if (evidence.go?.buildInfo) return factsOfBuildInfo(evidence.go.buildInfo);
  return factsOfRustBytes(evidence);
}

/** A `replace` decides what is compiled: its version and sum count, under the path the code imports. */
function dependencyOf(module: GoModule): Dependency {
  const { version, sum } = module.replace ?? module;
  // A folder has no version: `=> ../api`, or `=> ../api (devel)` as go version -m prints it. One of a workspace is `(devel)`.
  const local = version === '(devel)' || (module.replace !== null && version === '');
  const none = version === '' || (local && module.replace !== null);
  return { version: none ? null : version, hash: sum === '' ? null : sum, local };
}

function dependencies(
  hashes: Readonly<Record<string, string>>,
  versions: Readonly<Record<string, string>> | undefined,
): ReadonlyMap<string, Dependency> {
  const result = new Map<string, Dependency>();
  for (const [name, version] of Object.entries(versions ?? {})) result.set(name, { version, hash: null, local: false });
  for (const [name, hash] of Object.entries(hashes)) {
    result.set(name, { version: result.get(name)?.version ?? null, hash, local: hash.startsWith('dir:') });
  }
  return result;
}
