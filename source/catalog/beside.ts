import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Beside } from '../trust/signed.js';
import { reason } from './discovery.js';

/** Larger ones are no lists and no signatures. */
const MAX_BESIDE = 16 * 1024 * 1024;

/** A small file: its bytes, nothing, or why it can't be read. A pipe is not waited for. */
export function readBeside(path: string): Beside {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(fd);
      if (!stat.isFile()) return { because: 'it is no file' };
      if (stat.size > MAX_BESIDE) return { because: 'it is too large' };
      const bytes = new Uint8Array(stat.size);
      return bytes.subarray(0, readSync(fd, bytes, 0, stat.size, 0));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    return isMissing(error) ? null : { because: reason(error) };
  }
}

/** Nothing is there, or a part of the path is no folder. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
