import { factsOfBytes, factsOfManifest } from '../manifest/buildFacts.js';
import { type Difference, differences } from '../manifest/differences.js';
import { buildCommand } from './buildCommand.js';
import { type Cause, cureOf } from './causes/cause.js';
import { isIn } from './causes/moduleNames.js';
import { moduleCauses } from './causes/modules.js';
import { settingsCause } from './causes/settings.js';
import { sourceCauses } from './causes/sources.js';
import type { Context } from './context.js';
import { count } from './finding.js';
import { folderStep, ocxBuildFix, ocxBuildOf, rebuildCommand } from './ocxBuild.js';

/** The most probable reason of a hash mismatch, as a sentence, and what to do about it. */
export interface Explanation {
  readonly cause: string;
  readonly fix: string;
}

interface Mismatched {
  readonly package: string;
}

/**
 * From mismatched packages to the reason: the one cause that explains the most comes first, and the fix takes all of them away.
 * A standard library package that differs means toolchain, flags or environment, since nobody has another standard library of the
 * same release; else a module of another version explains its packages, and those that import it follow; else a module whose
 * version says nothing: a folder, a replacement, a vendored one.
 */
export function explainMismatch({ plugin, host, manifest }: Context, mismatched: readonly Mismatched[]): Explanation {
  const mine = factsOfBytes(plugin) ?? (manifest?.manifest ? factsOfManifest(manifest.manifest) : null);
  const hostManifest = host?.manifest?.manifest;
  const theirs = (host && factsOfBytes(host.evidence)) ?? (hostManifest ? factsOfManifest(hostManifest) : null);
  if (!mine || !theirs)
    return { cause: `${count(mismatched.length, 'package')} differ, and no build info says why`, fix: askBuilder };
  const all = differences(mine, theirs);
  const packages = mismatched.map(({ package: name }) => name);
  const [info, hostInfo] = [plugin.go?.buildInfo ?? null, host?.evidence.go?.buildInfo ?? null];
  const settings = settingsCause(all, packages.length, info, hostInfo, theirs);
  const made = ocxBuildOf(plugin);
  const fix = (causes: readonly Cause[]) => {
    if (!made) return cureOf(causes, buildCommand(theirs));
    const fips = settings?.cure.environment.filter((word) => word.startsWith('GOFIPS140=')) ?? [];
    const folders = causes.flatMap(({ folder }) => (folder === null ? [] : [folderStep(folder, theirs)]));
    return [...new Set(folders), ocxBuildFix(made, mine, theirs, fips)].join('; then: ');
  };
  const modules = moduleCauses(all, packages);
  if (packages.some(isStandardLibrary)) {
    const share = `${packages.length} of ${plugin.go?.linkHashes?.length ?? 0} packages differ`;
    if (settings) return { cause: `${settings.words}: ${share}${more(modules)}`, fix: fix([settings, ...modules]) };
    return {
      cause: `the standard library differs (${share}), but neither release nor recorded flags do: another build of the toolchain, or a changed GOROOT`,
      fix: rebuildCommand(made, mine, theirs),
    };
  }
  const changed = changedModules(all);
  const unexplained = packages.filter((path) => !changed.some((name) => isIn(path, name)));
  const sources = info && hostInfo && modules.length === 0 ? sourceCauses(unexplained, info, hostInfo) : [];
  // Flags may select other files of a module; what is said of folders is the last guess.
  const found = [...modules, ...(settings ? [settings] : []), ...sources];
  return explained(found, packages, fix);
}

const askBuilder = "no fix from here: ask who built it for a build with the host's go.mod and flags";

function explained(found: readonly Cause[], packages: readonly string[], fix: (causes: readonly Cause[]) => string): Explanation {
  const [best, ...rest] = found;
  if (!best) {
    return {
      cause: `no module has another version, yet ${packages[0] ?? ''} differs: a local module, a replace or the build path`,
      fix: 'build host and plugin from the same folders, with -trimpath',
    };
  }
  const total = packages.length;
  const { words, explains } = best;
  const all = total === 1 ? 'it' : `all ${total}`;
  const share = explains === total ? `explains ${all}` : explains > 0 ? `explains ${explains} of ${total}` : `may explain ${all}`;
  return { cause: `${words}: ${share}${more(rest)}`, fix: fix(found) };
}

function more(others: readonly Cause[]): string {
  const [first] = others;
  if (!first) return '';
  return others.length === 1 ? `; and ${first.words}` : `; and ${first.words}, and ${others.length - 1} more`;
}

function changedModules(all: readonly Difference[]): readonly string[] {
  return all.filter(({ kind, state }) => kind === 'dependency' && state === 'differs').map(({ name }) => name);
}

/** Import paths without a dot in their first element belong to the standard library (cmd/go/internal/search). */
export function isStandardLibrary(packagePath: string): boolean {
  return !(packagePath.split('/')[0] ?? '').includes('.') && packagePath !== 'main';
}
