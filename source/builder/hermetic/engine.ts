import { existsSync, readFileSync } from 'node:fs';
import { BuildError } from '../buildError.js';
import type { Children, Ended } from '../children.js';
import { BUILD_ARGUMENTS } from './dockerfile.js';
import { ENGINE_NAMES, type EngineName } from './engineName.js';

export interface Engine {
  readonly name: EngineName;
  readonly version: string;
}

/** What asks an engine needs: how to run it, and with which variables. */
export interface EngineRoom {
  readonly children: Children;
  readonly environment: NodeJS.ProcessEnv;
  readonly directory: string;
}

/** Milliseconds an engine may take to say that it works: docker waits for its service. */
const PATIENCE = 30_000;

/** How each is asked whether it works: a client whose service is not there has a version, too. */
const WORKS: Readonly<Record<EngineName, readonly string[]>> = {
  docker: ['docker', 'info', '--format', '{{.ServerVersion}}'],
  podman: ['podman', 'info', '--format', '{{.Version.Version}}'],
  buildah: ['buildah', 'info'],
};

const VERSION: Readonly<Record<EngineName, readonly string[]>> = {
  docker: WORKS.docker,
  podman: WORKS.podman,
  buildah: ['buildah', '--version'],
};

/**
 * The engine that is asked for, or the first that works.
 * @throws BuildError saying of each why it does not.
 */
export async function findEngine(wanted: EngineName | null, room: EngineRoom): Promise<Engine> {
  const faults: string[] = [];
  for (const name of wanted === null ? ENGINE_NAMES : [wanted]) {
    const ended = await asked(WORKS[name], room);
    if (ended?.code === 0) return { name, version: await versionOf(name, room) };
    faults.push(`${name}: ${ended === null ? 'not installed' : lastLine(ended)}`);
  }
  throw new BuildError(wanted === null ? 'no container engine works here' : `${wanted} does not work here`, [
    ...faults,
    ...(faults.some((line) => line.startsWith('buildah: ') && !line.endsWith('not installed')) ? [ROOT_IN_A_CONTAINER] : []),
    'without one: ocx build --dockerfile-only writes all that an engine elsewhere needs',
  ]);
}

/** Where neither overlay file systems nor namespaces can be had. */
const ROOT_IN_A_CONTAINER =
  'inside a container, as root, buildah needs: export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs (docs/hermetic.md)';

async function versionOf(name: EngineName, room: EngineRoom): Promise<string> {
  const ended = await asked(VERSION[name], room);
  return /\d+\.\d+[\w.+-]*/.exec(ended?.stdout ?? '')?.[0] ?? 'of unknown version';
}

/** Null when there is no such program. */
async function asked(argv: readonly string[], { children, environment, directory }: EngineRoom): Promise<Ended | null> {
  try {
    return await children.run({ argv, directory, environment, limit: PATIENCE });
  } catch (error) {
    if (error instanceof BuildError) return null;
    throw error;
  }
}

/**
 * The digest of an image that the engine has: `sha256:...`; null when it has none of that name.
 * An image that was made here, and never came from a registry, has none with docker; podman and buildah give it one.
 */
export async function imageDigest(engine: Engine, reference: string, room: EngineRoom): Promise<ImageDigest> {
  const ended = await asked(INSPECT[engine.name](reference), room);
  if (ended?.code !== 0) return { here: false, digest: null };
  return { here: true, digest: /sha256:[0-9a-f]{64}/.exec(ended.stdout)?.[0] ?? null };
}

export interface ImageDigest {
  readonly here: boolean;
  readonly digest: string | null;
}

const INSPECT: Readonly<Record<EngineName, (reference: string) => string[]>> = {
  docker: (reference) => ['docker', 'image', 'inspect', '--format', '{{json .RepoDigests}}', reference],
  podman: (reference) => ['podman', 'image', 'inspect', '--format', '{{.Digest}}', reference],
  buildah: (reference) => ['buildah', 'inspect', '--type', 'image', '--format', '{{.FromImageDigest}}', reference],
};

/** @throws BuildError with the engine's own words when the image can't be had. */
export async function pullImage({ name }: Engine, reference: string, { children, environment, directory }: EngineRoom) {
  const ended = await children.run({ argv: [name, 'pull', reference], directory, environment, limit: null });
  if (ended.code === 0) return;
  throw new BuildError(`image ${reference} can't be had`, [
    lastLine(ended),
    'other images: hermetic: in the build file, or --base IMAGE (docs/hermetic.md)',
  ]);
}

/**
 * The command that builds a folder, whose last stage becomes the files of `into`. Images are there already: none is pulled.
 * @param imageFile where podman and buildah write which image they keep of it, for `forgetImage`.
 */
export function buildArguments(
  { name }: Pick<Engine, 'name'>,
  folder: string,
  into: string,
  imageFile: string,
  environment: NodeJS.ProcessEnv,
): string[] {
  const given = BUILD_ARGUMENTS.flatMap((variable) => {
    const value = environment[variable];
    return value === undefined || value === '' ? [] : [`--build-arg=${variable}=${value}`];
  });
  const output = `--output=type=local,dest=${into}`;
  const own: Readonly<Record<EngineName, readonly string[]>> = {
    // BuildKit: the older builder knows neither mounts nor --output.
    docker: ['--progress=plain'],
    // What lasts from build to build are Go's caches; a layer for each step would only be written.
    podman: ['--pull=never', '--layers=false', `--iidfile=${imageFile}`],
    buildah: ['--pull-never', '--layers=false', `--iidfile=${imageFile}`],
  };
  return [name, 'build', ...own[name], output, ...given, folder];
}

/** Takes the image away that podman and buildah keep of a build whose files are all that is wanted. One that stays harms nobody. */
export async function forgetImage({ name }: Engine, imageFile: string, room: EngineRoom): Promise<void> {
  if (!existsSync(imageFile)) return;
  await asked([name, 'rmi', readFileSync(imageFile, 'utf8').trim()], room);
}

function lastLine({ stderr, stdout }: Ended): string {
  return (stderr.trim() || stdout.trim()).split('\n').at(-1)?.trim() || 'it says nothing';
}
