import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Artifact, Distribution } from '../../trust/distribution.js';
import { fileHash } from '../inputs.js';
import { readArtifact } from './artifact.js';
import { type Difference, manifestDifferences } from './differences.js';
import { firstDifference } from './sections.js';

/** What became of one artifact of a distribution when it was built again. */
export interface VerifiedArtifact {
  readonly path: string;
  /**
   * `environment`: it differs in nothing but the container that its manifest names; `altered`: the file is not the one that distribution.json speaks of, so it was changed after the build; `missing`: it is not
   * there; `gone`: the sources no longer make it; `new`: they make it, and the distribution has none.
   */
  readonly state: 'same' | 'differs' | 'environment' | 'altered' | 'missing' | 'gone' | 'new';
  /** Of the file in the distribution; null when there is none. */
  readonly sha256: string | null;
  readonly rebuilt_sha256: string | null;
  /** Most telling first; the first says why, the others may follow from it. */
  readonly differences: readonly Difference[];
}

/**
 * Compares the files of a distribution with what was built again.
 * @param directory where the distribution lies, and @param rebuilt where its files were built again.
 */
export function compareDistributions(
  directory: string,
  { artifacts }: Pick<Distribution, 'artifacts'>,
  rebuilt: string,
  again: readonly Artifact[],
): VerifiedArtifact[] {
  const paths = [...new Set([...artifacts, ...again].map(({ path }) => path))];
  return paths.map((path) => {
    const recorded = artifacts.find((artifact) => artifact.path === path);
    const made = again.find((artifact) => artifact.path === path) ?? null;
    return compareArtifact(join(directory, path), recorded ?? null, join(rebuilt, path), made);
  });
}

function compareArtifact(file: string, recorded: Artifact | null, rebuilt: string, made: Artifact | null): VerifiedArtifact {
  const path = (recorded ?? made)?.path ?? '';
  const sha256 = fileHash(file);
  const common = { path, sha256, rebuilt_sha256: made?.sha256 ?? null, differences: [] };
  if (recorded === null) return { ...common, state: 'new' };
  if (!existsSync(file) || sha256 === null) return { ...common, state: 'missing' };
  if (made === null) return { ...common, state: 'gone' };
  if (sha256 === made.sha256) return { ...common, state: 'same' };
  const differences = explain(file, rebuilt);
  if (sha256 !== recorded.sha256) return { ...common, state: 'altered', differences };
  const named = differences.length > 0 && differences.every(({ what }) => what === 'environment');
  return { ...common, state: named ? 'environment' : 'differs', differences };
}

/** By what both files say of themselves, and where they say the same, by their bytes. */
function explain(file: string, rebuilt: string): Difference[] {
  const [before, now] = [readArtifact(file), readArtifact(rebuilt)];
  const said =
    before.manifest && now.manifest
      ? manifestDifferences(before.manifest, now.manifest)
      : before.manifest || now.manifest
        ? [
            {
              what: 'manifest' as const,
              name: 'manifest',
              distribution: presence(before.manifest),
              rebuilt: presence(now.manifest),
            },
          ]
        : [];
  const described =
    before.descriptors === now.descriptors
      ? []
      : [
          {
            what: 'descriptors' as const,
            name: 'components',
            distribution: presence(before.descriptors),
            rebuilt: presence(now.descriptors),
          },
        ];
  const found = [...said, ...described];
  if (found.length > 0) return found;
  const first = firstDifference(file, rebuilt);
  return first === null ? [] : [first];
}

const presence = (value: unknown): string => (value === null ? 'none' : 'another text');
