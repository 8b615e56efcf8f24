import { createWriteStream, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { PlaceError } from '../../catalog/discovery.js';
import { DISTRIBUTION_FILE, SIGNATURE_SUFFIX } from '../../trust/distribution.js';
import type { Verification } from '../verify.js';
import { type Layer, ociLayout, sha256Of } from './oci.js';
import { type Packed, tarPieces } from './tarWriter.js';

/** `tar.gz`; or `oci.tar`: the tar of an OCI image layout. */
export type ArchiveFormat = 'tar.gz' | 'oci.tar';

/** By the end of the name. @throws PlaceError for any other. */
export function formatOf(file: string): ArchiveFormat {
  if (/\.(tar\.gz|tgz)$/.test(file)) return 'tar.gz';
  if (/\.oci\.tar$/.test(file)) return 'oci.tar';
  throw new PlaceError(`${file} must end in .tar.gz, or in .oci.tar for an OCI image layout`);
}

export interface PackResult {
  readonly files: number;
  /** SHA-256 of the archive's bytes; of `oci.tar` that of the manifest, which is what a registry knows it by. */
  readonly digest: string;
}

/**
 * Packs a distribution. The same files are the same archive: sorted (the list first), without times and owners.
 * @param verification of a distribution that is whole.
 * @param how `tag`: of an OCI image layout, null for the version; `over`: whether a file that is there may be written over.
 * @throws PlaceError for a file that is there, an end of a name that says no format, and a reference that is no tag.
 */
export async function pack(
  verification: Verification,
  target: string,
  { tag, over }: { readonly tag: string | null; readonly over: boolean },
): Promise<PackResult> {
  const format = formatOf(target);
  if (!over && existsSync(target)) throw new PlaceError(`${target} exists: give --force to write over it`);
  const { name, version } = verification.distribution;
  const listed = verification.files.flatMap(({ path, kind, listed: of }) =>
    of ? [layer(verification.directory, path, kind ?? '', of)] : [],
  );
  const lists = [DISTRIBUTION_FILE, ...signatures(verification.directory, listed)].map((path) => {
    const bytes = readFileSync(join(verification.directory, path));
    const kind = path === DISTRIBUTION_FILE ? 'distribution' : 'signature';
    return { ...layer(verification.directory, path, kind, { size: bytes.length, sha256: sha256Of(bytes) }), content: { bytes } };
  });
  const layers = [...lists, ...listed.sort((a, b) => (a.path < b.path ? -1 : 1))];
  const reference = tag ?? (version === '' ? 'latest' : version.replaceAll('+', '_'));
  // distribution spec 1.1: the form of a tag.
  if (!/^\w[\w.-]{0,127}$/.test(reference)) throw new PlaceError(`--tag ${reference} is no tag: letters, digits, _ . -`);
  const files: readonly Packed[] = format === 'oci.tar' ? ociLayout(layers, name, version, reference) : layers;
  const digest = await write(tarPieces(files), target, format);
  const manifest = files.find(({ path }) => path.startsWith('blobs/'))?.path.replace('blobs/sha256/', '');
  return { files: layers.length, digest: format === 'oci.tar' ? (manifest ?? '') : digest };
}

function layer(
  directory: string,
  path: string,
  kind: string,
  { size, sha256 }: { readonly size: number; readonly sha256: string },
): Layer {
  const mode = kind === 'collector' || kind === 'plugin' ? 0o755 : 0o644;
  return { path, kind, size, sha256, mode, content: { file: join(directory, path) } };
}

/** Of the list, and of plugins that are signed for themselves. */
function signatures(directory: string, listed: readonly Layer[]): string[] {
  const signed = [
    DISTRIBUTION_FILE,
    ...listed
      .filter(({ kind }) => kind === 'collector' || kind === 'plugin')
      .map(({ path }) => path)
      .sort(),
  ];
  return signed.map((path) => `${path}${SIGNATURE_SUFFIX}`).filter((path) => existsSync(join(directory, path)));
}

/** Written beside, and renamed when it is whole. */
async function write(pieces: Iterable<Uint8Array>, target: string, format: ArchiveFormat): Promise<string> {
  const partial = `${target}.${process.pid}.partial`;
  const { createHash } = await import('node:crypto');
  const hash = createHash('sha256');
  const hashing = async function* (source: AsyncIterable<Uint8Array>) {
    for await (const piece of source) {
      hash.update(piece);
      yield piece;
    }
  };
  const source = Readable.from(pieces, { objectMode: false });
  try {
    if (format === 'tar.gz') await pipeline(source, createGzip(), hashing, createWriteStream(partial));
    else await pipeline(source, hashing, createWriteStream(partial));
    renameSync(partial, target);
  } finally {
    rmSync(partial, { force: true });
  }
  return hash.digest('hex');
}
