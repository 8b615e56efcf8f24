import { dirname } from 'node:path';
import { crateFolderHash } from './folderHash.js';
import { type LockedCrate, parseLockFile } from './lockFile.js';

/** What is read of `cargo metadata --format-version 1`. */
export interface CargoMetadata {
  readonly packages: readonly MetadataPackage[];
  readonly resolve: { readonly root: string | null; readonly nodes: readonly ResolvedNode[] };
  readonly workspace_root: string;
}

export interface MetadataPackage {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly source: string | null;
  readonly manifest_path: string;
  readonly targets: readonly { readonly crate_types: readonly string[]; readonly name: string }[];
}

interface ResolvedNode {
  readonly id: string;
  readonly deps: readonly { readonly pkg: string; readonly dep_kinds: readonly { readonly kind: string | null }[] }[];
}

/** One crate of a plugin, with what identifies its content. */
export interface Crate {
  readonly name: string;
  readonly version: string;
  /** The checksum of Cargo.lock; `dir:sha256-...` of a folder; `git:<commit>`. */
  readonly hash: string;
}

/**
 * The crates a package is built from: itself, and what it depends on, normally or to be built. Development dependencies
 * are in Cargo.lock too, and never in the plugin.
 *
 * @param lock text of Cargo.lock.
 * @param except folders that count for no folder's hash: where builds write.
 */
export function cratesOf(root: string, metadata: CargoMetadata, lock: string, except: readonly string[]): Crate[] {
  const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
  const reached = new Set([root]);
  for (const id of reached)
    for (const { pkg, dep_kinds } of nodes.get(id)?.deps ?? [])
      if (dep_kinds.some(({ kind }) => kind !== 'dev')) reached.add(pkg);
  const locked = parseLockFile(lock);
  return metadata.packages
    .filter(({ id }) => reached.has(id))
    .map((pkg) => ({ name: pkg.name, version: pkg.version, hash: hashOf(pkg, locked, except) }))
    .sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
}

function hashOf(pkg: MetadataPackage, locked: readonly LockedCrate[], except: readonly string[]): string {
  if (pkg.source === null) return crateFolderHash(dirname(pkg.manifest_path), except);
  const entry = locked.find(({ name, version, source }) => name === pkg.name && version === pkg.version && source === pkg.source);
  if (entry?.checksum) return entry.checksum;
  const commit = /^git\+.*#([0-9a-f]+)$/.exec(pkg.source)?.[1];
  if (commit) return `git:${commit}`;
  throw new Error(`Cargo.lock has no checksum of ${pkg.name} ${pkg.version}`);
}

/** Names as a manifest has them: the same crate twice is `name@version`. */
export function manifestNames(crates: readonly Crate[]): Map<string, Crate> {
  const times = new Map<string, number>();
  for (const { name } of crates) times.set(name, (times.get(name) ?? 0) + 1);
  return new Map(
    crates.map((crate) => [(times.get(crate.name) ?? 0) > 1 ? `${crate.name}@${crate.version}` : crate.name, crate]),
  );
}
