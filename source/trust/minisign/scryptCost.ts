/** Parameters of scrypt (RFC 7914). */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** What a key file says of the work behind its password. */
export interface Limits {
  readonly operations: number;
  /** Bytes. */
  readonly memory: number;
}

/** Of libsodium's "sensitive", which minisign takes: 1 GiB of memory, some seconds. */
export const SENSITIVE: Limits = { operations: 33_554_432, memory: 1_073_741_824 };

/**
 * What libsodium makes of the two limits that a key file has (crypto_pwhash_scryptsalsa208sha256: pickparams).
 * @param operations at least 32768 are taken.
 * @param memory bytes.
 */
export function scryptCost(operations: number, memory: number): ScryptCost {
  const r = 8;
  const least = Math.max(operations, 32_768);
  const boundByTime = least < Math.floor(memory / 32);
  const most = boundByTime ? least / (r * 4) : memory / (r * 128);
  let log = 1;
  while (log < 63 && 2 ** log <= most / 2) log++;
  if (boundByTime) return { N: 2 ** log, r, p: 1 };
  const blocks = Math.min(Math.floor(least / 4 / 2 ** log), 0x3fffffff);
  return { N: 2 ** log, r, p: Math.max(1, Math.floor(blocks / r)) };
}
