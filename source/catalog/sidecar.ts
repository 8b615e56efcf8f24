import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { SIDECAR_SUFFIX } from '../evidence/carriers.js';

/** As for embedded manifests: a larger one is none. */
const MAX_SIDECAR_BYTES = 8 * 1024 * 1024;

/** Text of `<file>.manifest.json`, or null when there is none that can be read. A pipe is not waited for. */
export function readSidecar(path: string): string | null {
  let fd: number;
  try {
    fd = openSync(`${path}${SIDECAR_SUFFIX}`, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.size > MAX_SIDECAR_BYTES) return null;
    const bytes = Buffer.alloc(stat.size);
    return bytes.subarray(0, readSync(fd, bytes, 0, stat.size, 0)).toString('utf8');
  } finally {
    closeSync(fd);
  }
}
