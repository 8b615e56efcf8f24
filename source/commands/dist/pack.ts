import { trustedKeys } from '../../catalog/trustedKeys.js';
import { ArchiveError } from '../../distribution/pack/archiveError.js';
import { pack } from '../../distribution/pack/pack.js';
import { unpack } from '../../distribution/pack/unpack.js';
import { isWhole, type Verification, verifyDistribution } from '../../distribution/verify.js';
import { cleaned } from '../../terminal/clean.js';
import type { PublicKey } from '../../trust/minisign/publicKey.js';
import { EXIT, type Shell } from '../options.js';
import { wrongLines } from './wrongLines.js';

export interface PackOptions {
  readonly dir: string | undefined;
  readonly output: string;
  readonly tag: string | undefined;
  /** Whether a file that is there may be written over. */
  readonly force: boolean;
}

/** `ocx dist pack [dir] -o FILE`: a distribution as one file, the same bytes for the same files. Exit code 1, and no file, for one that is not whole. */
export async function packCommand({ dir, output, tag, force }: PackOptions, shell: Shell): Promise<number> {
  const verification = verifyDistribution(dir ?? '.', []);
  if (!isWhole(verification)) {
    await shell.err.lines(
      wrongLines(`${verification.directory} is not packed: its files are not those that it lists`, verification, shell),
    );
    return EXIT.bad;
  }
  const { files, digest } = await pack(verification, output, { tag: tag ?? null, over: force });
  await shell.out.lines([cleaned`${output}: ${files} files, sha256:${digest}`]);
  return EXIT.ok;
}

export interface UnpackOptions {
  readonly archive: string;
  readonly dir: string;
  readonly trustedKey: readonly string[] | undefined;
}

/**
 * `ocx dist unpack FILE DIR`: exit code 1, and no folder, when the archive is damaged or holds what it must not, or when what is in it is not as
 * its list says, or not signed as asked.
 */
export async function unpackCommand({ archive, dir, trustedKey }: UnpackOptions, shell: Shell): Promise<number> {
  const keys = trustedKeys(trustedKey, shell.env);
  const verification = await unpacked(archive, dir, keys, shell);
  if (verification === null) return EXIT.bad;
  const { files, signature, distribution } = verification;
  const signed = signature.state === 'good' ? `signed by ${signature.keyId}` : keys.length === 0 ? 'signature not asked for' : '';
  await shell.out.lines([
    cleaned`${dir}: ${distribution.name} ${distribution.version}, ${files.length + 1} files as listed, ${signed}`,
  ]);
  return EXIT.ok;
}

/** Null when nothing was unpacked, and it was said why. */
async function unpacked(archive: string, dir: string, keys: readonly PublicKey[], shell: Shell): Promise<Verification | null> {
  try {
    const verification = await unpack(archive, dir, keys, isWhole);
    if (isWhole(verification)) return verification;
    await shell.err.lines(
      wrongLines(`${archive} is not as its distribution.json says: nothing was unpacked`, verification, shell),
    );
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    await shell.err.lines([cleaned`ocx: ${archive}: ${error.message}; nothing was unpacked`]);
  }
  return null;
}
