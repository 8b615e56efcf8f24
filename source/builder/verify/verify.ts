import { readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { PlaceError, reason } from '../../catalog/discovery.js';
import type { BuildEnvironment } from '../../manifest/manifest.js';
import {
  DISTRIBUTION_FILE,
  type Distribution,
  DistributionError,
  type DistributionList,
  parseDistribution,
} from '../../trust/distribution.js';
import { type BuildRequest, type BuildResult, build } from '../build.js';
import { readDistribution } from '../distribution.js';
import type { BuildEvent } from '../events.js';
import { buildHermetic } from '../hermetic/build.js';
import type { EngineName } from '../hermetic/engineName.js';
import { IMAGE_ROLES } from '../hermetic/images.js';
import { readArtifact } from './artifact.js';
import { compareDistributions, type VerifiedArtifact } from './compare.js';

export interface VerifyRequest
  extends Pick<BuildRequest, 'configuration' | 'ocxVersion' | 'environment' | 'emit' | 'now' | 'stop'> {
  /** Where the distribution lies, absolute. */
  readonly distribution: string;
  /** Where the command runs, absolute. */
  readonly directory: string;
  readonly engine: EngineName | null;
  readonly base: string | null;
}

export type VerifyResult = BuildResult | 'differs';

/**
 * Builds a distribution again from the sources at hand, in a container if that is how it was built, and compares each artifact.
 * Nothing in the distribution is changed. @returns `built` when all of it is the same to the bit.
 * @throws PlaceError when there is no distribution.
 */
export async function verify(request: VerifyRequest): Promise<VerifyResult> {
  const { configuration, distribution, emit } = request;
  const before = distributionIn(distribution);
  // Beside the output: Go notes in what it builds where a replaced module lies, seen from there.
  const { outputPath } = configuration;
  const into = join(dirname(outputPath), `.${basename(outputPath)}-verify-${process.pid}`);
  const again = {
    ...request,
    configuration: { ...configuration, outputPath: into, outputs: [...configuration.outputs, into, resolve(distribution)] },
    emit: (event: BuildEvent) => {
      // A build that fails leaves its log; of one that is done what counts is what it is compared with.
      if (event.event !== 'build finished') emit(event);
    },
  };
  const container = before.build.build_environment;
  if (container === undefined && (request.engine !== null || request.base !== null))
    throw new PlaceError(`${distribution} was not built in a container: --engine and --base have no use`);
  const result = await (container === undefined
    ? build({
        ...again,
        only: null,
        against: null,
        extent: 'all',
        container: null,
        times: timesOf(distribution, before),
        environment: timed(request, before),
      })
    : buildHermetic({
        ...again,
        environment: timed(request, before),
        dockerfileOnly: false,
        again: { outputPath, images: imagesOf(container) },
      }));
  if (result !== 'built') return result;
  const artifacts = compareDistributions(distribution, before, into, readDistribution(into)?.artifacts ?? []);
  rmSync(into, { recursive: true, force: true });
  const same = artifacts.every(({ state }) => state === 'same');
  emit({ event: 'build verified', distribution, same, artifacts });
  return same ? 'built' : 'differs';
}

/**
 * A distribution that may have come from anywhere: its paths stay below its folder.
 * @throws PlaceError when there is none, or none that can be understood.
 */
function distributionIn(folder: string): DistributionList & Pick<Distribution, 'build'> {
  const file = join(folder, DISTRIBUTION_FILE);
  try {
    const text = readFileSync(file, 'utf8');
    const { build: recorded }: Partial<Distribution> = JSON.parse(text);
    if (typeof recorded?.environment !== 'object') throw new DistributionError('it does not say what built it');
    return { ...parseDistribution(text), build: recorded };
  } catch (error) {
    throw new PlaceError(`${file}: ${error instanceof DistributionError ? error.message : reason(error)}`);
  }
}

/** What a build is told of the time, as it was told then. */
function timed(
  { environment }: VerifyRequest,
  { build: { environment: recorded } }: Pick<Distribution, 'build'>,
): NodeJS.ProcessEnv {
  return { ...environment, SOURCE_DATE_EPOCH: recorded.SOURCE_DATE_EPOCH ?? environment.SOURCE_DATE_EPOCH };
}

/** When each artifact was built: without SOURCE_DATE_EPOCH it is the time of the clock, of each its own. */
function timesOf(directory: string, { artifacts }: DistributionList): ReadonlyMap<string, string> {
  return new Map(
    artifacts.flatMap(({ path }) => {
      const time = timeOf(join(directory, path));
      return time === null ? [] : [[path, time] as const];
    }),
  );
}

function timeOf(file: string): string | null {
  try {
    return readArtifact(file).manifest?.build_time ?? null;
  } catch {
    return null; // Not there: that is said when all is compared.
  }
}

function imagesOf({ parts }: BuildEnvironment) {
  return Object.fromEntries(IMAGE_ROLES.flatMap((role) => (parts[`image ${role}`] ? [[role, parts[`image ${role}`]]] : [])));
}

/** One artifact in a line for people, and a line for each difference. */
export function verifiedLines({ path, state, differences }: VerifiedArtifact): string[] {
  const more = differences.length - MOST;
  return [
    `${SIGNS[state]} ${path}  ${WORDS[state]}`,
    ...differences.slice(0, MOST).map(({ what, name, distribution, rebuilt }) => {
      const label = what === 'manifest' ? name : what === 'file' ? name : `${what} ${name}`;
      return `    ${label}: ${distribution ?? 'none'}, rebuilt ${rebuilt ?? 'none'}`;
    }),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ];
}

/** More are what follows from the first. */
const MOST = 5;

const SIGNS: Readonly<Record<VerifiedArtifact['state'], string>> = {
  same: '=',
  differs: 'x',
  environment: 'x',
  altered: 'x',
  missing: 'x',
  gone: 'x',
  new: 'x',
};

const WORDS: Readonly<Record<VerifiedArtifact['state'], string>> = {
  same: 'the same',
  differs: 'is built otherwise now',
  environment: 'is built in another container now, and nothing else that its manifest names differs',
  altered: 'was changed after it was built: it is not what distribution.json says',
  missing: 'is not there',
  gone: 'is no longer built from these sources',
  new: 'is built from these sources, and not in the distribution',
};
