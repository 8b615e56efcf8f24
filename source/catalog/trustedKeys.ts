import { readFileSync } from 'node:fs';
import { MinisignError } from '../trust/minisign/minisignError.js';
import { isSecretKey } from '../trust/minisign/otherHalf.js';
import { looksLikePublicKey, type PublicKey, readPublicKey, unpackPublicKey } from '../trust/minisign/publicKey.js';
import { PlaceError, reason } from './discovery.js';

/** Names trusted keys, with commas between, where no option does: for ocx and for the Collector. */
export const TRUSTED_KEYS_VARIABLE = 'OTELCOL_PLUGIN_TRUSTED_KEYS';

/**
 * The keys that `--trusted-key` names, each a public key file or the key itself; else those of the variable.
 * @throws PlaceError when one can't be read, or is no key.
 */
export function trustedKeys(named: readonly string[] | undefined, environment: NodeJS.ProcessEnv): PublicKey[] {
  const given =
    named && named.length > 0 ? named : (environment[TRUSTED_KEYS_VARIABLE] ?? '').split(',').filter((key) => key !== '');
  return given.map(trustedKey);
}

function trustedKey(named: string): PublicKey {
  // It is not said again where others may read.
  if (isSecretKey(named))
    throw new PlaceError(
      'a trusted key: it is the secret key of a pair, which only signs: name the public one, and take a new pair',
    );
  try {
    return looksLikePublicKey(named) ? unpackPublicKey(named) : readPublicKey(readFileSync(named));
  } catch (error) {
    if (error instanceof MinisignError) throw new PlaceError(`trusted key ${named}: ${error.message}`);
    throw new PlaceError(`trusted key ${named}: ${reason(error)}`);
  }
}
