import { readFileSync } from 'node:fs';
import type { ReplacedModule } from '../trust/distribution.js';
import { folderHash } from './folderHash.js';

/** One module of a dependency closure. */
export interface ClosureModule {
  readonly path: string;
  readonly version: string;
  /** The `h1:` of go.sum, or `dir:` for a folder. */
  readonly hash: string;
  /** What go.mod has of it where a `replace` decides what is compiled; null where none does. */
  readonly replaced: ReplacedModule | null;
}

/** A package as `go list -deps -json=ImportPath,Dir,Deps,Module` has it. */
export interface ListedPackage {
  readonly ImportPath: string;
  readonly Dir?: string;
  readonly Deps?: readonly string[];
  readonly Module?: ListedModule;
}

interface ListedModule {
  readonly Path: string;
  readonly Version?: string;
  readonly Main?: boolean;
  readonly Dir?: string;
  readonly Replace?: { readonly Path: string; readonly Version?: string; readonly Dir?: string };
}

/** Fields to ask `go list` for. */
export const LIST_FIELDS = 'ImportPath,Dir,Deps,Module';

/** `go list -json` prints objects one after another, without a list around them. */
export function parseGoList(text: string): ListedPackage[] {
  const body = text.trim();
  return body === '' ? [] : JSON.parse(`[${body.replace(/^\}\n\{/gm, '},{')}]`);
}

/**
 * For each main package: the modules its code comes from, each with its hash. The main module and the standard library
 * are not among them: the first is this build's own, the second belongs to the toolchain.
 *
 * @param except folders that count for no folder's hash: where builds write.
 */
export function closures(
  packages: readonly ListedPackage[],
  sums: ReadonlyMap<string, string>,
  except: readonly string[],
): (mainPackage: string) => ClosureModule[] {
  const known = new Map(packages.map((pkg) => [pkg.ImportPath, pkg]));
  const modules = new Map<string, ClosureModule>();
  const moduleOf = (module: ListedModule): ClosureModule => {
    let found = modules.get(module.Path);
    if (!found) {
      found = hashed(module, sums, except);
      modules.set(module.Path, found);
    }
    return found;
  };
  return (mainPackage) => {
    const main = known.get(mainPackage);
    if (!main) throw new Error(`go list says nothing of ${mainPackage}`);
    const result = new Map<string, ClosureModule>();
    for (const path of main.Deps ?? []) {
      const module = known.get(path)?.Module;
      if (module && !module.Main) result.set(module.Path, moduleOf(module));
    }
    return [...result.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  };
}

/** A `replace` decides what is compiled, so its sum counts, under the path that the code imports. */
function hashed(module: ListedModule, sums: ReadonlyMap<string, string>, except: readonly string[]): ClosureModule {
  const { Path: path, Version: version = '', Replace: replace } = module;
  if (replace && replace.Version === undefined) {
    const folder = replace.Dir ?? module.Dir;
    if (folder === undefined) throw new Error(`go list does not say where ${path} lies`);
    return { path, version, hash: folderHash(folder, except), replaced: { module: path, version, by: null } };
  }
  const real = replace ?? module;
  const hash = sums.get(`${real.Path} ${real.Version}`);
  if (hash === undefined) throw new Error(`go.sum has no hash of ${real.Path} ${real.Version}`);
  const replaced = replace && { module: path, version, by: { module: replace.Path, version: replace.Version ?? '' } };
  return { path, version: real.Version ?? version, hash, replaced: replaced ?? null };
}

/** `module version` to `h1:...`, of a go.sum. */
export function readGoSum(file: string): Map<string, string> {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [module = '', version = '', sum = ''] = line.split(' ');
      return [`${module} ${version}`, sum];
    }),
  );
}
