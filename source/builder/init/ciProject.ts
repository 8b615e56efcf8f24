import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { PlaceError } from '../../catalog/discovery.js';
import { goToolchain } from '../../manifest/normalise.js';
import { readTarget } from '../against/target.js';
import { CANDIDATES, readConfiguration, rustPlugins } from '../configuration.js';
import { promisedVersion, USUAL_IMAGES } from '../hermetic/images.js';
import { PROFILE_SUFFIX } from '../hostProfile.js';
import type { CiProject } from './ciFiles.js';
import type { Project } from './project.js';

/** The build file of a folder; null when it has none. */
export function buildFileIn(directory: string): string | null {
  return CANDIDATES.find((name) => existsSync(join(directory, name))) ?? null;
}

/**
 * CI of a repository that has a build file.
 * @throws PlaceError when that is wrong, or when what is built against lies outside the repository.
 */
export function ciOf(buildFile: string, directory: string, against: string | undefined): CiProject {
  const configuration = readConfiguration(join(directory, buildFile), directory);
  const output = below(directory, configuration.outputPath, 'dist.output_path');
  const isRust = rustPlugins(configuration).length > 0;
  return { buildFile, output, ...judgedBy(directory, against, join(output, configuration.name), isRust) };
}

/** CI of a project that is being started. */
export function ciOfProject({ name, language }: Project, directory: string, against: string | undefined): CiProject {
  return {
    buildFile: CANDIDATES[0],
    output: 'dist',
    ...judgedBy(directory, against, `dist/otelcol-${name}`, language === 'rust'),
  };
}

function judgedBy(
  directory: string,
  against: string | undefined,
  collector: string,
  isRust: boolean,
): Pick<CiProject, 'profile' | 'against' | 'go' | 'rust'> {
  // Where no Collector says which, those of hermetic builds.
  const [go, rust] = [USUAL_IMAGES.go, USUAL_IMAGES.rust].map((image) => promisedVersion(image) ?? '') as [string, string];
  if (against === undefined) return { profile: `${collector}${PROFILE_SUFFIX}`, against: null, go, rust: isRust ? rust : null };
  const { manifest, judge, file } = readTarget(resolve(against));
  if (judge === null)
    throw new PlaceError(
      `${against}: the profile of its Collector is not beside it, and CI needs it to say whether plugins load`,
    );
  const theirs = /\d+\.\d+\.\d+/.exec(manifest.accepts?.rust?.toolchain_version ?? '')?.[0] ?? rust;
  return {
    profile: below(directory, judge, '--against'),
    against: below(directory, file, '--against'),
    go: goToolchain(manifest.toolchain_version).replace(/^go| .*$/g, ''),
    rust: isRust ? theirs : null,
  };
}

/** As CI sees it: from the top of the repository. */
function below(directory: string, path: string, what: string): string {
  const near = relative(directory, path);
  if (near.startsWith('..') || dirname(near) === near)
    throw new PlaceError(`${what} ${path} lies outside ${directory}: CI has only what is in the repository`);
  return near;
}
