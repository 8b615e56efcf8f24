import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Artifact,
  type DeliveredFile,
  DISTRIBUTION_FILE,
  type DistributionList,
  parseDistribution,
} from '../trust/distribution.js';
import { PROFILE_SUFFIX } from './hostProfile.js';
import { fileHash } from './inputs.js';
import { SBOM_SUFFIX } from './sbom.js';

/** The distribution that lies in a directory; null when there is none, or none that can be understood. */
export function readDistribution(directory: string): DistributionList | null {
  try {
    return parseDistribution(readFileSync(join(directory, DISTRIBUTION_FILE), 'utf8'));
  } catch {
    return null;
  }
}

/** Artifacts of an earlier build that this one no longer makes: a Collector would find such a plugin and refuse to start. */
export function leftOver(before: DistributionList | null, now: readonly Artifact[]): string[] {
  const made = new Set(now.map(({ path }) => path));
  return (before?.artifacts ?? [])
    .map(({ path }) => path)
    .filter((path) => !made.has(path) && /^(plugins\/)?[^/\\.][^/\\]*$/.test(path));
}

/** What may lie beside an artifact, by the end of its name. */
export const BESIDE = [
  { suffix: SBOM_SUFFIX, kind: 'sbom' },
  { suffix: '.components.json', kind: 'components' },
  { suffix: '.manifest.json', kind: 'manifest' },
  { suffix: PROFILE_SUFFIX, kind: 'profile' },
] as const;

/**
 * Every file that is delivered with the artifacts, as it lies in a directory, by path.
 * @param others files that belong to none of them, where they are there.
 */
export function deliveredFiles(
  directory: string,
  artifacts: readonly Artifact[],
  others: readonly { readonly path: string; readonly kind: string }[] = [],
): DeliveredFile[] {
  const beside = artifacts.flatMap(({ path }) => BESIDE.map(({ suffix, kind }) => ({ path: `${path}${suffix}`, kind })));
  return [...beside, ...others]
    .flatMap(({ path, kind }) => {
      const sha256 = fileHash(join(directory, path));
      return sha256 === null ? [] : [{ path, kind, sha256, size: statSync(join(directory, path)).size }];
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
