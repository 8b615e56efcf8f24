import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { PlaceError, reason } from '../../catalog/discovery.js';
import { DISTRIBUTION_FILE, DistributionError, SIGNATURE_SUFFIX } from '../../trust/distribution.js';
import type { PublicKey } from '../../trust/minisign/publicKey.js';
import { type Verification, verifyDistribution } from '../verify.js';
import { ArchiveError } from './archiveError.js';
import { titledEntries } from './ociIndex.js';
import { readTar, type TarEntry } from './tarIndex.js';
import { LIST_SIGNATURE, limitOf, NotVouched, vouchedList } from './vouchedList.js';

/** What a list or a signature may have; what is larger is neither. */
const MOST_OF_A_LIST = 32 * 1024 * 1024;

/**
 * Unpacks an archive of `ocx dist pack` into a folder that is not there yet, and verifies it. The archive is not trusted: only files that
 * its list names are taken, in the size that it names; a wrong one leaves nothing. With keys the list is read, and anything unpacked, once its
 * signature was found good.
 * @param keys of which one must have signed the list; none: a signature is not asked for.
 * @returns what `ocx dist verify` found; the folder is there only when `keep` says so of it.
 * @throws ArchiveError for an archive that is none, or holds what it must not; PlaceError when it is not there, or the folder is.
 */
export async function unpack(
  archive: string,
  target: string,
  keys: readonly PublicKey[],
  keep: (verification: Verification) => boolean,
): Promise<Verification> {
  const folder = resolve(target);
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new PlaceError(`${target} is there already, and not empty`);
  const partial = join(dirname(folder), `.${basename(folder)}.${process.pid}.partial`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(join(partial, 'files'), { recursive: true });
  try {
    const tar = await plainTar(archive, join(partial, 'archive.tar'), keys);
    const fd = openSync(tar, 'r');
    try {
      extract(fd, join(partial, 'files'), keys);
    } finally {
      closeSync(fd);
    }
    const verification = verifyDistribution(join(partial, 'files'), keys);
    if (keep(verification)) {
      if (existsSync(folder)) rmSync(folder, { recursive: true });
      renameSync(join(partial, 'files'), folder);
    }
    return { ...verification, directory: target };
  } catch (error) {
    if (error instanceof NotVouched) return { ...error.verification, directory: target };
    if (error instanceof DistributionError) throw new ArchiveError(`its ${DISTRIBUTION_FILE}: ${error.message}`);
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
      throw new ArchiveError(`it is damaged: ${error.message}`);
    throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** The archive itself when it is a tar; of a gzipped one its content, as long as the list that comes first allows. */
async function plainTar(archive: string, unzipped: string, keys: readonly PublicKey[]): Promise<string> {
  const head = new Uint8Array(2);
  try {
    const fd = openSync(archive, 'r');
    readSync(fd, head);
    closeSync(fd);
  } catch (error) {
    throw new PlaceError(`${archive}: ${reason(error)}`);
  }
  if (head[0] !== 0x1f || head[1] !== 0x8b) return archive;
  const fd = openSync(unzipped, 'wx+');
  try {
    const source = createReadStream(archive).pipe(createGunzip());
    let written = 0;
    let limit: number | null = null;
    for await (const chunk of source) {
      const bytes: Uint8Array = chunk;
      writeSync(fd, bytes);
      written += bytes.length;
      limit ??= limitOf(fd, written, keys);
      if (written > (limit ?? MOST_OF_A_LIST))
        throw new ArchiveError(
          limit === null
            ? `its first entry must be ${DISTRIBUTION_FILE}`
            : `it unpacks to more than its ${DISTRIBUTION_FILE} lists`,
        );
    }
  } finally {
    closeSync(fd);
  }
  return unzipped;
}

/** Writes every listed file, and the signatures; what is not listed is refused, and so is another size. */
function extract(fd: number, folder: string, keys: readonly PublicKey[]): void {
  const entries = readTar(fd);
  const files = entries.some(({ path }) => path === 'oci-layout') ? titledEntries(fd, entries) : entries;
  const own = files.find(({ path }) => path === DISTRIBUTION_FILE);
  if (!own) throw new ArchiveError(`it has no ${DISTRIBUTION_FILE}: it is no distribution`);
  const signature = files.find(({ path }) => path === LIST_SIGNATURE) ?? null;
  const { artifacts, files: others } = vouchedList(fd, own, signature, keys);
  const sizes = new Map([...artifacts, ...others].map(({ path, size }) => [path, size]));
  const programs = new Set(artifacts.map(({ path }) => path));
  const signatures = new Set([DISTRIBUTION_FILE, ...programs].map((path) => `${path}${SIGNATURE_SUFFIX}`));
  for (const entry of files) {
    const { path, size } = entry;
    const listed = sizes.get(path);
    if (path !== DISTRIBUTION_FILE && listed === undefined && !signatures.has(path))
      throw new ArchiveError(`${path} is in it, and not in its ${DISTRIBUTION_FILE}`);
    if (listed !== undefined && listed !== size)
      throw new ArchiveError(
        `${path} has ${size.toLocaleString('en')} bytes in it, and ${listed.toLocaleString('en')} in its ${DISTRIBUTION_FILE}`,
      );
    if (signatures.has(path) && size > 64 * 1024) throw new ArchiveError(`${path} is too large for a signature`);
    copy(fd, entry, join(folder, path), programs.has(path) ? 0o755 : 0o644);
  }
}

function copy(fd: number, { size, offset }: TarEntry, target: string, mode: number): void {
  mkdirSync(dirname(target), { recursive: true });
  const out = openSync(target, 'wx', mode);
  try {
    const chunk = new Uint8Array(1 << 20);
    for (let done = 0; done < size; ) {
      const read = readSync(fd, chunk, 0, Math.min(chunk.length, size - done), offset + done);
      if (read === 0) throw new ArchiveError('it ends before its end: copy it again');
      writeSync(out, chunk, 0, read);
      done += read;
    }
  } finally {
    closeSync(out);
  }
}
