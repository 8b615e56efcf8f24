import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { ArchiveError } from './archiveError.js';
import { ARTIFACT_TYPE, TITLE } from './oci.js';
import { bytesOf, type TarEntry } from './tarIndex.js';

/**
 * The files of a distribution in the tar of an OCI image layout, by the titles of its layers. Every digest on the way is checked: that of
 * the manifest, and that of each layer.
 * @throws ArchiveError for a layout of something else, and for a blob that is not what its digest says.
 */
export function titledEntries(fd: number, entries: readonly TarEntry[]): TarEntry[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const index = record(parsed(fd, byPath.get('index.json'), 'index.json'));
  const manifests = list(index.manifests).map(record);
  const ours = manifests.filter(({ artifactType }) => artifactType === ARTIFACT_TYPE);
  const [chosen, second] = ours.length > 0 ? ours : manifests;
  if (!chosen) throw new ArchiveError('its index.json lists nothing');
  if (second)
    throw new ArchiveError(`its index.json lists ${manifests.length} artifacts: take one of them out (oras copy, skopeo copy)`);
  const manifest = record(parsed(fd, blob(fd, byPath, chosen), 'its manifest'));
  if (manifest.artifactType !== ARTIFACT_TYPE)
    throw new ArchiveError(`it is an OCI artifact of another type, no ${ARTIFACT_TYPE}`);
  const files = new Map<string, TarEntry>();
  for (const layer of list(manifest.layers).map(record)) {
    const path = record(layer.annotations)[TITLE];
    if (typeof path !== 'string' || files.has(path)) throw new ArchiveError('a layer has no title, or that of another');
    files.set(path, { ...blob(fd, byPath, layer), path });
  }
  return [...files.values()];
}

function blob(fd: number, entries: ReadonlyMap<string, TarEntry>, { digest, size }: Record<string, unknown>): TarEntry {
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(String(digest)) ?? [];
  if (hex === undefined) throw new ArchiveError(`${String(digest)} is no digest that is known here`);
  const entry = entries.get(`blobs/sha256/${hex}`);
  if (!entry) throw new ArchiveError(`blob sha256:${hex} is not in it`);
  if (entry.size !== size || hashOf(fd, entry) !== hex)
    throw new ArchiveError(`blob sha256:${hex} was changed: it has another digest`);
  return entry;
}

function hashOf(fd: number, { size, offset }: TarEntry): string {
  const hash = createHash('sha256');
  const chunk = new Uint8Array(1 << 20);
  for (let done = 0; done < size; ) {
    const read = readSync(fd, chunk, 0, Math.min(chunk.length, size - done), offset + done);
    if (read === 0) break;
    hash.update(chunk.subarray(0, read));
    done += read;
  }
  return hash.digest('hex');
}

function parsed(fd: number, entry: TarEntry | undefined, what: string): unknown {
  if (!entry) throw new ArchiveError(`it has no ${what}`);
  try {
    return JSON.parse(Buffer.from(bytesOf(fd, entry)).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new ArchiveError(`${what} is no JSON`);
    throw error;
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
