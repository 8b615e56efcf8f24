import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError } from './buildError.js';
import type { Children } from './children.js';
import { type Configuration, goPlugins } from './configuration.js';
import { CGO_PACKAGE, hostMain } from './hostMain.js';
import type { Ocb } from './ocb.js';
import { relativeFolder } from './ocbFile.js';
import { pluginMain } from './pluginMain.js';
import { askTags, runOcb } from './runOcb.js';
import { copyRuntime, RUNTIME_FOLDER, RUNTIME_MODULE } from './runtimeModule.js';

export interface Workshop {
  readonly children: Children;
  readonly environment: NodeJS.ProcessEnv;
  /** The go command. */
  readonly go: string;
  /** The generated module. */
  readonly folder: string;
  /** What cargo makes, and crates that were unpacked: `<output>/.ocx/cargo`. */
  readonly cargo: string;
  /** Lines of go.sum that are locked: a module with another content is an error. */
  readonly sums: readonly string[];
  /** Plugin to the text of a Cargo.lock that is locked, where its package has none. */
  readonly cargoLocks: Readonly<Record<string, string>>;
}

/**
 * Writes the one module that everything is built from: the host at its root, each plugin in `plugins/<name>`.
 * @returns the build tags: those of the configuration, and those ocb adds.
 */
export async function writeSources(
  configuration: Configuration,
  ocb: Ocb,
  runtime: string,
  workshop: Workshop,
): Promise<readonly string[]> {
  const { folder } = workshop;
  const sums = join(folder, 'go.sum');
  // Kept: a module whose content changed since the last build must not slip in.
  const kept = existsSync(sums) ? readFileSync(sums, 'utf8').split('\n') : [];
  const known = [...new Set([...workshop.sums, ...kept])].filter((line) => line !== '').sort();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (known.length > 0) writeFileSync(sums, known.map((line) => `${line}\n`).join(''));

  await runOcb(configuration, ocb, workshop);
  const main = join(folder, 'main.go');
  writeFileSync(main, hostMain(readFileSync(main, 'utf8'), ocb.version));
  writeFileSync(join(folder, 'cgo.go'), CGO_PACKAGE);
  for (const plugin of goPlugins(configuration)) {
    mkdirSync(join(folder, 'plugins', plugin.name), { recursive: true });
    writeFileSync(join(folder, 'plugins', plugin.name, 'main.go'), pluginMain(plugin));
  }
  copyRuntime(runtime, join(folder, RUNTIME_FOLDER));
  await editGoMod(configuration, workshop);
  return configuration.moreTags ? askTags(configuration, ocb, workshop) : configuration.tags;
}

async function editGoMod(configuration: Configuration, { children, environment, folder, go }: Workshop): Promise<void> {
  const edits = new Set([`-require=${RUNTIME_MODULE}@v0.0.0`, `-replace=${RUNTIME_MODULE}=./${RUNTIME_FOLDER}`]);
  for (const { module, version, folder: local } of goPlugins(configuration).flatMap(({ components }) => components)) {
    edits.add(`-require=${module}@${version}`);
    if (local !== null) edits.add(`-replace=${module}=${relativeFolder(folder, local)}`);
  }
  const ended = await children.run({
    argv: [go, 'mod', 'edit', ...edits],
    directory: folder,
    environment,
    limit: 60_000,
  });
  if (ended.code !== 0) throw new BuildError('the modules of the plugins are not valid', ended.stderr.trim().split('\n'));
}
