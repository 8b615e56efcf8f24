import { MinisignError } from './minisignError.js';
import { isSecretKey } from './otherHalf.js';
import { keyIdText, packedLines, packedText, unpacked } from './packed.js';

/** An Ed25519 public key, with the number by which signatures name it. */
export interface PublicKey {
  /** As minisign prints it: `77E29054F489D98A`. Anybody can make a key of any number: it names, and proves nothing. */
  readonly id: string;
  /** 32 bytes. */
  readonly bytes: Uint8Array;
}

/** Algorithm, key number, key (minisign.h: PubkeyStruct). */
const LENGTH = 2 + 8 + 32;
const PACKED = /^RW[A-Za-z0-9+/]{54}$/;

/** True for a public key itself, in the one line that `minisign -P` takes; else it is taken for the name of a file. */
export function looksLikePublicKey(text: string): boolean {
  return PACKED.test(text);
}

/**
 * The one line of a public key.
 * @throws MinisignError
 */
export function unpackPublicKey(line: string): PublicKey {
  if (isSecretKey(line)) throw new MinisignError('it is the secret key of a pair, which only signs: name the public one (.pub)');
  const bytes = unpacked(line, LENGTH, 'the public key');
  if (bytes.toString('latin1', 0, 2) !== 'Ed') throw new MinisignError('it is no public key of minisign (Ed25519)');
  return { id: keyIdText(bytes.subarray(2, 10)), bytes: bytes.subarray(10) };
}

/** A public key file: a comment, and the key. @throws MinisignError */
export function readPublicKey(file: Uint8Array): PublicKey {
  const { packed } = packedLines(file);
  return unpackPublicKey(packed);
}

/** The one line of a public key. */
export function packPublicKey({ id, bytes }: PublicKey): Buffer {
  return Buffer.concat([Buffer.from('Ed'), Buffer.from(id, 'hex').reverse(), bytes]);
}

/** What a public key file holds. */
export function publicKeyText(key: PublicKey): string {
  return packedText(`minisign public key ${key.id}`, packPublicKey(key));
}
