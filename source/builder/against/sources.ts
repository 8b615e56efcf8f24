import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goToolchain } from '../../manifest/normalise.js';
import { BuildError } from '../buildError.js';
import { type Configuration, goPlugins } from '../configuration.js';
import { relativeFolder } from '../ocbFile.js';
import { pluginMain } from '../pluginMain.js';
import { copyRuntime, RUNTIME_FOLDER, RUNTIME_MODULE } from '../runtimeModule.js';
import type { Workshop } from '../sources.js';
import type { Target } from './target.js';

/**
 * Writes the module the plugins are built from, with every module of the Collector in its version: requirements are
 * minimums, so what a plugin asks for in a lower version becomes the Collector's, and a higher one shows. go.sum has the
 * Collector's hashes, so that the go command itself refuses other content.
 */
export function writePluginSources(configuration: Configuration, target: Target, runtime: string, { folder }: Workshop): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'go.mod'), goModText(configuration, target, folder));
  writeFileSync(join(folder, 'go.sum'), goSumText(target));
  for (const plugin of goPlugins(configuration)) {
    mkdirSync(join(folder, 'plugins', plugin.name), { recursive: true });
    writeFileSync(join(folder, 'plugins', plugin.name, 'main.go'), pluginMain(plugin));
  }
  copyRuntime(runtime, join(folder, RUNTIME_FOLDER));
}

/** @throws BuildError for a module that the Collector has from a replacement, and the build file from a folder. */
export function goModText(configuration: Configuration, target: Target, folder: string): string {
  const requires = new Map<string, string>([[RUNTIME_MODULE, 'v0.0.0']]);
  const replaces = new Map<string, string>([[RUNTIME_MODULE, `./${RUNTIME_FOLDER}`]]);
  for (const [module, version] of Object.entries(target.manifest.dependency_versions ?? {})) {
    const replaced = target.replaced.get(module);
    requires.set(module, replaced?.version ?? version);
    if (replaced?.by) replaces.set(module, `${replaced.by.module} ${replaced.by.version}`);
  }
  for (const { module, version, folder: local, field } of goPlugins(configuration).flatMap(({ components }) => components)) {
    if (local === null) {
      // Of both the higher counts, as for every other requirement: it is compared when all versions are settled.
      if (!requires.has(module)) requires.set(module, version);
      else if (isHigher(version, requires.get(module) ?? '')) requires.set(module, version);
      continue;
    }
    if (replaces.has(module))
      throw new BuildError(`${configuration.file}: ${field}: ${module} is the Collector's: take path: away`);
    requires.set(module, target.replaced.get(module)?.version ?? version);
    replaces.set(module, relativeFolder(folder, local));
  }
  const lines = [...requires].sort(([a], [b]) => (a < b ? -1 : 1)).map(([module, version]) => `\t${module} ${version}\n`);
  const replaceLines = [...replaces].sort(([a], [b]) => (a < b ? -1 : 1)).map(([module, by]) => `replace ${module} => ${by}\n`);
  return `module ${configuration.module ?? `ocx.dev/plugins/${moduleName(configuration.name)}`}\n\ngo ${languageOf(target)}\n\nrequire (\n${lines.join('')})\n\n${replaceLines.join('')}`;
}

/** Lines of the zip of each module; those of its go.mod the go command adds. */
export function goSumText({ manifest, replaced }: Target): string {
  const { dependency_versions: versions = {}, dependency_hashes: hashes } = manifest;
  return Object.entries(versions)
    .flatMap(([module, version]) => {
      const hash = hashes[module];
      const path = replaced.get(module)?.by?.module ?? module;
      return hash !== undefined && /^h1:[\w+/=]+$/.test(hash) ? [`${path} ${version} ${hash}\n`] : [];
    })
    .sort()
    .join('');
}

/** The path of a plugin must not be that of one in another build: to Go it would be open already. */
function moduleName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9._-]/g, '-');
}

/** `1.26.0` for go1.26.8: no later language than the toolchain knows. */
function languageOf({ manifest }: Target): string {
  const [, release = '1.25', rest = '.0'] =
    /^go(1\.\d+)((?:rc|beta)\d+|\.\d+)?/.exec(goToolchain(manifest.toolchain_version)) ?? [];
  return rest.startsWith('.') ? `${release}.0` : `${release}${rest}`;
}

/** Of two versions that begin alike only by their numbers; go.mod takes the maximum in any case. */
function isHigher(a: string, b: string): boolean {
  const numbers = (version: string) => /^v(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [];
  const [left, right] = [numbers(a), numbers(b)];
  const at = left.findIndex((number, index) => number !== right[index]);
  return at >= 0 && (left[at] ?? 0) > (right[at] ?? 0);
}
