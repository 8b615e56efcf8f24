import { createPrivateKey, type KeyObject, scryptSync } from 'node:crypto';
import { blake2b } from '@noble/hashes/blake2.js';
import { MinisignError } from './minisignError.js';
import { isPublicKey } from './otherHalf.js';
import { keyIdText, packedLines, packedText, unpacked } from './packed.js';
import type { PublicKey } from './publicKey.js';
import { type Limits, SENSITIVE, scryptCost } from './scryptCost.js';

/** A key pair that can sign. */
export interface SecretKey {
  readonly publicKey: PublicKey;
  /** 32 bytes that the key is made of. */
  readonly seed: Uint8Array;
}

/** A secret key file: as it is, or the bytes that its password opens. */
export type KeyFile =
  | { readonly state: 'open'; readonly key: SecretKey }
  | {
      readonly state: 'locked';
      readonly salt: Uint8Array;
      readonly operations: number;
      readonly memory: number;
      readonly locked: Uint8Array;
    };

// minisign.h: SeckeyStruct. Three algorithms of two letters, salt, two limits, and the part that a password locks: key number,
// secret key with the public one behind it, checksum.
const SALT = 6;
const LIMITS = SALT + 32;
const LOCKED = LIMITS + 16;
const LOCKED_LENGTH = 8 + 64 + 32;
const LENGTH = LOCKED + LOCKED_LENGTH;
const NO_PASSWORD = '\0\0';
/** scrypt works in N blocks of 128 r bytes, and some more. */
const MEMORY_HEADROOM = 64 * 1024 * 1024;
/** A file that asks for more memory than 4 GiB was not made by any minisign. */
const MOST_MEMORY = 2 ** 32;

/** @throws MinisignError when it is no secret key file. */
export function readSecretKey(file: Uint8Array): KeyFile {
  const { packed } = packedLines(file);
  if (isPublicKey(packed))
    throw new MinisignError('it is the public key of a pair, which only verifies: name the secret one (.key)');
  const bytes = unpacked(packed, LENGTH, 'the secret key');
  const [signing, locking, checking] = [0, 2, 4].map((at) => bytes.toString('latin1', at, at + 2));
  if (signing !== 'Ed' || checking !== 'B2') throw new MinisignError('it is no secret key of minisign');
  const locked = bytes.subarray(LOCKED);
  if (locking === NO_PASSWORD) return { state: 'open', key: secretKey(locked) };
  if (locking !== 'Sc') throw new MinisignError('it is locked in a way that is not known');
  const [operations, memory] = [Number(bytes.readBigUInt64LE(LIMITS)), Number(bytes.readBigUInt64LE(LIMITS + 8))];
  if (operations > MOST_MEMORY || memory > MOST_MEMORY)
    throw new MinisignError('it asks for more time and memory than minisign ever does');
  return { state: 'locked', salt: bytes.subarray(SALT, LIMITS), operations, memory, locked };
}

/** @throws MinisignError when the password is another. */
export function unlock(file: KeyFile, password: string): SecretKey {
  if (file.state === 'open') return file.key;
  const opened = xor(file.locked, stream(password, file.salt, file.operations, file.memory));
  if (!checksum(opened).equals(opened.subarray(8 + 64))) throw new MinisignError('the password is another one');
  return secretKey(opened);
}

/**
 * What a secret key file holds.
 * @param password empty: the key is not locked.
 * @param salt 32 random bytes.
 */
export function secretKeyText(key: SecretKey, password: string, salt: Uint8Array, limits: Limits = SENSITIVE): string {
  const plain = Buffer.alloc(LOCKED_LENGTH);
  Buffer.from(key.publicKey.id, 'hex').reverse().copy(plain);
  plain.set(key.seed, 8);
  plain.set(key.publicKey.bytes, 8 + 32);
  const head = Buffer.alloc(LOCKED);
  head.write(`Ed${password === '' ? NO_PASSWORD : 'Sc'}B2`, 'latin1');
  if (password === '') return packedText(COMMENT, Buffer.concat([head, plain]));
  checksum(plain).copy(plain, 8 + 64);
  head.set(salt, SALT);
  head.writeBigUInt64LE(BigInt(limits.operations), LIMITS);
  head.writeBigUInt64LE(BigInt(limits.memory), LIMITS + 8);
  return packedText(COMMENT, Buffer.concat([head, xor(plain, stream(password, salt, limits.operations, limits.memory))]));
}

const COMMENT = 'minisign encrypted secret key';

/** The key as Node's crypto takes it (RFC 8410). */
export function privateKey({ seed }: SecretKey): KeyObject {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
}

function secretKey(opened: Buffer): SecretKey {
  return {
    publicKey: { id: keyIdText(opened.subarray(0, 8)), bytes: opened.subarray(8 + 32, 8 + 64) },
    seed: opened.subarray(8, 8 + 32),
  };
}

function checksum(opened: Uint8Array): Buffer {
  return Buffer.from(blake2b(Buffer.concat([Buffer.from('Ed'), opened.subarray(0, 8 + 64)]), { dkLen: 32 }));
}

function stream(password: string, salt: Uint8Array, operations: number, memory: number): Buffer {
  const cost = scryptCost(operations, memory);
  const maxmem = 128 * cost.N * cost.r + 128 * cost.r * cost.p + MEMORY_HEADROOM;
  return scryptSync(password, salt, LOCKED_LENGTH, { ...cost, maxmem });
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, at) => byte ^ (b[at] ?? 0)));
}
