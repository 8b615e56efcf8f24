import { join } from 'node:path';
import { PlaceError } from '../catalog/discovery.js';
import type { Artifact } from '../trust/distribution.js';
import { buildAgainst } from './against/build.js';
import type { Target } from './against/target.js';
import { tagsWithout, tagWarning, unlinkableAssembly } from './assembly.js';
import { BuildError, BuildStopped } from './buildError.js';
import { type BuildLog, openBuildLog } from './buildLog.js';
import { newLocks } from './cargo/plan.js';
import { checkHost, checkMatches, checkPlugin } from './check.js';
import { Children } from './children.js';
import type { Configuration } from './configuration.js';
import { type BuildEvent, type Emit, type Say, sayOf } from './events.js';
import { fetchAll } from './fetch.js';
import { buildTime } from './goManifest.js';
import { type Container, environmentOf, inEnvironment } from './hermetic/environment.js';
import { foundLocks, readLock, writeFound } from './hermetic/lock.js';
import { readState } from './inputs.js';
import { describeAll, describedBeside, make, runsHere, unchanged } from './make.js';
import { fetchModules } from './modules.js';
import { findOcb } from './ocb.js';
import { type OutputFolder, openOutput } from './outputFolder.js';
import { type Plan, type Planned, planBuild } from './plan.js';
import { probe } from './probe.js';
import { type Made, ofCollector, publish, signatureNote } from './publish.js';
import { findRuntime } from './runtimeModule.js';
import { type Workshop, writeSources } from './sources.js';
import { refuseTakenTypes } from './takenTypes.js';

export interface BuildRequest {
  readonly configuration: Configuration;
  /** The one plugin to build against the Collector that is there; null for all. */
  readonly only: string | null;
  /** `fetch`: download all that a build needs, and stop; `offline`: build, and download nothing. */
  readonly extent: 'all' | 'fetch' | 'offline';
  /** The container that this runs in, for the manifests; null outside of one. */
  readonly container: Container | null;
  /** Build times of artifacts by their path, to build again what was built before; of others it is the time of this build. */
  readonly times: ReadonlyMap<string, string>;
  /** The Collector that is there already, which the plugins alone are built for; null to build it too. */
  readonly against: Target | null;
  readonly ocxVersion: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly emit: Emit;
  readonly now: () => number;
  /** Aborted with the name of a signal: everything that runs is ended, and nothing is published. */
  readonly stop: AbortSignal;
}

export type BuildResult = 'built' | 'failed' | 'stopped';

/** Where the work of a build happens. */
export interface Room {
  readonly output: OutputFolder;
  readonly log: BuildLog;
  readonly children: Children;
}

/**
 * Builds a Collector and its plugins, checks each, and publishes them together. Says everything by events.
 * @throws PlaceError when the request itself can't be carried out.
 */
export async function build(request: BuildRequest): Promise<BuildResult> {
  const { configuration, only } = request;
  if (only !== null && !configuration.plugins.some(({ name }) => name === only))
    throw new PlaceError(noSuchPlugin(request, only));
  const time = buildTime(request.environment, request.now());
  if (time === null) throw new PlaceError('SOURCE_DATE_EPOCH must be a number of seconds since 1970');
  const lock = readLock(configuration.file);
  return inOutput(request, async ({ output, children }) => {
    const workshop: Workshop = {
      children,
      go: configuration.go,
      folder: output.sources,
      cargo: output.cargo,
      sums: lock?.go_sum ?? [],
      cargoLocks: lock?.cargo_locks ?? {},
      environment: {
        ...request.environment,
        // One module, whatever workspace lies around it; plugins need cgo on both sides.
        GOWORK: 'off',
        CGO_ENABLED: '1',
        ...(request.extent === 'offline' ? OFFLINE : {}),
      },
    };
    if (request.against !== null) return buildAgainst(request, request.against, output, workshop, time);
    if (request.extent !== 'fetch') {
      const artifacts = await run(request, output, workshop, time);
      if (request.container !== null) writeFound(output.path, foundLocks(workshop));
      return artifacts;
    }
    const started = request.now();
    await fetchAll(request, workshop, sayOf(request));
    const seconds = Math.round((request.now() - started) / 100) / 10;
    return { event: 'build fetched', output: output.path, seconds, log: join(output.path, 'build.log') };
  });
}

/** Go and cargo take what is there, or fail. */
const OFFLINE = { GOPROXY: 'off', CARGO_NET_OFFLINE: 'true' } as const;

/**
 * Does a build's work in its output folder, and says by events how it began and ended.
 * @param work gives what it made, or another event to end with.
 * @throws PlaceError when the folder can't be used.
 */
export async function inOutput(
  request: Pick<BuildRequest, 'configuration' | 'emit' | 'now' | 'stop'> & Partial<Pick<BuildRequest, 'against'>>,
  work: (room: Room) => Promise<readonly Artifact[] | BuildEvent>,
): Promise<BuildResult> {
  const { configuration, emit } = request;
  const output = openOutput(configuration.outputPath);
  const log = openBuildLog(join(output.path, 'build.log'));
  const children = new Children(log);
  const onStop = () => children.stop(signalOf(request.stop));
  if (request.stop.aborted) onStop();
  request.stop.addEventListener('abort', onStop, { once: true });
  const started = request.now();
  const seconds = () => Math.round((request.now() - started) / 100) / 10;
  try {
    emit({
      event: 'build started',
      file: configuration.file,
      output: output.path,
      collector: request.against?.title ?? configuration.name,
      against: request.against?.file ?? null,
      plugins: configuration.plugins.map(({ name }) => name),
    });
    const made = await work({ output, log, children });
    if ('event' in made) emit(made);
    else emit({ event: 'build finished', output: output.path, seconds: seconds(), artifacts: made, log: log.path });
    return 'built';
  } catch (error) {
    if (error instanceof BuildStopped) {
      emit({ event: 'build stopped', signal: error.signal });
      return 'stopped';
    }
    if (!(error instanceof BuildError)) throw error;
    log.write(`\nocx: ${error.message}\n${error.details.map((line) => `${line}\n`).join('')}`);
    emit({ event: 'build failed', message: error.message, details: error.details, log: log.path });
    return 'failed';
  } finally {
    request.stop.removeEventListener('abort', onStop);
    output.close();
    log.close();
  }
}

async function run(request: BuildRequest, output: OutputFolder, workshop: Workshop, time: string): Promise<Artifact[]> {
  const { configuration, only } = request;
  const say = sayOf(request);

  const ocb = await say('ocb', `ocb ${configuration.ocbVersion}`, async () => {
    const found = await findOcb(configuration, workshop);
    return { value: found, note: { PATH: found.path, cache: 'kept from an earlier build', installed: 'installed' }[found.from] };
  });
  const tags = await say('sources', 'write sources', async () => ({
    value: await writeSources(configuration, ocb, findRuntime(), workshop),
    note: '',
  }));
  await say('modules', 'fetch modules', async () => ({ value: await fetchModules(configuration, tags, workshop), note: '' }));
  const more = await say('assembly', 'check assembly', () => assemblyTags({ ...configuration, tags }, workshop));
  if (more.warning !== null) request.emit({ event: 'warning', message: more.warning });
  const plan = await say('closure', 'hash dependencies', async () => {
    const planned = await planBuild(
      { ...configuration, tags: [...tags, ...more.tags] },
      (path) => request.times.get(path) ?? time,
      workshop,
    );
    const value = request.container === null ? planned : placed(planned, request.container, ocb.version);
    return { value, note: `${Object.keys(value.host.manifest.dependency_hashes).length} modules, ${value.go.GOVERSION}` };
  });

  for (const message of newLocks(plan.plugins)) request.emit({ event: 'warning', message });

  const wanted = only === null ? [plan.host, ...plan.plugins] : plan.plugins.filter(({ name }) => name === only);
  if (only !== null) for (const plugin of wanted) checkMatches(plugin.manifest, plugin.name, join(output.path, plan.host.path));
  const state = readState(output.state);
  const kept = new Map(wanted.map((planned) => [planned, unchanged(planned, output, state)]));
  const fresh = wanted.filter((planned) => !kept.get(planned));
  const descriptors = await describeAll(fresh, plan, workshop, say);
  const built = new Map<Planned, Made>();
  // A Rust plugin says what it brings only once it is built: then it is asked again.
  const distinct = () =>
    refuseTakenTypes(configuration, [plan.host, ...plan.plugins], (planned) =>
      fresh.includes(planned)
        ? (built.get(planned)?.fresh?.descriptors ?? descriptors.get(planned.path) ?? null)
        : describedBeside(join(output.path, planned.path)),
    );
  distinct();
  for (const planned of wanted) {
    const host = runsHere(plan) ? (built.get(plan.host)?.file ?? join(output.path, plan.host.path)) : null;
    const said = descriptors.get(planned.path) ?? null;
    built.set(planned, await make(planned, kept.get(planned) ?? null, said, host, output, workshop, say));
  }
  distinct();
  await check(request, plan, built, output, workshop, say);
  return say('publish', `write ${configuration.outputPath}`, async () => {
    const note = signatureNote(output);
    return { value: publish(request, plan, ofCollector(plan, ocb), built, output, state), note: note() };
  });
}

/** The plan of a build that runs in a container: its manifests say in which. */
function placed(plan: Plan, { recorded }: Container, ocb: string): Plan {
  const rust = plan.plugins.find(({ language }) => language === 'rust')?.manifest.toolchain_version ?? null;
  const toolchains = { go: plan.go.GOVERSION, cc: plan.compiler.CC ?? '', rust, ocb };
  return inEnvironment(plan, environmentOf(recorded, toolchains, [plan.host, ...plan.plugins]));
}

/** Tags without which a plugin can't be compiled; they hold for everything that is built, or it would not fit together. */
async function assemblyTags(
  configuration: Configuration,
  workshop: Workshop,
): Promise<{ value: { tags: string[]; warning: string | null }; note: string }> {
  const unlinkable = await unlinkableAssembly(configuration, workshop);
  if (unlinkable.length === 0) return { value: { tags: [], warning: null }, note: '' };
  const tags = tagsWithout(unlinkable);
  const tagged = [...configuration.tags, ...tags];
  await fetchModules(configuration, tagged, workshop);
  tagsWithout((await unlinkableAssembly({ ...configuration, tags: tagged }, workshop)).map((each) => ({ ...each, tag: null })));
  return { value: { tags, warning: tagWarning(tags, unlinkable) }, note: `adds -tags=${tags.join(',')}` };
}

async function check(
  request: BuildRequest,
  plan: Plan,
  built: ReadonlyMap<Planned, Made>,
  output: OutputFolder,
  workshop: Workshop,
  say: Say,
): Promise<void> {
  const host = built.get(plan.host)?.file ?? join(output.path, plan.host.path);
  await say('check', 'check what was built', async () => {
    for (const [planned, { file, fresh }] of built) {
      const notes = fresh && { manifest: planned.manifestText, descriptors: fresh.descriptors };
      if (planned.kind === 'plugin') checkPlugin(planned.name, file, host, notes, request.now());
      else checkHost(file, notes);
    }
    const plugins = [...built.keys()].filter(({ kind }) => kind === 'plugin').length;
    return { value: null, note: plugins === 1 ? '1 plugin loads' : `${plugins} plugins load` };
  });
  for (const [planned, { file }] of built) {
    if (planned.kind !== 'plugin') continue;
    await say('probe', `open plugin ${planned.name}`, async () => ({
      value: null,
      note: await probe(planned.name, file, host, plan.go, workshop),
    }));
  }
}

function noSuchPlugin({ configuration: { file, plugins } }: BuildRequest, only: string): string {
  const names = plugins.map(({ name }) => name).join(', ');
  return `${file} has no plugin ${only}${names === '' ? ': it has none' : ` (${names})`}`;
}

function signalOf({ reason }: AbortSignal): NodeJS.Signals {
  return reason === 'SIGTERM' || reason === 'SIGHUP' ? reason : 'SIGINT';
}
