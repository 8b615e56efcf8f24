import { dirname, join, resolve } from 'node:path';
import type { Artifact } from '../../trust/distribution.js';
import { tagsWithout, unlinkableAssembly } from '../assembly.js';
import type { BuildRequest } from '../build.js';
import { BuildError } from '../buildError.js';
import { newLocks } from '../cargo/plan.js';
import { checkPlugin } from '../check.js';
import { type Configuration, goPlugins } from '../configuration.js';
import { sayOf } from '../events.js';
import { folderHash } from '../folderHash.js';
import { readState } from '../inputs.js';
import { describeAll, describedBeside, make, runsHere, unchanged } from '../make.js';
import { fetchModules } from '../modules.js';
import type { OutputFolder } from '../outputFolder.js';
import { goEnvironment, type Planned, type PluginPlan, planPlugins } from '../plan.js';
import { probe } from '../probe.js';
import { type Made, type PublishedAs, publish, signatureNote } from '../publish.js';
import { findRuntime, RUNTIME_FOLDER } from '../runtimeModule.js';
import type { Workshop } from '../sources.js';
import { refuseTakenTypes } from '../takenTypes.js';
import { commandOf, environmentFor, flagsOf, refuseDifferences, refuseToolchain, refuseUnmatchable, tagsOf } from './matching.js';
import { writePluginSources } from './sources.js';
import type { Target } from './target.js';

/**
 * Builds the plugins of a build file for a Collector that is there already, from what is published of it: its toolchain,
 * flags, tags and the version of every module. What can't match is refused before anything is compiled.
 */
export async function buildAgainst(
  request: BuildRequest,
  target: Target,
  output: OutputFolder,
  plain: Workshop,
  time: string,
): Promise<Artifact[]> {
  const say = sayOf(request);
  const { replaces, file } = request.configuration;
  if (replaces.length > 0)
    throw new BuildError(`${file}: replaces can't be with --against: what is compiled of each module is the Collector's affair`, [
      'fix: take it away; a module of your own that lies in a folder is named by path:',
    ]);
  // A plugin alone is a distribution without a Collector: it would take the place of the one that it is for.
  if (dirname(resolve(target.file)) === output.path)
    throw new BuildError(`${target.title} lies in ${output.path}, where this build writes, too`, [
      'fix: ocx build --only PLUGIN builds a plugin for it; or write elsewhere: --into DIR',
    ]);
  const configuration = configured(request.configuration, target);
  const again = commandOf(configuration.file, target);
  const workshop = { ...plain, environment: environmentFor(target, plain.environment) };
  for (const message of warnings(request.configuration, target)) request.emit({ event: 'warning', message });

  await say('match', `match ${target.title}`, async () => {
    writePluginSources(configuration, target, findRuntime(), workshop);
    refuseUnmatchable(target, folderHash(join(workshop.folder, RUNTIME_FOLDER), configuration.outputs), again);
    const go = await toolchain(target, workshop);
    refuseToolchain(target, go, again);
    return { value: null, note: go.GOVERSION };
  });
  await say('modules', 'fetch modules', async () => ({ value: await fetched(configuration, target, workshop), note: '' }));
  const plan = await say('closure', 'hash dependencies', async () => {
    const { plan: value } = await planPlugins(
      { configuration, flags: flagsOf(target), timeOf: (path) => request.times.get(path) ?? time, besides: [] },
      workshop,
    );
    const requiredBy = await requirements(workshop);
    for (const { manifest, name } of value.plugins) refuseDifferences(manifest, name, target, requiredBy);
    return { value, note: `as ${target.title} has them` };
  });
  for (const message of newLocks(plan.plugins)) request.emit({ event: 'warning', message });
  await say('assembly', 'check assembly', async () => {
    // The Collector is built: no tag can be added any more.
    tagsWithout((await unlinkableAssembly(configuration, workshop)).map((each) => ({ ...each, tag: null })));
    return { value: null, note: '' };
  });
  return compiled(request, configuration, target, plan, output, workshop);
}

async function compiled(
  request: BuildRequest,
  configuration: Configuration,
  target: Target,
  plan: PluginPlan,
  output: OutputFolder,
  workshop: Workshop,
): Promise<Artifact[]> {
  const { only } = request;
  const say = sayOf(request);
  const wanted = plan.plugins.filter(({ name }) => only === null || name === only);
  const state = readState(output.state);
  const kept = new Map(wanted.map((planned) => [planned, unchanged(planned, output, state)]));
  const fresh = wanted.filter((planned) => !kept.get(planned));
  const descriptors = await describeAll(fresh, plan, workshop, say);
  const built = new Map<Planned, Made>();
  const collector = { kind: 'collector', name: target.name, title: target.title } as const;
  const distinct = () =>
    refuseTakenTypes(configuration, [collector, ...plan.plugins], (artifact) =>
      artifact === collector ? target.descriptors : (describedNow(artifact.name) ?? null),
    );
  const describedNow = (name: string) => {
    const planned = plan.plugins.find((one) => one.name === name);
    if (!planned) return null;
    if (!fresh.includes(planned)) return describedBeside(join(output.path, planned.path));
    return built.get(planned)?.fresh?.descriptors ?? descriptors.get(planned.path) ?? null;
  };
  distinct();
  const opens = runsHere(plan) ? target.binary : null;
  for (const planned of wanted) {
    const said = descriptors.get(planned.path) ?? null;
    built.set(planned, await make(planned, kept.get(planned) ?? null, said, opens, output, workshop, say));
  }
  distinct();
  await checked(request, target, plan, built, workshop);
  return say('publish', `write ${configuration.outputPath}`, async () => {
    const note = signatureNote(output);
    return { value: publish(request, plan, againstOf(configuration, target), built, output, state), note: note() };
  });
}

function againstOf({ name, version }: Configuration, target: Target): PublishedAs {
  const { manifest } = target;
  return {
    name,
    version: version ?? '',
    against: { name: target.name, version: target.version },
    ocb: '',
    rust: manifest.accepts?.rust?.toolchain_version ?? null,
    target: manifest.target,
    placed: null,
  };
}

async function checked(
  request: BuildRequest,
  { judge, binary, file, title }: Target,
  plan: PluginPlan,
  built: ReadonlyMap<Planned, Made>,
  workshop: Workshop,
): Promise<void> {
  const { emit, now } = request;
  const say = sayOf(request);
  if (judge === null) {
    emit({
      event: 'warning',
      message: `the plugins match what ${file} says, and were not judged: neither the Collector nor its profile lies beside it`,
    });
    return;
  }
  await say('check', 'check what was built', async () => {
    for (const [planned, { file: made, fresh }] of built)
      checkPlugin(planned.name, made, judge, fresh && { manifest: planned.manifestText, descriptors: fresh.descriptors }, now());
    return { value: null, note: `${built.size === 1 ? '1 plugin loads' : `${built.size} plugins load`} in ${title}` };
  });
  if (binary === null) return;
  for (const [planned, { file: made }] of built)
    await say('probe', `open plugin ${planned.name}`, async () => ({
      value: null,
      note: await probe(planned.name, made, binary, plan.go, workshop),
    }));
}

/** The build file with what is the Collector's in place of its own. */
function configured(configuration: Configuration, target: Target): Configuration {
  const debug = target.manifest.build_flags.some((flag) => /^--?gcflags=all=-N -l$/.test(flag));
  return { ...configuration, builtIn: [], tags: tagsOf(target), moreTags: false, debug };
}

function warnings(configuration: Configuration, { title, manifest, replaced }: Target): string[] {
  const built = configuration.builtIn.length;
  const raised = goPlugins(configuration)
    .flatMap(({ components }) => components)
    .filter(({ module, version, folder }) => {
      const theirs = replaced.get(module)?.version ?? manifest.dependency_versions?.[module];
      return folder === null && theirs !== undefined && theirs !== version;
    })
    .map(({ module, version }) => `${module} ${version} is ${manifest.dependency_versions?.[module]} in ${title}, which counts`);
  return [
    ...(built === 0 ? [] : [`the plugins alone are built: the Collector is ${title}, and not the one of this file`]),
    ...raised,
  ];
}

/** @throws BuildError that says how the Collector's toolchain can be had, when the go command can't get it. */
async function toolchain(target: Target, workshop: Workshop) {
  try {
    return await goEnvironment(workshop);
  } catch (error) {
    const wanted = workshop.environment.GOTOOLCHAIN;
    if (!(error instanceof BuildError) || !wanted?.startsWith('go')) throw error;
    throw new BuildError(`${target.title} was built by ${target.manifest.toolchain_version}, and ${wanted} can't be had here`, [
      ...error.details,
      `fix: install ${wanted} (https://go.dev/dl), or build in the image golang:${wanted.slice(2)}-bookworm`,
    ]);
  }
}

/** @throws BuildError for a module that the Collector has from a folder which nobody published. */
async function fetched(configuration: Configuration, target: Target, workshop: Workshop): Promise<void> {
  try {
    await fetchModules(configuration, tagsOf(target), workshop);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    const said = [error.message, ...error.details].join('\n');
    const [local] = [...target.replaced.values()].filter(({ module, by }) => by === null && said.includes(module));
    if (!local) throw error;
    throw new BuildError(`${target.title} has ${local.module} from a folder that is not published, and a plugin needs it`, [
      `fix: ask its maker to publish ${local.module} as a module; or name the same folder by path: in the build file`,
      ...error.details,
    ]);
  }
}

/** Who asks for a module in a version: `go mod graph` has a line for each requirement. */
async function requirements({ children, environment, folder, go }: Workshop) {
  const ended = await children.run({ argv: [go, 'mod', 'graph'], directory: folder, environment, limit: null });
  const edges = ended.stdout.split('\n').map((line) => line.split(' '));
  return (module: string, version: string): string[] =>
    edges.flatMap(([from = '', to]) => (to === `${module}@${version}` && from.includes('@') ? [from] : [])).slice(0, 3);
}
