import { SYSTEM_LIBRARIES } from '../catalog/systemLibraries.js';
import type { Evidence } from '../evidence/evidence.js';
import { readFound } from '../manifest/readManifest.js';

/** What a file needs from elsewhere, each with where that was read. Untrusted. */
export interface DependencyRow {
  readonly kind: 'library' | 'module' | 'crate';
  readonly name: string;
  /** Empty where none is recorded. */
  readonly version: string;
  /** Of a library where this system has it; of a module its hash; of a crate its source. */
  readonly about: string;
}

/** Libraries the dynamic linker will look for, then what was built in. */
export function dependencyRows(evidence: Evidence): readonly DependencyRow[] {
  return [...libraries(evidence), ...modules(evidence)];
}

function libraries({ path, linker, object }: Evidence): readonly DependencyRow[] {
  if (!linker) return [];
  return linker.needed.map((name) => {
    const versions = linker.versionNeeds.filter(({ library }) => library === name).map(({ version }) => version);
    // What this system has says nothing of files for another machine.
    const isOurs = object.machine === SYSTEM_LIBRARIES.machine;
    const requester = { path, rpath: linker.runpath === null ? linker.rpath : null, runpath: linker.runpath, loader: null };
    const found = isOurs ? SYSTEM_LIBRARIES.find(name, requester)?.path : undefined;
    const about = isOurs ? (found ?? 'not on this system') : `not looked for: ${object.machine}`;
    return { kind: 'library', name, version: newest(versions), about };
  });
}

/** `GLIBC_2.34 and 3 more`: of the versions asked for, the highest one decides. */
function newest(versions: readonly string[]): string {
  const last = [...versions].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  if (last === undefined) return '';
  return versions.length === 1 ? last : `${last} and ${versions.length - 1} more`;
}

function modules({ go, rust, manifest }: Evidence): readonly DependencyRow[] {
  if (go?.buildInfo)
    return go.buildInfo.deps.map(({ path, version, sum, replace }) => ({
      kind: 'module',
      name: replace ? `${path} => ${replace.path}` : path,
      version: replace?.version || version,
      about: replace?.sum || sum,
    }));
  if (rust?.crates) return rust.crates.map(({ name, version, source }) => ({ kind: 'crate', name, version, about: source }));
  const claimed = readFound(manifest.found)?.manifest;
  if (!claimed) return [];
  const kind = claimed.language === 'rust' ? 'crate' : 'module';
  return Object.entries(claimed.dependency_hashes).map(([name, hash]) => ({
    kind,
    name,
    version: claimed.dependency_versions?.[name] ?? '',
    about: `${hash} (the manifest says)`,
  }));
}
