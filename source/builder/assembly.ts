import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError } from './buildError.js';
import { type ListedPackage, parseGoList } from './closure.js';
import { type Configuration, goPlugins } from './configuration.js';
import { goErrors } from './goErrors.js';
import { sharedFlags } from './plan.js';
import type { Workshop } from './sources.js';

/** Tags by which packages leave their assembly out; the first that does it is taken. */
export const WITHOUT_ASSEMBLY = ['noasm', 'purego'] as const;

/** cmd/asm of a register that code which is linked dynamically keeps for itself (cmd/internal/obj/x86: R15). */
const CLOBBERED = /^asm: .*when dynamic linking, R15 is clobbered/;

/** A package whose assembly can't be part of a plugin. */
export interface Unlinkable {
  /** `github.com/pierrec/lz4/v4/internal/lz4block`. */
  readonly importPath: string;
  /** `decode_amd64.s`. */
  readonly file: string;
  /** The tag that leaves it out; null when there is none. */
  readonly tag: (typeof WITHOUT_ASSEMBLY)[number] | null;
  readonly plugins: readonly string[];
}

/**
 * Assembly written for programs may use a register that plugins need for themselves: Go refuses to assemble it
 * (`R15 is clobbered`), at the end of a long build. So each package of a plugin that has assembly is compiled for a plugin
 * first, which costs nothing: the results are those the build takes from Go's cache.
 * @throws BuildError for one that can't be compiled without its assembly either.
 */
export async function unlinkableAssembly(
  configuration: Pick<Configuration, 'tags' | 'debug' | 'plugins'>,
  workshop: Workshop,
): Promise<Unlinkable[]> {
  const packages = await pluginPackages(configuration, workshop);
  const assembled = packages.filter((pkg) => (pkg.SFiles ?? []).length > 0 && !pkg.Standard && !pkg.Module?.Main);
  if (assembled.length === 0) return [];
  const stderr = await compileThem(assembled, configuration, workshop);
  return refusedIn(stderr).map(({ importPath, file }) => {
    const found = assembled.find((pkg) => pkg.ImportPath === importPath);
    const text = found?.Dir === undefined ? '' : readFileSync(join(found.Dir, file), 'utf8');
    return { importPath, file, tag: tagWithout(text), plugins: pluginsWith(importPath, packages) };
  });
}

/** The tags to add, each once. @throws BuildError when one of the packages knows no tag. */
export function tagsWithout(unlinkable: readonly Unlinkable[]): string[] {
  const stuck = unlinkable.filter(({ tag }) => tag === null);
  if (stuck.length > 0)
    throw new BuildError(
      "assembly that can't be part of a plugin: Go's assembler says that R15 is clobbered",
      stuck.map(
        ({ importPath, file, plugins }) =>
          `${importPath} (${file}), in plugin ${plugins.join(', ')}: build its components into the Collector instead`,
      ),
    );
  return [...new Set(unlinkable.flatMap(({ tag }) => (tag === null ? [] : [tag])))];
}

/** What was done about it, in one sentence. */
export function tagWarning(tags: readonly string[], unlinkable: readonly Unlinkable[]): string {
  const packages = unlinkable.map(({ importPath }) => importPath).join(', ');
  const names = [...new Set(unlinkable.flatMap((each) => each.plugins))];
  const plugins = `${names.length === 1 ? 'plugin' : 'plugins'} ${names.join(', ')}`;
  return (
    `built with -tags=${tags.join(',')}, the Collector too: the assembly of ${packages}, in ${plugins}, can't be part of a plugin. ` +
    'What has assembly beside Go code (compression) runs slower in all of this distribution. ' +
    `Under dist, build_tags: ${tags.join(',')} says that it is meant`
  );
}

/** Packages the assembler refused, as the go command names them: `# package`, then its lines. */
export function refusedIn(stderr: string): { importPath: string; file: string }[] {
  const refused = new Map<string, { importPath: string; file: string }>();
  let importPath = '';
  for (const line of stderr.split('\n')) {
    const heading = /^# (\S+)/.exec(line);
    if (heading) importPath = heading[1] ?? '';
    const place = CLOBBERED.test(line) ? /([^\s:/]+\.[sS]):\d+/.exec(line) : null;
    if (place && importPath !== '') refused.set(importPath, { importPath, file: place[1] ?? '' });
  }
  return [...refused.values()];
}

/** The tag that takes a file out of the build, by its `//go:build` line. */
export function tagWithout(source: string): (typeof WITHOUT_ASSEMBLY)[number] | null {
  const [, constraint = ''] = /^\/\/go:build (.*)$/m.exec(source) ?? [];
  return WITHOUT_ASSEMBLY.find((tag) => new RegExp(`!\\s*${tag}\\b`).test(constraint)) ?? null;
}

interface AssembledPackage extends ListedPackage {
  readonly SFiles?: readonly string[];
  readonly Standard?: boolean;
  readonly Dir?: string;
}

async function pluginPackages(
  configuration: Pick<Configuration, 'tags' | 'plugins'>,
  { children, environment, folder, go }: Workshop,
): Promise<AssembledPackage[]> {
  const mains = goPlugins(configuration).map(({ name }) => `./plugins/${name}`);
  if (mains.length === 0) return [];
  const tags = configuration.tags.length > 0 ? [`-tags=${configuration.tags.join(',')}`] : [];
  const ended = await children.run({
    argv: [go, 'list', '-deps', '-json=ImportPath,Deps,Module,Standard,Dir,SFiles', ...tags, ...mains],
    directory: folder,
    environment,
    limit: null,
  });
  if (ended.code !== 0) throw new BuildError('the packages of the plugins do not fit together', goErrors(ended.stderr));
  return parseGoList(ended.stdout);
}

/** `-export` compiles packages alone; a plugin would have to be linked. What else fails is said when the plugin is built. */
async function compileThem(
  packages: readonly AssembledPackage[],
  configuration: Pick<Configuration, 'tags' | 'debug'>,
  { children, environment, folder, go }: Workshop,
): Promise<string> {
  const paths = packages.map(({ ImportPath }) => ImportPath);
  const ended = await children.run({
    argv: [go, 'list', '-export', '-buildmode=plugin', ...sharedFlags(configuration), '-f', '', ...paths],
    directory: folder,
    environment,
    limit: null,
  });
  return ended.stderr;
}

function pluginsWith(importPath: string, packages: readonly AssembledPackage[]): string[] {
  return packages
    .filter((pkg) => pkg.Module?.Main && pkg.Deps?.includes(importPath))
    .map((pkg) => pkg.ImportPath.split('/').at(-1) ?? '');
}
