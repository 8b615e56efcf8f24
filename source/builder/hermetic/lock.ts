import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { PlaceError, reason } from '../../catalog/discovery.js';
import type { Workshop } from '../sources.js';
import { digestOf, type Image, pinned } from './images.js';

/**
 * `ocx-build.lock`, beside the build file: what a hermetic build found that the build file does not say. Kept with the
 * sources, the next build, anywhere, gets the same or stops.
 */
export interface Lock {
  readonly format_version: 1;
  /** Image as the build file or ocx names it, to its digest. */
  readonly images: Readonly<Record<string, string>>;
  /** Lines of go.sum, sorted: the hash of every module that was fetched. */
  readonly go_sum: readonly string[];
  /** Plugin to the text of its Cargo.lock, where its package has none. */
  readonly cargo_locks: Readonly<Record<string, string>>;
}

/** What is locked besides images: of the sources. */
export type FoundLocks = Pick<Lock, 'go_sum' | 'cargo_locks'>;

/** `ocx-build.lock` of `ocx-build.yaml`. */
export function lockFile(buildFile: string): string {
  return join(dirname(buildFile), `${basename(buildFile, extname(buildFile))}.lock`);
}

/**
 * The lock of a build file; null when there is none.
 * @throws PlaceError when it can't be understood: what it locks would slip.
 */
export function readLock(buildFile: string): Lock | null {
  const file = lockFile(buildFile);
  if (!existsSync(file)) return null;
  let value: Partial<Lock>;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new PlaceError(`${file}: ${reason(error)}; delete it to lock anew`);
  }
  const { format_version, images, go_sum, cargo_locks = {} } = value ?? {};
  if (
    !isTexts(cargo_locks) ||
    format_version !== 1 ||
    !isTexts(images) ||
    !Array.isArray(go_sum) ||
    !go_sum.every((line) => typeof line === 'string')
  )
    throw new PlaceError(`${file}: is no lock file of ocx build (format_version 1, images, go_sum); delete it to lock anew`);
  return { format_version, images, go_sum, cargo_locks };
}

/** As it is written: sorted, so that a change is a line of a diff. */
export function lockText({ images, go_sum, cargo_locks }: Omit<Lock, 'format_version'>): string {
  const sorted = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)));
  const locks = Object.keys(cargo_locks).length > 0 ? { cargo_locks: sorted(cargo_locks) } : {};
  return `${JSON.stringify({ format_version: 1, images: sorted(images), go_sum: [...go_sum].sort(), ...locks }, null, 2)}\n`;
}

/** Keeps, from the step that fetches to the one that compiles, each Cargo.lock that a package did not have. */
export function keepCargoLocks({ cargo }: Pick<Workshop, 'cargo'>, texts: Readonly<Record<string, string>>): void {
  mkdirSync(cargo, { recursive: true });
  writeFileSync(join(cargo, KEPT), JSON.stringify(texts));
}

const KEPT = 'new-locks.json';

/** What a build in a container went by, for the lock file of those who keep it. */
export function foundLocks({ folder, cargo }: Pick<Workshop, 'folder' | 'cargo'>): FoundLocks {
  const kept = join(cargo, KEPT);
  return {
    go_sum: readFileSync(join(folder, 'go.sum'), 'utf8').split('\n').filter(Boolean),
    cargo_locks: existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : {},
  };
}

/** Carries it out of the container, beside the artifacts. */
export function writeFound(output: string, locks: FoundLocks): void {
  writeFileSync(join(output, FOUND), JSON.stringify(locks));
}

/** @throws when it is not there: it is written by the ocx in the container, which is this one. */
export function readWritten(output: string): FoundLocks {
  return JSON.parse(readFileSync(join(output, FOUND), 'utf8'));
}

/** Where it is no file of the distribution. */
const FOUND = join('.ocx', 'locks.json');

/** Images with the digests that the lock knows. */
export function lockedImages(images: readonly Image[], lock: Lock | null): Image[] {
  return images.map((image) => {
    const digest = lock?.images[image.reference];
    return digest === undefined ? image : { ...image, reference: pinned(image.reference, digest) };
  });
}

/** What to lock of images that were named without their digest. */
export function imageDigests(named: readonly Image[], found: readonly Image[]): Record<string, string> {
  return Object.fromEntries(
    named.flatMap(({ role, reference }) => {
      const digest = digestOf(found.find((image) => image.role === role)?.reference ?? '');
      return digest === null || digestOf(reference) !== null ? [] : [[reference, digest]];
    }),
  );
}

function isTexts(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}
