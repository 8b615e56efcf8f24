import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing } from '../catalog/beside.js';
import { reason } from '../catalog/discovery.js';

/** What is found under a path of a distribution's folder. */
export type Found =
  | { readonly kind: 'file'; readonly size: number; readonly sha256: string }
  /** A link, a device, or a file that can't be read: no file whose bytes are these. */
  | { readonly kind: 'other'; readonly because: string };

/** What the build leaves in the folder for itself, and nobody delivers. */
const OF_THE_BUILD = new Set(['.ocx', 'build.log']);

/** Every file below a folder, by its path with `/`, sorted; links are not followed. @throws the system's error. */
export function filesBelow(folder: string): string[] {
  const files: string[] = [];
  const enter = (below: string) => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (OF_THE_BUILD.has(path)) continue;
      if (entry.isDirectory()) enter(path);
      else files.push(path);
    }
  };
  enter('');
  return files.sort();
}

/** Looks at one file, and hashes it. Null when nothing is there. */
export function lookAt(path: string): Found | null {
  try {
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) return { kind: 'other', because: 'it is a symbolic link, and no file' };
    if (!stat.isFile())
      return { kind: 'other', because: stat.isDirectory() ? 'it is a directory, and no file' : 'it is a device, and no file' };
    return { kind: 'file', ...hashed(path) };
  } catch (error) {
    if (isMissing(error)) return null;
    return { kind: 'other', because: `it can't be read: ${reason(error)}` };
  }
}

const CHUNK = 1 << 20;

function hashed(path: string): { readonly size: number; readonly sha256: string } {
  const fd = openSync(path, 'r');
  try {
    const hash = createHash('sha256');
    const chunk = new Uint8Array(CHUNK);
    let size = 0;
    for (let read = readSync(fd, chunk); read > 0; read = readSync(fd, chunk)) {
      hash.update(chunk.subarray(0, read));
      size += read;
    }
    return { size, sha256: hash.digest('hex') };
  } finally {
    closeSync(fd);
  }
}
