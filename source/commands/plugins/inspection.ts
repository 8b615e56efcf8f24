import type { Evidence } from '../../evidence/evidence.js';
import { readFound } from '../../manifest/readManifest.js';

/** The evidence of a file as `inspect --output json` gives it: what the bytes say, in words of the formats. */
export function inspection(evidence: Evidence | null) {
  if (!evidence) return null;
  const { object, linker, go, rust, manifest, entrySymbols, problems } = evidence;
  return {
    object,
    linker,
    go: go && {
      version: go.version,
      build_info: go.buildInfo,
      plugin_path: go.pluginPath,
      layout: go.layout,
      link_hashes: go.linkHashes,
      provides_hashes: go.providesHashes,
      exports: go.exports?.map(({ name, type, packages }) => ({ name, type, packages })) ?? null,
    },
    rust,
    manifests: [...(manifest.found ? [manifest.found] : []), ...manifest.others],
    entry_symbols: entrySymbols,
    problems,
  };
}

/** A module or crate, with where it was read. */
export interface DependencyRow {
  readonly name: string;
  readonly version: string | null;
  readonly hash: string | null;
  readonly source: 'build info' | '.dep-v0' | 'manifest';
}

/** What the file was built from: build info or `.dep-v0`, else what its manifest claims. */
export function dependenciesOf({ go, rust, manifest }: Evidence): DependencyRow[] {
  if (go?.buildInfo) {
    return go.buildInfo.deps.map((module) => {
      const { version, sum, path } = module.replace ?? module;
      const name = module.replace ? `${module.path} => ${path}` : path;
      return { name, version: version || null, hash: sum || null, source: 'build info' };
    });
  }
  if (rust?.crates) return rust.crates.map(({ name, version }) => ({ name, version, hash: null, source: '.dep-v0' }));
  const claimed = readFound(manifest.found)?.manifest ?? null;
  if (!claimed) return [];
  return Object.entries(claimed.dependency_hashes).map(([name, hash]) => ({
    name,
    version: claimed.dependency_versions?.[name] ?? null,
    hash,
    source: 'manifest',
  }));
}
