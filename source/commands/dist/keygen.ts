import { PlaceError } from '../../catalog/discovery.js';
import { keyPairAt, makeKeys } from '../../distribution/keyFiles.js';
import { clean, cleaned } from '../../terminal/clean.js';
import { packPublicKey } from '../../trust/minisign/publicKey.js';
import { EXIT, type Shell } from '../options.js';
import { passwordFrom } from './password.js';

export interface KeygenOptions {
  /** What the two files are called, before `.key` and `.pub`. */
  readonly name: string | undefined;
  /** False: the secret key is not locked. */
  readonly password: boolean;
}

/** `ocx dist keygen [name]`: a key pair in minisign's format. */
export async function keygen({ name = 'ocx', password }: KeygenOptions, shell: Shell): Promise<number> {
  const pair = keyPairAt(name);
  const word = password ? await passwordFrom(shell, 'Password for the secret key:', 'The same once more:') : '';
  if (password && word === '') throw new PlaceError('an empty password locks nothing; a key without one: --no-password');
  const { publicKey } = makeKeys(pair, word);
  await shell.out.lines([
    cleaned`${pair.secretFile}  the secret key${password ? ', locked with the password' : ': whoever has the file can sign'}`,
    cleaned`${pair.publicFile}  the public key ${publicKey.id}, for those who are to trust it. It is also this line:`,
    clean(packPublicKey(publicKey).toString('base64')),
  ]);
  return EXIT.ok;
}
