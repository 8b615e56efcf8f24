import { closeSync, openSync, readSync } from 'node:fs';
import { Header } from 'tar';
import { PlaceError } from '../../catalog/discovery.js';

/** One file of an archive: its bytes, or where they lie. */
export interface Packed {
  /** In the archive, with `/`. */
  readonly path: string;
  readonly mode: 0o644 | 0o755;
  readonly size: number;
  readonly content: { readonly file: string } | { readonly bytes: Uint8Array };
}

const BLOCK = 512;
const CHUNK = 1 << 20;

/**
 * A tar (POSIX.1-1988 ustar) in pieces. Of a file it holds path, size and mode, and nothing of the machine: time 0, owner 0
 * without a name, so that the same files in the same order are the same bytes.
 * @throws PlaceError for a path that ustar can't hold, and for a file that is no longer as long as it was.
 */
export function* tarPieces(files: readonly Packed[]): Generator<Uint8Array> {
  for (const { path, mode, size, content } of files) {
    yield headerOf(path, mode, size);
    if ('bytes' in content) yield content.bytes;
    else yield* piecesOf(content.file, size);
    const over = size % BLOCK;
    if (over > 0) yield new Uint8Array(BLOCK - over);
  }
  yield new Uint8Array(2 * BLOCK);
}

function headerOf(path: string, mode: number, size: number): Uint8Array {
  const header = new Header({ path, mode, size, type: 'File', uid: 0, gid: 0, uname: '', gname: '', mtime: new Date(0) });
  const block = Buffer.alloc(BLOCK);
  if (header.encode(block)) throw new PlaceError(`${path} is too long a path, or too large a file, for the archive`);
  return block;
}

function* piecesOf(file: string, size: number): Generator<Uint8Array> {
  const fd = openSync(file, 'r');
  try {
    let left = size;
    while (left > 0) {
      const chunk = new Uint8Array(Math.min(CHUNK, left));
      const read = readSync(fd, chunk);
      if (read === 0) throw new PlaceError(`${file} became shorter while it was packed`);
      yield chunk.subarray(0, read);
      left -= read;
    }
  } finally {
    closeSync(fd);
  }
}
