import { type BuildFacts, factsOfBytes, factsOfManifest } from '../manifest/buildFacts.js';
import { type Difference, differences } from '../manifest/differences.js';
import { buildCommand } from './buildCommand.js';
import type { Context } from './context.js';
import { count } from './finding.js';

/** The most probable reason of a hash mismatch, as a sentence, and what to do about it. */
export interface Explanation {
  readonly cause: string;
  readonly fix: string;
}

interface Mismatched {
  readonly package: string;
}

/**
 * From mismatched packages to the reason. A standard library package that differs means flags or toolchain, since nobody
 * has another standard library of the same release; else a module whose version differs explains its packages, and those
 * that import it follow.
 */
export function explainMismatch({ plugin, host, manifest }: Context, mismatched: readonly Mismatched[]): Explanation {
  const mine = factsOfBytes(plugin) ?? (manifest?.manifest ? factsOfManifest(manifest.manifest) : null);
  const hostManifest = host?.manifest?.manifest;
  const theirs = (host && factsOfBytes(host.evidence)) ?? (hostManifest ? factsOfManifest(hostManifest) : null);
  if (!mine || !theirs)
    return { cause: `${count(mismatched.length, 'package')} differ, and no build info says why`, fix: askBuilder };
  const all = differences(mine, theirs);
  if (mismatched.some(({ package: name }) => isStandardLibrary(name)))
    return standardLibrary(all, mismatched, plugin.go?.linkHashes?.length ?? 0, theirs);
  return modules(all, mismatched, theirs);
}

const askBuilder = "no fix from here: ask who built it for a build with the host's go.mod and flags";

/** Import paths without a dot in their first element belong to the standard library (cmd/go/internal/search). */
export function isStandardLibrary(packagePath: string): boolean {
  return !(packagePath.split('/')[0] ?? '').includes('.') && packagePath !== 'main';
}

function standardLibrary(
  all: readonly Difference[],
  mismatched: readonly Mismatched[],
  packages: number,
  host: BuildFacts,
): Explanation {
  const share = `${mismatched.length} of ${packages} packages differ`;
  const toolchain = all.find(({ kind }) => kind === 'toolchain');
  const toolchainDiffers = toolchain?.state === 'differs';
  const flags = all.find(({ kind }) => kind === 'flags');
  const wanted = buildCommand(host);
  if (flags?.state === 'differs') {
    const [mine, theirs] = [flags.plugin ?? 'none', flags.host ?? 'none'];
    const missing = without(theirs, mine);
    const extra = without(mine, theirs);
    const words = [missing && `without ${missing}`, extra && `with ${extra}`].filter(Boolean).join(', ');
    const also = toolchainDiffers ? `, and with ${toolchain.plugin}` : '';
    return { cause: `built ${words}${also}: ${share}`, fix: wanted };
  }
  if (toolchainDiffers) return { cause: `built with ${toolchain.plugin}, host with ${toolchain.host}: ${share}`, fix: wanted };
  return {
    cause: `the standard library differs (${share}), but neither release nor recorded flags do: GOEXPERIMENT, -pgo or a changed GOROOT`,
    fix: wanted,
  };
}

function without(a: string, b: string): string {
  const other = new Set(b.split(' '));
  return a
    .split(' ')
    .filter((flag) => flag !== 'none' && !other.has(flag))
    .join(' ');
}

function modules(all: readonly Difference[], mismatched: readonly Mismatched[], host: BuildFacts): Explanation {
  const dependencies = all.filter(({ kind }) => kind === 'dependency');
  const changed = dependencies.filter(({ state }) => state === 'differs');
  const explained = changed
    .map((module) => ({ module, packages: mismatched.filter(({ package: name }) => isIn(name, module.name)).length }))
    .sort((a, b) => b.packages - a.packages);
  const [best] = explained;
  if (!best) {
    const local = mismatched[0]?.package ?? '';
    return {
      cause: `no module has another version, yet ${local} differs: a local module, a replace or the build path`,
      fix: 'build host and plugin from the same folders, with -trimpath',
    };
  }
  const version = (text: string | null) => text?.split(' ')[0] ?? 'none';
  const { module, packages } = best;
  const total = mismatched.length;
  const share =
    packages === total ? `explains all ${total}` : packages > 0 ? `explains ${packages} of ${total}` : `may explain all ${total}`;
  const more = changed.length > 1 ? `; ${count(changed.length - 1, 'more module')} differ` : '';
  const gets = explained.map(({ module: { name, host } }) => `${name}@${version(host)}`).join(' ');
  return {
    cause: `${shortModule(module.name)} ${version(module.plugin)}, host has ${version(module.host)}: ${share}${more}`,
    fix: `go get ${gets} && go mod tidy && ${buildCommand(host)}`,
  };
}

function isIn(packagePath: string, modulePath: string): boolean {
  return packagePath === modulePath || packagePath.startsWith(`${modulePath}/`);
}

/** `pdata` for `go.opentelemetry.io/collector/pdata`: the last element that is no major version. */
export function shortModule(path: string): string {
  const parts = path.split('/').filter((part) => !/^v\d+$/.test(part));
  return parts.at(-1) ?? path;
}
