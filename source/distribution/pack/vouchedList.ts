import { readSync } from 'node:fs';
import { DISTRIBUTION_FILE, type DistributionList, parseDistribution, SIGNATURE_SUFFIX } from '../../trust/distribution.js';
import type { PublicKey } from '../../trust/minisign/publicKey.js';
import { sha256 } from '../fileCheck.js';
import { signatureCheck, type Verification } from '../verify.js';
import { ArchiveError } from './archiveError.js';
import { bytesOf, type TarEntry } from './tarIndex.js';

const BLOCK = 512;

/**
 * What the whole tar may have, once its first entry is there, and with keys the second: every listed file with its header, and
 * signatures. `pack` puts the list first, and its signature behind it.
 */
export function limitOf(fd: number, written: number, keys: readonly PublicKey[]): number | null {
  const own = entryAt(fd, 0, written);
  if (own === null) return null;
  if (own.path !== DISTRIBUTION_FILE) throw new ArchiveError(`its first entry must be ${DISTRIBUTION_FILE}, and is ${own.path}`);
  const second = keys.length === 0 ? null : entryAt(fd, BLOCK + Math.ceil(own.size / BLOCK) * BLOCK, written);
  if (keys.length > 0 && second === null) return null;
  const list = vouchedList(fd, own, second?.path === LIST_SIGNATURE ? second : null, keys);
  const files = [...list.artifacts, ...list.files];
  const slack = 2 * BLOCK * (files.length + 8) + (list.artifacts.length + 1) * 64 * 1024;
  return own.size + files.reduce((sum, file) => sum + file.size, 0) + slack + 10 * BLOCK * 2;
}

/** The entry that begins at a place of a tar, of which so much is there; null until all of it is. */
function entryAt(fd: number, at: number, written: number): TarEntry | null {
  const block = Buffer.alloc(BLOCK);
  if (written < at + BLOCK || readSync(fd, block, 0, BLOCK, at) < BLOCK) return null;
  const size = Number.parseInt(block.toString('latin1', 124, 135), 8);
  if (!Number.isSafeInteger(size) || written < at + BLOCK + size) return null;
  return { path: block.toString('utf8', 0, 100).replace(/\0.*$/s, ''), size, offset: at + BLOCK };
}

/** Of an archive's list: what it is called. */
export const LIST_SIGNATURE = `${DISTRIBUTION_FILE}${SIGNATURE_SUFFIX}`;

/** An archive whose list no key signed, where one must have: nothing of it was looked at. */
export class NotVouched extends Error {
  readonly verification: Omit<Verification, 'directory'>;

  constructor(verification: Omit<Verification, 'directory'>) {
    super('not signed by a trusted key');
    this.verification = verification;
  }
}

/** The list of an archive. @throws NotVouched where keys are given and its signature is not there, or not good. */
export function vouchedList(fd: number, own: TarEntry, signature: TarEntry | null, keys: readonly PublicKey[]): DistributionList {
  const bytes = bytesOf(fd, own);
  const check = signatureCheck(bytes, signature && bytesOf(fd, signature), keys);
  if (check.findings.length > 0)
    throw new NotVouched({ distribution: { name: '', version: '', sha256: sha256(bytes) }, signature: check, files: [] });
  return parseDistribution(Buffer.from(bytes).toString('utf8'));
}
