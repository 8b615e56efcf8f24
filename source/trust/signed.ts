import { finding } from '../verdict/finding.js';
import type { Finding } from '../verdict/judgement.js';
import { SIGNATURE_SUFFIX } from './distribution.js';
import { MinisignError } from './minisign/minisignError.js';
import type { PublicKey } from './minisign/publicKey.js';
import { holds, readSignature, type Signature } from './minisign/signature.js';

/** What lies beside something under a name: its bytes, nothing, or why it can't be read. */
export type Beside = Uint8Array | null | { readonly because: string };

/** What a signature says of a file, by the keys that are trusted. */
export type SignatureState =
  /** By a trusted key, and all of it holds. */
  | { readonly state: 'good'; readonly signature: Signature }
  | { readonly state: 'none' }
  | { readonly state: 'bad'; readonly finding: Finding };

/**
 * Looks at the signature of a file.
 * @param file the name of what is signed, for sentences: `distribution.json`.
 * @param beside what lies under the name of its signature.
 * @param digest BLAKE2b-512 of the file, asked for once there is a signature of a trusted key.
 */
export function signatureState(
  file: string,
  beside: Beside,
  keys: readonly PublicKey[],
  digest: () => Uint8Array,
): SignatureState {
  if (beside === null) return { state: 'none' };
  const evidence = `${file}${SIGNATURE_SUFFIX}`;
  const unreadable = (because: string): SignatureState => ({
    state: 'bad',
    finding: finding('OCX0904', {
      subject: 'signature',
      host: trusts(keys),
      evidence,
      message: `${evidence} can't be read: ${because}`,
      fix: SIGN_AGAIN,
    }),
  });
  if (!(beside instanceof Uint8Array)) return unreadable(beside.because);
  let signature: Signature;
  try {
    signature = readSignature(beside);
  } catch (error) {
    if (error instanceof MinisignError) return unreadable(error.message);
    throw error;
  }
  const { keyId } = signature;
  const mine = keys.filter(({ id }) => id === keyId);
  if (mine.length === 0)
    return {
      state: 'bad',
      finding: finding('OCX0903', {
        subject: 'signature',
        plugin: `key ${keyId}`,
        host: trusts(keys),
        evidence,
        message: `signed by key ${keyId}, which is not trusted`,
        fix: 'if that key is to be trusted, name its public key among the trusted ones',
      }),
    };
  const found = mine.map((key) => holds(signature, key, digest()));
  if (found.includes('all')) return { state: 'good', signature };
  const what = found.includes('not the comment') ? 'its trusted comment was changed' : `${file} is not what was signed`;
  return {
    state: 'bad',
    finding: finding('OCX0904', {
      subject: 'signature',
      plugin: `key ${keyId}`,
      host: trusts(keys),
      evidence,
      message: `the signature of key ${keyId} does not hold: ${what}`,
      fix: SIGN_AGAIN,
    }),
  };
}

const SIGN_AGAIN = 'restore the file and its signature; who has the key can sign again: ocx dist sign';

/** Of a list that should be signed, and is not. @param path of the list: `../distribution.json`. */
export function unsignedList(path: string, keys: readonly PublicKey[]): Finding {
  return finding('OCX0902', {
    subject: 'signature',
    plugin: 'none',
    host: trusts(keys),
    evidence: `${path}${SIGNATURE_SUFFIX} is not there`,
    message: `${path} is not signed`,
    fix: SIGN_IT,
  });
}

/** What to do about what is not signed. */
export const SIGN_IT = 'have it signed by who has a trusted key: ocx dist sign';

/** `trusts 77E29054F489D98A`. */
export function trusts(keys: readonly PublicKey[]): string {
  return `trusts ${keys.map(({ id }) => id).join(', ')}`;
}
