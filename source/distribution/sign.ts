import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PlaceError, reason } from '../catalog/discovery.js';
import { DISTRIBUTION_FILE, SIGNATURE_SUFFIX } from '../trust/distribution.js';
import type { SecretKey } from '../trust/minisign/secretKey.js';
import { signatureOf } from '../trust/minisign/sign.js';
import { type Verification, verifyDistribution } from './verify.js';

/** What is to be signed. */
export interface Signable {
  /** `dist/distribution.json`, or a plugin. */
  readonly file: string;
  /** What vouching for it means: nothing may be wrong with it. Null for a file alone. */
  readonly verification: Verification | null;
}

/**
 * A folder with a `distribution.json`, or a file that is delivered alone.
 * @throws PlaceError when it is neither.
 */
export function signable(path: string): Signable {
  const isFile = statOf(path).isFile() && basename(path) !== DISTRIBUTION_FILE;
  if (isFile) return { file: path, verification: null };
  const verification = verifyDistribution(path, []);
  return { file: join(verification.directory, DISTRIBUTION_FILE), verification };
}

/**
 * Signs a file: `<file>.minisig` appears beside it, whole.
 * @param seconds since 1970.
 * @param comment in place of the one that says when, which file, and of which distribution.
 * @returns the signature file. @throws PlaceError when a file can't be read or written.
 */
export function sign({ file, verification }: Signable, key: SecretKey, seconds: number, comment: string | null): string {
  const what =
    verification === null ? [] : [`distribution:${verification.distribution.name} ${verification.distribution.version}`];
  const usual = [`timestamp:${seconds}`, `file:${basename(file)}`, 'hashed', ...what].map((field) =>
    field.replace(/[\t\r\n]/g, ' '),
  );
  const target = `${file}${SIGNATURE_SUFFIX}`;
  try {
    writeFileSync(`${target}.new`, signatureOf(key, blake2b512(file), comment ?? usual.join('\t')));
    renameSync(`${target}.new`, target);
  } catch (error) {
    throw new PlaceError(`${target} can't be written: ${reason(error)}`);
  }
  return target;
}

function statOf(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw new PlaceError(`${path}: ${reason(error)}`);
  }
}

const CHUNK = 1 << 20;

function blake2b512(file: string): Buffer {
  const fd = openSync(file, 'r');
  try {
    const hash = createHash('blake2b512');
    const chunk = new Uint8Array(CHUNK);
    for (let read = readSync(fd, chunk); read > 0; read = readSync(fd, chunk)) hash.update(chunk.subarray(0, read));
    return hash.digest();
  } finally {
    closeSync(fd);
  }
}
