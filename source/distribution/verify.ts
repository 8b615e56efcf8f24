import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readBeside } from '../catalog/beside.js';
import { PlaceError, reason } from '../catalog/discovery.js';
import {
  type Artifact,
  type DeliveredFile,
  DISTRIBUTION_FILE,
  DistributionError,
  type DistributionList,
  parseDistribution,
  SIGNATURE_SUFFIX,
} from '../trust/distribution.js';
import { MinisignError } from '../trust/minisign/minisignError.js';
import type { PublicKey } from '../trust/minisign/publicKey.js';
import { readSignature, type Signature } from '../trust/minisign/signature.js';
import { type Beside, signatureState, unsignedList } from '../trust/signed.js';
import type { Finding } from '../verdict/judgement.js';
import { addedCheck, type FileCheck, listedCheck, sha256, unreadableList } from './fileCheck.js';
import { filesBelow } from './folder.js';

/** What is known of the signature of `distribution.json`. */
export interface SignatureCheck {
  /** `not checked`: there is one, and no key was given to check it with. */
  readonly state: 'good' | 'bad' | 'none' | 'not checked';
  /** Of the key that made it, as it says; null where it can't be read. */
  readonly keyId: string | null;
  /** Believe it only when the state is good. */
  readonly trustedComment: string | null;
  readonly findings: readonly Finding[];
}

/** The answer of `ocx dist verify`. */
export interface Verification {
  readonly directory: string;
  readonly distribution: Pick<DistributionList, 'name' | 'version'> & { readonly sha256: string };
  readonly signature: SignatureCheck;
  /** Those that are listed, in the order of the list; then what else lies there. */
  readonly files: readonly FileCheck[];
}

/**
 * Holds every file of a distribution's folder against its `distribution.json`, and that against its signature.
 * Nothing of it is run.
 * @param place the folder, or the `distribution.json` in it.
 * @param keys of which one must have signed it; none: a signature is not asked for.
 * @throws PlaceError when there is no `distribution.json`; and for one that can't be understood, unless its signature is wrong as well, which
 * is then what was found.
 */
export function verifyDistribution(place: string, keys: readonly PublicKey[]): Verification {
  const directory = directoryOf(place);
  const bytes = listOf(directory);
  // Over its bytes, before anything is made of them: what is not of a trusted key need not be a list at all.
  const signature = signatureCheck(bytes, readBeside(join(directory, `${DISTRIBUTION_FILE}${SIGNATURE_SUFFIX}`)), keys);
  let list: DistributionList;
  try {
    list = parseDistribution(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    if (!(error instanceof DistributionError)) throw error;
    if (signature.findings.length > 0) return notUnderstood(directory, bytes, signature, error.message);
    throw new PlaceError(`${join(directory, DISTRIBUTION_FILE)}: ${error.message}`);
  }
  const artifacts = new Map(list.artifacts.map((artifact) => [artifact.path, artifact]));
  const listed: readonly DeliveredFile[] = [...list.artifacts, ...list.files];
  const known = new Set([...listed.map(({ path }) => path), DISTRIBUTION_FILE, `${DISTRIBUTION_FILE}${SIGNATURE_SUFFIX}`]);
  const added = filesBelow(directory).filter((path) => !known.has(path) && !isSignatureOf(path, artifacts));
  return {
    directory,
    distribution: { name: list.name, version: list.version, sha256: sha256(bytes) },
    signature,
    files: [
      ...listed.map((file) => listedCheck(directory, file, artifacts.get(file.path) ?? null)),
      ...added.map((path) => addedCheck(directory, path)),
    ],
  };
}

/** Of a list that is neither signed as it should be nor a list. */
function notUnderstood(directory: string, bytes: Uint8Array, signature: SignatureCheck, because: string): Verification {
  const found = { size: bytes.length, sha256: sha256(bytes) };
  return {
    directory,
    distribution: { name: '', version: '', sha256: found.sha256 },
    signature,
    files: [unreadableList(DISTRIBUTION_FILE, found, because)],
  };
}

/** Whether nothing is wrong. */
export function isWhole({ signature, files }: Verification): boolean {
  return signature.findings.length === 0 && files.every(({ findings }) => findings.length === 0);
}

function directoryOf(place: string): string {
  try {
    return statSync(place).isDirectory() ? place : basename(place) === DISTRIBUTION_FILE ? dirname(place) : notOne(place);
  } catch (error) {
    if (error instanceof PlaceError) throw error;
    throw new PlaceError(`${place}: ${reason(error)}`);
  }
}

function notOne(place: string): never {
  throw new PlaceError(`${place} is neither the folder of a distribution nor a ${DISTRIBUTION_FILE}`);
}

function listOf(directory: string): Uint8Array {
  const list = readBeside(join(directory, DISTRIBUTION_FILE));
  if (list instanceof Uint8Array) return list;
  const near = existsSync(join(directory, 'dist', DISTRIBUTION_FILE)) ? `; there is one in ${join(directory, 'dist')}` : '';
  throw new PlaceError(`${join(directory, DISTRIBUTION_FILE)}: ${list?.because ?? 'no such file or directory'}${near}`);
}

/** A plugin that is signed for itself, too, is no stranger. */
function isSignatureOf(path: string, artifacts: ReadonlyMap<string, Artifact>): boolean {
  return path.endsWith(SIGNATURE_SUFFIX) && artifacts.has(path.slice(0, -SIGNATURE_SUFFIX.length));
}

/** Whether one of the keys signed these bytes of a list; without keys nothing is asked. @param beside what lies under the name of its signature. */
export function signatureCheck(list: Uint8Array, beside: Beside, keys: readonly PublicKey[]): SignatureCheck {
  const signature = beside instanceof Uint8Array ? readable(beside) : null;
  const said = { keyId: signature?.keyId ?? null, trustedComment: signature?.trustedComment ?? null };
  if (keys.length === 0) return { state: beside === null ? 'none' : 'not checked', ...said, findings: [] };
  const state = signatureState(DISTRIBUTION_FILE, beside, keys, () => createHash('blake2b512').update(list).digest());
  if (state.state === 'good') return { state: 'good', ...said, findings: [] };
  if (state.state === 'bad') return { state: 'bad', ...said, findings: [state.finding] };
  return { state: 'none', ...said, findings: [unsignedList(DISTRIBUTION_FILE, keys)] };
}

function readable(file: Uint8Array): Signature | null {
  try {
    return readSignature(file);
  } catch (error) {
    if (error instanceof MinisignError) return null;
    throw error;
  }
}
