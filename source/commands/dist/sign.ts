import { buildTime } from '../../builder/goManifest.js';
import { PlaceError } from '../../catalog/discovery.js';
import { opened, readKeyFile } from '../../distribution/keyFiles.js';
import { sign, signable } from '../../distribution/sign.js';
import { isWhole } from '../../distribution/verify.js';
import { cleaned } from '../../terminal/clean.js';
import { count } from '../../verdict/finding.js';
import { EXIT, type Shell } from '../options.js';
import { passwordFrom } from './password.js';
import { wrongLines } from './wrongLines.js';

export interface SignOptions {
  /** Folders with a `distribution.json`, or single plugins; none: here. */
  readonly paths: readonly string[] | undefined;
  /** The file of the secret key. */
  readonly key: string;
  readonly comment: string | undefined;
}

/** `ocx dist sign [paths..] --key FILE`: signatures beside what is delivered. Exit code 1, and none, for a distribution that is not whole. */
export async function signCommand({ paths, key: keyFile, comment }: SignOptions, shell: Shell): Promise<number> {
  if (comment !== undefined && /[\r\n]/.test(comment)) throw new PlaceError('--comment must be one line');
  const time = buildTime(shell.env, shell.now());
  if (time === null) throw new PlaceError('SOURCE_DATE_EPOCH must be a number of seconds since 1970');
  const all = (paths && paths.length > 0 ? paths : ['.']).map(signable);
  const broken = all.flatMap((one) => (one.verification === null || isWhole(one.verification) ? [] : [one.verification]));
  for (const one of broken)
    await shell.err.lines(wrongLines(`${one.directory} is not signed: its files are not those that it lists`, one, shell));
  if (broken.length > 0) return EXIT.bad;
  const locked = readKeyFile(keyFile);
  const password = locked.state === 'locked' ? await passwordFrom(shell, `Password of ${keyFile}:`) : '';
  const key = opened(keyFile, locked, password);
  for (const one of all) {
    const signature = sign(one, key, Math.floor(Date.parse(time) / 1000), comment ?? null);
    const files = one.verification === null ? '' : `, for ${count(one.verification.files.length, 'file')}`;
    await shell.out.lines([cleaned`${signature}: signed with key ${key.publicKey.id}${files}`]);
  }
  return EXIT.ok;
}
