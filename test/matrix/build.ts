import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { finish } from './finish.js';
import type { Build, HostRecipe, PluginRecipe } from './recipes.js';
import { type Tree, treeOf } from './sources.js';

/** A row of the matrix on disk, or why it is not there. */
export type Built<R> =
  | { readonly state: 'built'; readonly recipe: R; readonly path: string; readonly key: string }
  | { readonly state: 'left out'; readonly recipe: R; readonly because: string };

/** Compiles rows, each once: what is in the cache folder already is taken from there. */
export class Workshop {
  readonly #cache: string;
  readonly #goVersion: string;
  /** Compilers started. */
  compiled = 0;

  constructor(cache: string) {
    this.#cache = cache;
    this.#goVersion = run('go', ['env', 'GOVERSION'], '.', { GOTOOLCHAIN: 'local' }).trim();
  }

  host(recipe: HostRecipe): Built<HostRecipe> {
    return this.#row(recipe, 'host', '', (path) => this.#compile(recipe, path));
  }

  /** @param others rows that `of` may name, built before. */
  plugin(recipe: PluginRecipe, others: ReadonlyMap<string, Built<PluginRecipe>>): Built<PluginRecipe> {
    const of = recipe.of === null ? null : others.get(recipe.of);
    if (of?.state === 'left out') return { state: 'left out', recipe, because: of.because };
    return this.#row(recipe, 'plugin.so', of?.key ?? '', (path) => {
      if (of?.state === 'built' && recipe.finish) finish(recipe.finish, of.path, path);
      else if (recipe.finish) finish(recipe.finish, null, path);
      else this.#compile({ ...recipe, flags: withPluginMode(recipe.flags) }, path);
    });
  }

  #row<R extends Build & { readonly name: string }>(recipe: R, file: string, of: string, make: (path: string) => void): Built<R> {
    const missing = recipe.needs.find((command) => spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0);
    if (missing !== undefined) return { state: 'left out', recipe, because: `${missing} is not installed` };
    const key = createHash('sha256')
      .update(JSON.stringify([this.#goVersion, recipe, of, treeOf(recipe.variant)]))
      .digest('hex')
      .slice(0, 16);
    const folder = join(this.#cache, 'built', key);
    const path = join(folder, file);
    const failed = join(folder, 'failed');
    if (existsSync(failed)) return { state: 'left out', recipe, because: readFileSync(failed, 'utf8') };
    if (!existsSync(path)) {
      mkdirSync(folder, { recursive: true });
      try {
        make(path);
      } catch (error) {
        writeFileSync(failed, firstLine(error));
        return { state: 'left out', recipe, because: firstLine(error) };
      }
    }
    return { state: 'built', recipe, path, key };
  }

  #compile({ main, variant, toolchain, flags, env, layout, profile, folder }: Build, output: string): void {
    this.compiled++;
    const root = join(this.#cache, folder);
    writeTree(root, layout === 'workspace' ? inWorkspace(treeOf(variant)) : treeOf(variant));
    const [module = '', ...rest] = main.split('/');
    const cwd = join(root, module);
    const settings = {
      CGO_ENABLED: '1',
      GOFLAGS: '-buildvcs=false',
      GOWORK: layout === 'workspace' ? join(root, 'go.work') : 'off',
      GOTOOLCHAIN: toolchain ?? 'local',
      ...env,
    };
    if (layout === 'vendor') run('go', ['mod', 'vendor'], cwd, settings);
    const vendored = layout === 'vendor' ? ['-mod=vendor'] : [];
    const profiled = profile === 'cpu' ? [`-pgo=${this.#cpuProfile(root, settings)}`] : [];
    run('go', ['build', '-o', output, ...vendored, ...profiled, ...flags, `./${rest.join('/')}`], cwd, settings);
  }

  /** The one profile that hosts and plugins are built with: two runs are never the same, and its content counts. */
  #cpuProfile(root: string, settings: Readonly<Record<string, string>>): string {
    const path = join(this.#cache, 'cpu.pprof');
    if (!existsSync(path)) run('go', ['run', './profiled', path], join(root, 'plugins'), settings);
    return path;
  }
}

function withPluginMode(flags: readonly string[]): readonly string[] {
  return flags.some((flag) => flag.startsWith('-buildmode')) ? flags : ['-buildmode=plugin', ...flags];
}

function writeTree(root: string, tree: Tree): void {
  rmSync(root, { recursive: true, force: true });
  for (const [file, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

function inWorkspace(tree: Tree): Tree {
  const alone = ([file, text]: [string, string]) => [file, file.endsWith('go.mod') ? text.replace(/^replace .*\n?/gm, '') : text];
  const modules = Object.keys(tree).filter((file) => file.endsWith('/go.mod'));
  return {
    ...Object.fromEntries(Object.entries(tree).map(alone)),
    'go.work': `go 1.21\n${modules.map((file) => `use ./${dirname(file)}\n`).join('')}`,
  };
}

function run(command: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, ...env } });
  if (status !== 0)
    throw new Error(
      stderr.split('\n').find((line) => line !== '' && !/^(#|go: downloading)/.test(line)) ?? `exit code ${status}`,
    );
  return stdout;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
