import { createPublicKey, sign } from 'node:crypto';
import { keyIdText } from './packed.js';
import { privateKey, type SecretKey } from './secretKey.js';
import { commentMessage, signatureText } from './signature.js';

/**
 * The text of a signature file.
 * @param digest BLAKE2b-512 of the file, 64 bytes.
 * @param trustedComment one line that is signed with it.
 */
export function signatureOf(key: SecretKey, digest: Uint8Array, trustedComment: string): string {
  const secret = privateKey(key);
  const signature = sign(null, digest, secret);
  const second = sign(null, commentMessage(signature, Buffer.from(trustedComment)), secret);
  return signatureText(key.publicKey.id, signature, trustedComment, second);
}

/** A new key of 32 and 8 random bytes: what it is made of, and its number. */
export function keyOf(seed: Uint8Array, id: Uint8Array): SecretKey {
  const keyless: SecretKey = { seed, publicKey: { id: '', bytes: new Uint8Array(32) } };
  const { x = '' } = createPublicKey(privateKey(keyless)).export({ format: 'jwk' });
  return { seed, publicKey: { id: keyIdText(id), bytes: Buffer.from(x, 'base64url') } };
}
