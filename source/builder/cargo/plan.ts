import type { Configuration, RustPluginEntry } from '../configuration.js';
import { manifestText } from '../goManifest.js';
import { inputKey } from '../inputs.js';
import type { AnyPlanned } from '../plan.js';
import { type Crate, cratesOf } from './crates.js';
import { BOUNDARY_CRATES, rustManifest } from './manifest.js';
import { type CargoPackage, type CargoRoom, fetchPackage } from './package.js';
import { rustFlags, rustToolchain } from './toolchain.js';

/** A Rust plugin, with all that is known of it before it is built. */
export interface RustPlanned extends AnyPlanned {
  readonly language: 'rust';
  readonly kind: 'plugin';
  readonly package: CargoPackage;
  readonly features: readonly string[];
  readonly profile: 'release' | 'debug';
  /** For rustc, from the environment. */
  readonly rustFlags: readonly string[];
  /** Those of its crates that the host must have alike. */
  readonly boundary: readonly Crate[];
}

/** Settings of the profile that a plugin can't choose: a panic that aborts would end the Collector. */
export const PANIC = 'unwind';

/**
 * Fetches the package of a plugin, and works out its manifest from Cargo.lock.
 * @throws BuildError naming what can't be had, or what doesn't fit.
 */
export async function planRustPlugin(
  { name, version, cargo }: RustPluginEntry,
  { outputs, debug }: Pick<Configuration, 'outputs' | 'debug'>,
  buildTime: string,
  room: CargoRoom,
): Promise<RustPlanned> {
  const pkg = await fetchPackage(name, cargo, room);
  const toolchain = await rustToolchain(pkg.folder, room);
  const flags = rustFlags(room.environment);
  const crates = cratesOf(pkg.id, pkg.metadata, pkg.lock, outputs).map((crate) =>
    // A crate of a registry was unpacked into a folder: the registry's checksum says more than that folder's.
    pkg.checksum !== null && crate.name === pkg.name && crate.version === pkg.version ? { ...crate, hash: pkg.checksum } : crate,
  );
  const features = [...cargo.features].sort();
  const profile = debug ? 'debug' : 'release';
  const manifest = rustManifest({
    name,
    version: version ?? pkg.version,
    toolchain: toolchain.version,
    profile,
    flags: [`-Cpanic=${PANIC}`, ...flags],
    crates,
    target: room.target,
    buildTime,
  });
  const text = manifestText(manifest);
  const asked = room.environment.SOURCE_DATE_EPOCH || null;
  return {
    kind: 'plugin',
    language: 'rust',
    name,
    title: `plugin ${name}`,
    path: `plugins/${name}.so`,
    manifest,
    manifestText: text,
    key: inputKey(manifest, [`time ${asked}`, `features ${features.join(',')}`], {}),
    package: pkg,
    features,
    profile,
    rustFlags: flags,
    boundary: boundaryOf(pkg, crates),
  };
}

/** A sentence for each Rust plugin whose versions cargo chose now: kept nowhere, they may be others the next time. */
export function newLocks(plugins: readonly (RustPlanned | { readonly language: 'go' })[]): string[] {
  return plugins.flatMap((plugin) =>
    plugin.language === 'rust' && plugin.package.newLock && plugin.package.checksum === null
      ? [`plugin ${plugin.name} had no Cargo.lock: cargo wrote one; keep it with the sources`]
      : [],
  );
}

/** The crate that speaks the ABI, and those of its own dependencies that write OTLP: another copy of prost elsewhere doesn't count. */
function boundaryOf({ metadata }: CargoPackage, crates: readonly Crate[]): Crate[] {
  const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
  const packages = new Map(metadata.packages.map((pkg) => [pkg.id, pkg]));
  const start = metadata.packages.find(({ name }) => name === BOUNDARY_CRATES[0]);
  const reached = new Set(start ? [start.id] : []);
  for (const id of reached)
    for (const { pkg } of nodes.get(id)?.deps ?? [])
      if (BOUNDARY_CRATES.some((known) => known === packages.get(pkg)?.name)) reached.add(pkg);
  return crates.filter(({ name, version }) =>
    [...reached].some((id) => packages.get(id)?.name === name && packages.get(id)?.version === version),
  );
}
