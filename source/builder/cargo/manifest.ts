import type { Manifest, RustAcceptance } from '../../manifest/manifest.js';
import { BuildError } from '../buildError.js';
import { type Crate, manifestNames } from './crates.js';

/** Of `spec/otelcol_plugin.h`: OTC_ABI_VERSION. */
export const ABI_VERSION = 1;

/** What a host looks up in a Rust plugin. */
export const RUST_ENTRY_SYMBOL = 'register_collector_plugin';

/**
 * Crates that cross the boundary: the one that speaks the C ABI, and those that write and read the OTLP which goes over it.
 * Their versions are the host's affair; a plugin's other crates are its own.
 */
export const BOUNDARY_CRATES = ['otelcol-plugin', 'opentelemetry-proto', 'prost'] as const;

export interface RustManifestFacts {
  readonly name: string;
  readonly version: string;
  readonly toolchain: string;
  readonly profile: 'release' | 'debug';
  /** As rustc gets them, without what only names paths. */
  readonly flags: readonly string[];
  readonly crates: readonly Crate[];
  readonly target: string;
  readonly buildTime: string;
}

/** The manifest of a Rust plugin (docs/manifest.md), with the RFC's fields first. */
export function rustManifest({
  name,
  version,
  toolchain,
  profile,
  flags,
  crates,
  target,
  buildTime,
}: RustManifestFacts): Manifest {
  const named = [...manifestNames(crates)];
  return {
    language: 'rust',
    toolchain_version: toolchain,
    build_profile: profile,
    dependency_hashes: Object.fromEntries(named.map(([key, { hash }]) => [key, hash])),
    build_flags: flags,
    target,
    build_time: buildTime,
    schema_version: 1,
    name,
    version,
    entry_symbol: RUST_ENTRY_SYMBOL,
    abi_version: ABI_VERSION,
    dependency_versions: Object.fromEntries(named.map(([key, { version: of }]) => [key, of])),
  };
}

/**
 * What a host says it takes, for `accepts.rust`: how its own Rust plugins are built. Null when it has none.
 * @throws BuildError when they were not all built alike: one host takes one compiler, and one version of each crate that
 * crosses the boundary.
 */
export function acceptance(
  plugins: readonly { readonly name: string; readonly manifest: Manifest; readonly boundary: readonly Crate[] }[],
): RustAcceptance | null {
  const [first, ...others] = plugins;
  if (!first) return null;
  for (const { name, manifest } of others)
    if (manifest.toolchain_version !== first.manifest.toolchain_version)
      throw new BuildError('the Rust plugins are not built by one compiler', [
        `${first.name}: ${first.manifest.toolchain_version}`,
        `${name}: ${manifest.toolchain_version} (a rust-toolchain.toml may choose it)`,
      ]);
  const hashes: Record<string, string> = {};
  const versions: Record<string, string> = {};
  const from: Record<string, string> = {};
  for (const { name, boundary } of plugins)
    for (const { name: crate, version, hash } of boundary) {
      if (hashes[crate] !== undefined && hashes[crate] !== hash)
        throw new BuildError(
          `the Rust plugins have different versions of ${crate}, which crosses the boundary to the Collector`,
          [
            `${from[crate]}: ${versions[crate]} ${hashes[crate]}`,
            `${name}: ${version} ${hash}`,
            hash.startsWith('dir:')
              ? `both must have the same ${crate}`
              : `choose one: cargo update -p ${crate} --precise ${versions[crate]}`,
          ],
        );
      hashes[crate] = hash;
      versions[crate] = version;
      from[crate] = name;
    }
  const { toolchain_version, build_profile, build_flags, target } = first.manifest;
  return {
    toolchain_version,
    abi_version: ABI_VERSION,
    target,
    build_profile,
    build_flags,
    dependency_hashes: hashes,
    dependency_versions: versions,
  };
}
