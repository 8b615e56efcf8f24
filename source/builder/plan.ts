import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../manifest/manifest.js';
import type { ReplacedModule } from '../trust/distribution.js';
import { BuildError } from './buildError.js';
import { ABI_VERSION, acceptance } from './cargo/manifest.js';
import { planRustPlugin, type RustPlanned } from './cargo/plan.js';
import { type ClosureModule, closures, LIST_FIELDS, parseGoList, readGoSum } from './closure.js';
import { type Configuration, goPlugins, rustPlugins } from './configuration.js';
import { goErrors, seenFrom } from './goErrors.js';
import { GO_ENVIRONMENT, type GoEnvironment, goManifest, manifestText, platformOf } from './goManifest.js';
import { inputKey } from './inputs.js';
import type { ComponentEntry } from './moduleEntries.js';
import type { Workshop } from './sources.js';

/** One thing to build, with all that is known of it before it is built. */
export type Planned = GoPlanned | RustPlanned;

export interface AnyPlanned {
  readonly kind: 'collector' | 'plugin';
  readonly name: string;
  /** In sentences: `the Collector`, `plugin redact`. */
  readonly title: string;
  /** Where it goes, relative to the output directory. */
  readonly path: string;
  readonly manifest: Manifest;
  readonly manifestText: string;
  /** Same key, same artifact (`inputKey`). */
  readonly key: string;
}

export interface GoPlanned extends AnyPlanned {
  readonly language: 'go';
  /** What it brings. */
  readonly components: readonly ComponentEntry[];
  /** Folder of its main package, relative to the generated module. */
  readonly folder: string;
  readonly flags: readonly string[];
  /** Its modules that a `replace` stands in for. */
  readonly replaced: readonly ReplacedModule[];
}

/** Everything but the Collector, which may be there already. */
export interface PluginPlan {
  readonly go: GoEnvironment;
  readonly compiler: Readonly<Record<string, string>>;
  /** Folder of each package that anything is made of. */
  readonly folders: ReadonlyMap<string, string>;
  /** That Collector and plugins share. */
  readonly flags: readonly string[];
  /** In the order of the build file. */
  readonly plugins: readonly Planned[];
}

export interface Plan extends PluginPlan {
  readonly host: GoPlanned;
}

/**
 * Flags that host and plugins share, to the letter: a flag on one side alone changes the hash of nearly every package.
 * `-buildvcs=false`: the state of a repository around the build must not get into what is built.
 */
export function sharedFlags({ tags, debug }: Pick<Configuration, 'tags' | 'debug'>): string[] {
  return [
    '-trimpath',
    '-buildvcs=false',
    ...(tags.length > 0 ? [`-tags=${tags.join(',')}`] : []),
    ...(debug ? ['-gcflags=all=-N -l'] : ['-ldflags=-s -w']),
  ];
}

/**
 * Asks Go and cargo what each artifact is made from, and works out the manifest of each.
 * @param timeOf the build time of an artifact, by its path in the output.
 */
export async function planBuild(
  configuration: Configuration,
  timeOf: (path: string) => string,
  workshop: Workshop,
): Promise<Plan> {
  const flags = sharedFlags(configuration);
  const { plan, planned } = await planPlugins({ configuration, flags, timeOf, besides: ['.'] }, workshop);
  // Every Collector has the Rust host; what it takes beyond the ABI is how its own Rust plugins are built.
  const rust = acceptance(plan.plugins.filter((plugin) => plugin.language === 'rust')) ?? { abi_version: ABI_VERSION };
  const host = planned(
    {
      kind: 'collector',
      name: configuration.name,
      title: 'the Collector',
      components: configuration.builtIn,
      path: configuration.name,
      folder: '.',
      flags,
    },
    configuration.version,
    ['main.go', 'components.go'],
    { accepts: { rust } },
  );
  return { ...plan, host };
}

export interface PlanRequest {
  readonly configuration: Configuration;
  /** Of host and plugins (`sharedFlags`). */
  readonly flags: readonly string[];
  /** The build time of an artifact, by its path in the output. */
  readonly timeOf: (path: string) => string;
  /** Main packages of the generated module besides those of the plugins. */
  readonly besides: readonly string[];
}

/** Plans one artifact that Go compiles: what it is, its version, the generated files that it is made from, fields of its manifest. */
type Planner = (
  what: Pick<GoPlanned, 'kind' | 'name' | 'title' | 'components' | 'path' | 'folder' | 'flags'>,
  version: string | null,
  sources: readonly string[],
  more?: Pick<Manifest, 'accepts'>,
) => GoPlanned;

/** The plugins alone, and the way to plan what is compiled beside them. */
export async function planPlugins(
  { configuration, flags, timeOf, besides }: PlanRequest,
  workshop: Workshop,
): Promise<{ readonly plan: PluginPlan; readonly planned: Planner }> {
  const go = await goEnvironment(workshop);
  if (go.GOOS !== 'linux') throw new BuildError(`ocx build makes plugins for Linux, and GOOS is ${go.GOOS}`);
  const compiler = { ...(await cCompiler(go, workshop)), CGO_CFLAGS: go.CGO_CFLAGS, CGO_LDFLAGS: go.CGO_LDFLAGS };
  const { module, closureOf, folders } = await dependencyClosures(configuration, besides, workshop);
  const source = (file: string) => readFileSync(join(workshop.folder, file), 'utf8');

  const rust: RustPlanned[] = [];
  const room = { ...workshop, folder: workshop.cargo, target: platformOf(go) };
  for (const plugin of rustPlugins(configuration))
    rust.push(await planRustPlugin(plugin, configuration, timeOf(`plugins/${plugin.name}.so`), room));

  const planned: Planner = (what, version, sources, more = {}) => {
    const closure = closureOf(what.folder === '.' ? module : `${module}/${what.folder}`);
    const manifest = { ...goManifest({ ...what, version, closure, go, buildTime: timeOf(what.path) }), ...more };
    const text = manifestText(manifest);
    // A time that is asked for is an input; that of the clock is not, or everything would always be built again.
    const asked = workshop.environment.SOURCE_DATE_EPOCH || null;
    return {
      ...what,
      language: 'go',
      manifest,
      manifestText: text,
      replaced: closure.flatMap(({ replaced }) => (replaced === null ? [] : [replaced])),
      key: inputKey(manifest, [...sources.map(source), `time ${asked}`], compiler),
    };
  };
  const plugins = configuration.plugins.map(
    (entry): Planned =>
      rust.find((plugin) => plugin.name === entry.name) ??
      planned(
        {
          kind: 'plugin',
          name: entry.name,
          title: `plugin ${entry.name}`,
          components: entry.language === 'go' ? entry.components : [],
          path: `plugins/${entry.name}.so`,
          folder: `plugins/${entry.name}`,
          flags: ['-buildmode=plugin', ...flags],
        },
        entry.version ?? configuration.version,
        [`plugins/${entry.name}/main.go`],
      ),
  );
  return { plan: { go, compiler, folders, flags, plugins }, planned };
}

/** What of `go env` decides how things are built. @throws BuildError when the go command, or the toolchain that it is to use, is not there. */
export async function goEnvironment({ children, environment, folder, go }: Workshop): Promise<GoEnvironment> {
  const ended = await children.run({
    argv: [go, 'env', '-json', ...GO_ENVIRONMENT],
    directory: folder,
    environment,
    limit: 60_000,
  });
  if (ended.code !== 0) throw new BuildError('go env fails', goErrors(ended.stderr));
  return JSON.parse(ended.stdout);
}

/** cgo needs one; which it is decides what comes out. */
async function cCompiler({ CC }: GoEnvironment, { children, environment, folder }: Workshop): Promise<{ CC: string }> {
  const argv = [...CC.split(/\s+/).filter(Boolean), '--version'];
  const ended = await children.run({ argv, directory: folder, environment, limit: 60_000 });
  if (ended.code !== 0) throw new BuildError(`the C compiler ${CC} does not work: plugins need cgo`);
  return { CC: ended.stdout.split('\n')[0]?.trim() ?? CC };
}

async function dependencyClosures(
  configuration: Configuration,
  besides: readonly string[],
  { children, environment, folder, go }: Workshop,
): Promise<{
  module: string;
  closureOf: (mainPackage: string) => ClosureModule[];
  folders: ReadonlyMap<string, string>;
}> {
  const tags = configuration.tags.length > 0 ? [`-tags=${configuration.tags.join(',')}`] : [];
  const mains = goPlugins(configuration).map(({ name }) => `./plugins/${name}`);
  if (besides.length + mains.length === 0) return { module: '', closureOf: () => [], folders: new Map() };
  const ended = await children.run({
    argv: [go, 'list', '-deps', `-json=${LIST_FIELDS}`, ...tags, ...besides, ...mains],
    directory: folder,
    environment,
    limit: null,
  });
  if (ended.code !== 0)
    throw new BuildError(
      'the packages of this build do not fit together',
      seenFrom(process.cwd(), goErrors(ended.stderr), folder),
    );
  const packages = parseGoList(ended.stdout);
  const module = packages.find((pkg) => pkg.Module?.Main)?.Module?.Path;
  if (module === undefined) throw new BuildError('go list does not know the module that was generated');
  const folders = new Map(packages.flatMap(({ ImportPath, Dir }) => (Dir === undefined ? [] : [[ImportPath, Dir] as const])));
  return { module, folders, closureOf: closures(packages, readGoSum(join(folder, 'go.sum')), configuration.outputs) };
}
