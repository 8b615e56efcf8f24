import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { PlaceError, reason } from '../catalog/discovery.js';
import { MinisignError } from '../trust/minisign/minisignError.js';
import { publicKeyText } from '../trust/minisign/publicKey.js';
import { type KeyFile, readSecretKey, type SecretKey, secretKeyText, unlock } from '../trust/minisign/secretKey.js';
import { keyOf } from '../trust/minisign/sign.js';

/** Where a key pair lies. */
export interface KeyPair {
  readonly secretFile: string;
  readonly publicFile: string;
}

/** `release.key` and `release.pub`. @throws PlaceError when one is there already. */
export function keyPairAt(name: string): KeyPair {
  const pair = { secretFile: `${name}.key`, publicFile: `${name}.pub` };
  for (const file of [pair.secretFile, pair.publicFile])
    if (existsSync(file)) throw new PlaceError(`${file} is there already: a key is never written over`);
  return pair;
}

/**
 * Makes a key pair and writes it; the secret file is its owner's alone.
 * @param password empty: the secret key is not locked.
 * @throws PlaceError when a file is there already, or can't be written.
 */
export function makeKeys({ secretFile, publicFile }: KeyPair, password: string): SecretKey {
  const key = keyOf(randomBytes(32), randomBytes(8));
  writeNew(secretFile, secretKeyText(key, password, randomBytes(32)), 0o600);
  writeNew(publicFile, publicKeyText(key.publicKey), 0o644);
  return key;
}

/** A secret key file of ours or of minisign. @throws PlaceError when it can't be read, or is none. */
export function readKeyFile(file: string): KeyFile {
  return orSentence(file, () => readSecretKey(readFileSync(file)));
}

/** @throws PlaceError when the password is another. */
export function opened(file: string, key: KeyFile, password: string): SecretKey {
  return orSentence(file, () => unlock(key, password));
}

function orSentence<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof MinisignError) throw new PlaceError(`secret key ${file}: ${error.message}`);
    if (error instanceof Error && 'code' in error) throw new PlaceError(`secret key ${file}: ${reason(error)}`);
    throw error;
  }
}

function writeNew(file: string, text: string, mode: number): void {
  try {
    writeFileSync(file, text, { mode, flag: 'wx' });
  } catch (error) {
    throw new PlaceError(`${file} can't be written: ${reason(error)}`);
  }
}
