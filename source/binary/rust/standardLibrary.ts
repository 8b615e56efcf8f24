import { type Bytes, decodeText } from '../reader/cursor.js';

/** Panic messages are read-only data; more of it than this no plugin of ours has. */
const MAX_SIZE = 4 * 1024 * 1024;

/** `/rustc/<commit>/library/core/src/...` of the project's builds, `/usr/src/rustc-1.63.0/library/...` of Debian's. */
const PATHS = /\/rustc\/([0-9a-f]{40})\/library\/|\/usr\/src\/rustc-(\d+\.\d+\.\d+)\/library\//g;

/**
 * The rustc whose standard library is linked in, by the source paths in its panic messages, which no strip takes away:
 * `rustc 1.63.0`, or `rustc (<commit>)` where they name that alone. The standard library is compiled with its compiler, and
 * no other accepts it. Null when there are none, or those of several: then nothing follows.
 */
export function readStandardLibrary(rodata: Bytes): string | null {
  const text = decodeText(rodata.raw(0, Math.min(rodata.length, MAX_SIZE), '.rodata'));
  const found = new Set(
    [...text.matchAll(PATHS)].map(([, commit, release]) => (release ? `rustc ${release}` : `rustc (${commit})`)),
  );
  const [only] = found;
  return found.size === 1 && only !== undefined ? only : null;
}
