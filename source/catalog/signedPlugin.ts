import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { FileSource } from '../binary/reader/byteSource.js';
import type { Evidence } from '../evidence/evidence.js';
import { type Candidate, vouchingFiles } from '../trust/vouching.js';
import { readBeside } from './beside.js';
import { type Entry, entryAt } from './entries.js';

const CHUNK = 1 << 20;

/** Changes when something changes that says whether trusted keys vouch for a plugin, beside its own bytes. */
export function signatureStamp({ path }: Entry): string {
  return vouchingFiles(basename(path))
    .map((name) => join(dirname(path), name))
    .map((file) => entryAt(file, file, basename(file)).stamp)
    .join(' ');
}

/** A plugin as who vouches for it sees it. Its bytes are hashed when they are asked for. */
export function signedPlugin({ path, open }: Entry, { manifest, linker }: Evidence): Candidate {
  const digest = (algorithm: string) => {
    const hash = createHash(algorithm);
    const source = new FileSource(open);
    try {
      for (let offset = 0; offset < source.size; offset += CHUNK)
        hash.update(source.read(offset, Math.min(CHUNK, source.size - offset), 'file'));
    } finally {
      source.close();
    }
    return hash.digest();
  };
  return {
    name: basename(path),
    sha256: () => digest('sha256').toString('hex'),
    blake2b512: () => digest('blake2b512'),
    beside: (name) => readBeside(join(dirname(path), name)),
    digestOf: (bytes) => createHash('blake2b512').update(bytes).digest(),
    sha256Of: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    hasOnlySidecar: manifest.found?.carrier === 'sidecar',
    libraryPath: linker && linker.needed.length > 0 ? linker.runpath || linker.rpath || null : null,
  };
}
