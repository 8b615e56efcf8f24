import { createPublicKey, verify } from 'node:crypto';
import { MinisignError } from './minisignError.js';
import { keyIdText, packedLines, packedText, unpacked, utf8 } from './packed.js';
import type { PublicKey } from './publicKey.js';

/** A signature of a file's BLAKE2b-512 digest, as minisign writes it (since 0.10 by default; before with `-H`). */
export interface Signature {
  /** Of the key that made it, as it says. */
  readonly keyId: string;
  /** 64 bytes, over the digest. */
  readonly bytes: Uint8Array;
  /** Text that is signed with it. */
  readonly trustedComment: string;
  /** Over signature and trusted comment, 64 bytes; and what it is over. */
  readonly commentSignature: Uint8Array;
  readonly commentSigned: Uint8Array;
}

/** Larger files are no signatures. */
export const MAX_SIGNATURE_BYTES = 16 * 1024;

const TRUSTED = 'trusted comment: ';
/** Algorithm, key number, signature (minisign.h: SigStruct). */
const LENGTH = 2 + 8 + 64;

/** @throws MinisignError for what is no signature, or one of the file itself and not of its digest. */
export function readSignature(file: Uint8Array): Signature {
  if (file.length > MAX_SIGNATURE_BYTES) throw new MinisignError('it is too large to be a signature');
  const { packed, rest } = packedLines(file);
  const [comment = '', commentSignature = ''] = rest;
  const bytes = unpacked(packed, LENGTH, 'the signature');
  const algorithm = bytes.toString('latin1', 0, 2);
  if (algorithm === 'Ed') throw new MinisignError("it is of minisign's legacy format: sign again, without -l");
  if (algorithm !== 'ED') throw new MinisignError('it is no signature of minisign (Ed25519 of BLAKE2b-512)');
  if (!comment.startsWith(TRUSTED)) throw new MinisignError('it has no trusted comment');
  const text = comment.slice(TRUSTED.length);
  const signature = bytes.subarray(10);
  return {
    keyId: keyIdText(bytes.subarray(2, 10)),
    bytes: signature,
    trustedComment: utf8(text),
    commentSignature: unpacked(commentSignature, 64, 'the signature of the trusted comment'),
    commentSigned: commentMessage(signature, Buffer.from(text, 'latin1')),
  };
}

/** What the second signature of a file is over. */
export function commentMessage(signature: Uint8Array, comment: Uint8Array): Buffer {
  return Buffer.concat([signature, comment]);
}

/** What holds of a signature: all of it, or which part does not. */
export type Holds = 'all' | 'not the file' | 'not the comment';

/** Whether a signature is by this key, of a file of this BLAKE2b-512 digest (64 bytes). */
export function holds(signature: Signature, key: PublicKey, digest: Uint8Array): Holds {
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key.bytes).toString('base64url') },
    format: 'jwk',
  });
  if (!verify(null, digest, publicKey, signature.bytes)) return 'not the file';
  return verify(null, signature.commentSigned, publicKey, signature.commentSignature) ? 'all' : 'not the comment';
}

/** What a signature file holds. */
export function signatureText(
  keyId: string,
  signature: Uint8Array,
  trustedComment: string,
  commentSignature: Uint8Array,
): string {
  const packed = Buffer.concat([Buffer.from('ED'), Buffer.from(keyId, 'hex').reverse(), signature]);
  const second = Buffer.from(commentSignature).toString('base64');
  return `${packedText('signature from ocx dist sign', packed)}${TRUSTED}${trustedComment}\n${second}\n`;
}
