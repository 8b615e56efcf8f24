import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { PlaceError } from '../../catalog/discovery.js';
import { goToolchain } from '../../manifest/normalise.js';
import { readTarget } from '../against/target.js';
import { CANDIDATES, readConfiguration, rustPlugins } from '../configuration.js';
import { type Image, type ImageRole, neededImages, promisedVersion, USUAL_IMAGES } from '../hermetic/images.js';
import { type Lock, lockedImages, readLock } from '../hermetic/lock.js';
import { PROFILE_SUFFIX } from '../hostProfile.js';
import type { CiProject } from './ciFiles.js';
import type { Project, ProjectTarget } from './project.js';

/** The build file of a folder; null when it has none. */
export function buildFileIn(directory: string): string | null {
  return CANDIDATES.find((name) => existsSync(join(directory, name))) ?? null;
}

/**
 * CI of a repository that has a build file. Its container is made of the images that a hermetic build of it takes, by the digests that
 * `ocx-build.lock` has of them.
 * @throws PlaceError when that is wrong, or when what is built against lies outside the repository.
 */
export function ciOf(buildFile: string, directory: string, against: string | undefined): CiProject {
  const configuration = readConfiguration(join(directory, buildFile), directory);
  const output = below(directory, configuration.outputPath, 'dist.output_path');
  const toolchains = {
    named: configuration.images,
    rust: rustPlugins(configuration).length > 0,
    lock: readLock(configuration.file),
  };
  return { buildFile, output, ...judgedBy(directory, against, join(output, configuration.name), toolchains) };
}

/** CI of a project that is being started. */
export function ciOfProject({ name, language }: Project, directory: string, against: string | undefined): CiProject {
  return {
    buildFile: CANDIDATES[0],
    output: 'dist',
    ...judgedBy(directory, against, `dist/otelcol-${name}`, { named: {}, rust: language === 'rust', lock: null }),
  };
}

/**
 * What a project's plugin is for, as the project sees it.
 * @throws PlaceError when that is no distribution and no profile.
 */
export function projectTarget(directory: string, against: string): ProjectTarget {
  const { title, judge, file } = readTarget(resolve(against));
  return { title, against: relative(directory, file), judge: judge && relative(directory, judge) };
}

/** What is known of the toolchains that a build needs. */
interface Toolchains {
  readonly named: Readonly<Partial<Record<ImageRole, string>>>;
  readonly rust: boolean;
  readonly lock: Lock | null;
}

function judgedBy(
  directory: string,
  against: string | undefined,
  collector: string,
  { named, rust, lock }: Toolchains,
): Pick<CiProject, 'profile' | 'against' | 'images'> {
  const made = (images: Readonly<Partial<Record<ImageRole, string>>>): Image[] =>
    lockedImages(neededImages(images, { rust }), lock);
  if (against === undefined) return { profile: `${collector}${PROFILE_SUFFIX}`, against: null, images: made(named) };
  const { manifest, judge, file } = readTarget(resolve(against));
  if (judge === null)
    throw new PlaceError(
      `${against}: the profile of its Collector is not beside it, and CI needs it to say whether plugins load`,
    );
  const theirGo = goToolchain(manifest.toolchain_version).replace(/^go| .*$/g, '');
  const theirRust = /\d+\.\d+\.\d+/.exec(manifest.accepts?.rust?.toolchain_version ?? '')?.[0];
  const theirs = { go: withVersion('go', theirGo), ...(theirRust === undefined ? {} : { rust: withVersion('rust', theirRust) }) };
  return {
    profile: below(directory, judge, '--against'),
    against: below(directory, file, '--against'),
    // An image of one's own is taken at its word: ocx build --against says when it has another Go.
    images: made({ ...theirs, ...named }),
  };
}

/** The usual image of a toolchain, in a version: `docker.io/library/golang:1.25.5-bookworm`. */
function withVersion(role: 'go' | 'rust', version: string): string {
  return USUAL_IMAGES[role].replace(promisedVersion(USUAL_IMAGES[role]) ?? '', version);
}

/** As CI sees it: from the top of the repository. */
function below(directory: string, path: string, what: string): string {
  const near = relative(directory, path);
  if (near.startsWith('..') || dirname(near) === near)
    throw new PlaceError(`${what} ${path} lies outside ${directory}: CI has only what is in the repository`);
  return near;
}
