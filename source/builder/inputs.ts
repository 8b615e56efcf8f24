import { readFileSync, writeFileSync } from 'node:fs';
import type { Manifest } from '../manifest/manifest.js';
import { sha256 } from './folderHash.js';

/** Raised when what is built from the same inputs changes. */
const BUILDER_GENERATION = 2;

/**
 * A digest of everything an artifact is made from: its manifest (toolchain, flags, target, the hash of every module) but
 * for the time, the sources that are generated for it, and the C compiler with its settings.
 */
export function inputKey(manifest: Manifest, sources: readonly string[], compiler: Readonly<Record<string, string>>): string {
  const { build_time: _time, ...decides } = manifest;
  return sha256(JSON.stringify([BUILDER_GENERATION, decides, sources, compiler]));
}

/** What an earlier build left: for each artifact the key of its inputs, and the hashes of the files that came out. */
export type BuildState = Readonly<Record<string, BuiltBefore>>;

interface BuiltBefore {
  readonly key: string;
  readonly sha256: string;
  readonly manifest_sha256: string;
  readonly components_sha256: string | null;
}

export function readState(file: string): BuildState {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as BuildState) : {};
  } catch {
    return {}; // None, or a broken one: then everything is built.
  }
}

export function writeState(file: string, state: BuildState): void {
  writeFileSync(file, `${JSON.stringify(state, null, 2)}\n`);
}

/** The hash of a file's content; null when it can't be read. */
export function fileHash(path: string): string | null {
  try {
    return sha256(readFileSync(path));
  } catch {
    return null;
  }
}
