import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlaceError } from '../../catalog/discovery.js';
import { type Artifact, DISTRIBUTION_FILE, SIGNATURE_SUFFIX } from '../../trust/distribution.js';
import { type BuildRequest, type BuildResult, inOutput, type Room } from '../build.js';
import { BuildError } from '../buildError.js';
import { rustPlugins } from '../configuration.js';
import { BESIDE, leftOver, readDistribution } from '../distribution.js';
import { type BuildEvent, type Say, step } from '../events.js';
import { buildTime } from '../goManifest.js';
import { signatureNote } from '../publish.js';
import { writeContainer } from './container.js';
import { dockerfileHash } from './dockerfile.js';
import { buildArguments, type Engine, type EngineRoom, findEngine, forgetImage } from './engine.js';
import type { EngineName } from './engineName.js';
import { findImage } from './findImages.js';
import { digestOf, type Image, type ImageRole, neededImages } from './images.js';
import { InsideEvents } from './insideEvents.js';
import { lastWords } from './lastWords.js';
import { layoutOf } from './layout.js';
import { imageDigests, type Lock, lockedImages, lockFile, lockText, readLock, readWritten } from './lock.js';

export interface HermeticRequest extends Omit<BuildRequest, 'only' | 'against' | 'extent' | 'container' | 'times'> {
  /** Where the command runs, absolute. */
  readonly directory: string;
  readonly engine: EngineName | null;
  /** One's own image with every toolchain, in place of those of the build file. */
  readonly base: string | null;
  /** Write the container's folder, and run nothing that builds. */
  readonly dockerfileOnly: boolean;
  /** Build again what was built before; null to build what is to be delivered. */
  readonly again: Again | null;
}

/** How an earlier build is repeated: nothing of it may depend on where this one writes. */
export interface Again {
  /** The output of that build, which decides how things lie in the container. */
  readonly outputPath: string;
  /** References of the images it took, by role: taken again where nothing names others. */
  readonly images: Readonly<Partial<Record<ImageRole, string>>>;
}

/**
 * Builds a Collector and its plugins in a container that is made for it, and publishes what comes out. Inside runs
 * `ocx build`, the same command, twice: to fetch, and without a network to compile.
 * @throws PlaceError when the request itself can't be carried out.
 */
export async function buildHermetic(request: HermeticRequest): Promise<BuildResult> {
  // Without a time that is asked for it is the same for all, as that of the clock is nobody's.
  const environment = { ...request.environment, SOURCE_DATE_EPOCH: request.environment.SOURCE_DATE_EPOCH || '0' };
  if (buildTime(environment, 0) === null) throw new PlaceError('SOURCE_DATE_EPOCH must be a number of seconds since 1970');
  const lock = readLock(request.configuration.file);
  return inOutput(request, (room) => run({ ...request, environment }, lock, room));
}

async function run(request: HermeticRequest, lock: Lock | null, room: Room): Promise<readonly Artifact[] | BuildEvent> {
  const { configuration, directory, emit } = request;
  const { output, children } = room;
  const say: Say = (name, title, work) => step(emit, request.now, name, title, work);
  const engineRoom: EngineRoom = { children, environment: request.environment, directory };
  const rust = rustPlugins(configuration).length > 0;
  const named = neededImages(chosenImages(request), { rust });
  const known = lockedImages(takenAgain(named, request.again), lock);

  const engine = request.dockerfileOnly && request.engine === null ? null : await chosen(request.engine, engineRoom, say);
  const images = engine === null ? known : await found(known, engine, engineRoom, say);
  for (const { reference } of images)
    if (digestOf(reference) === null)
      emit({ event: 'warning', message: `image ${reference} is named without its digest: what it holds may change` });

  const folder = join(output.path, '.ocx', 'container');
  const dockerfile = await say('container', 'write the container', async () => {
    const text = lock === null ? null : lockText(lock);
    const value = writeContainer(folder, {
      layout: layoutOf({ ...configuration, outputPath: request.again?.outputPath ?? output.path }, directory),
      images,
      rust,
      ocxVersion: request.ocxVersion,
      lock: text === null ? null : { name: lockName(configuration.file), text },
      except: configuration.outputs,
    });
    return { value, note: '' };
  });
  if (engine === null || request.dockerfileOnly)
    return { event: 'container written', folder, dockerfile: dockerfileHash(dockerfile) };

  const made = await inContainer(request, engine, folder, room);
  return say('publish', `write ${configuration.outputPath}`, async () => {
    const note = signatureNote(room.output);
    const artifacts = publishAll(made, room);
    const locks = readWritten(made);
    if (request.again === null)
      writeFileSync(lockFile(configuration.file), lockText({ ...locks, images: imageDigests(named, images) }));
    rmSync(made, { recursive: true, force: true });
    return { value: artifacts, note: note() };
  });
}

/** What is asked for on the command line, else in the build file, else what an earlier build had of its own. */
function chosenImages({ configuration: { images }, base, again }: HermeticRequest): Partial<Record<ImageRole, string>> {
  if (base !== null) return { base };
  return Object.keys(images).length === 0 && again?.images.base !== undefined ? { base: again.images.base } : images;
}

/** The very images of an earlier build, of those that have the name that is asked for. */
function takenAgain(named: readonly Image[], again: Again | null): Image[] {
  return named.map((image) => {
    const before = again?.images[image.role];
    return before?.startsWith(`${image.reference}@`) ? { ...image, reference: before } : image;
  });
}

async function chosen(wanted: EngineName | null, room: EngineRoom, say: Say): Promise<Engine> {
  return say('engine', 'find an engine', async () => {
    const engine = await findEngine(wanted, room);
    return { value: engine, note: `${engine.name} ${engine.version}` };
  });
}

async function found(images: readonly Image[], engine: Engine, room: EngineRoom, say: Say): Promise<Image[]> {
  const result: Image[] = [];
  for (const image of images)
    result.push(
      await say('image', `image ${image.reference.replace(/@.*/, '')}`, async () => {
        const { image: value, note } = await findImage(image, engine, room);
        return { value, note };
      }),
    );
  return result;
}

/**
 * Runs the engine; what the ocx inside says is said here.
 * @returns the folder with what came out.
 * @throws BuildError: that of the build inside, else the engine's last words.
 */
async function inContainer({ emit, environment, directory }: HermeticRequest, engine: Engine, folder: string, room: Room) {
  const { output, children, log } = room;
  const into = join(output.path, '.ocx', 'made');
  for (const path of [into, `${into}.image`]) rmSync(path, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  const failures: Extract<BuildEvent, { event: 'build failed' }>[] = [];
  const onEvent = (event: BuildEvent) => {
    if (event.event === 'build failed') failures.push(event);
    if (event.event === 'step started' || event.event === 'step ended' || event.event === 'warning') emit(event);
  };
  const inside = { stdout: new InsideEvents(onEvent), stderr: new InsideEvents(onEvent) };
  const imageFile = `${into}.image`;
  const ended = await children.run({
    argv: buildArguments(engine, folder, into, imageFile, environment),
    directory,
    environment: { ...environment, DOCKER_BUILDKIT: '1' },
    limit: null,
    hear: (chunk, stream) => inside[stream].add(chunk),
  });
  log.write(ended.stdout);
  const [failure] = failures;
  if (failure) throw new BuildError(failure.message, failure.details);
  await forgetImage(engine, imageFile, { children, environment, directory });
  if (ended.code !== 0) throw new BuildError(`${engine.name} fails`, lastWords(`${ended.stdout}\n${ended.stderr}`));
  return into;
}

/** Every file that the distribution lists, each in one rename; distribution.json at the end, which speaks of them. */
function publishAll(made: string, { output }: Room): Artifact[] {
  const distribution = readDistribution(made);
  if (distribution === null) throw new BuildError('no distribution came out of the container');
  const { artifacts, files } = distribution;
  for (const path of leftOver(readDistribution(output.path), artifacts)) for (const file of besides(path)) output.remove(file);
  const now = new Set(files.map(({ path }) => path));
  for (const { path } of artifacts) for (const file of besides(path)) if (file !== path && !now.has(file)) output.remove(file);
  for (const { path } of [...files, ...artifacts]) move(made, output.path, path);
  output.remove(`${DISTRIBUTION_FILE}${SIGNATURE_SUFFIX}`);
  move(made, output.path, DISTRIBUTION_FILE);
  // Of what lies there now the next build on this machine made nothing.
  rmSync(output.state, { force: true });
  return [...artifacts];
}

function besides(path: string): string[] {
  return [path, ...BESIDE.map(({ suffix }) => `${path}${suffix}`)];
}

function move(from: string, to: string, path: string): void {
  mkdirSync(dirname(join(to, path)), { recursive: true });
  renameSync(join(from, path), join(to, path));
}

function lockName(buildFile: string): string {
  return lockFile(buildFile).slice(dirname(buildFile).length + 1);
}
