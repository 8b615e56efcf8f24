const SECRET_LENGTH = 158;
const PUBLIC_LENGTH = 42;

/** True for the packed line of a secret key (minisign.h: SeckeyStruct), whatever locks it. */
export function isSecretKey(packed: string): boolean {
  const bytes = Buffer.from(packed, 'base64');
  return bytes.length === SECRET_LENGTH && bytes.toString('latin1', 0, 2) === 'Ed' && bytes.toString('latin1', 4, 6) === 'B2';
}

/** True for the packed line of a public key (minisign.h: PubkeyStruct). */
export function isPublicKey(packed: string): boolean {
  const bytes = Buffer.from(packed, 'base64');
  return bytes.length === PUBLIC_LENGTH && bytes.toString('latin1', 0, 2) === 'Ed';
}
