import { trustedKeys } from '../../catalog/trustedKeys.js';
import { pack } from '../../distribution/pack/pack.js';
import { unpack } from '../../distribution/pack/unpack.js';
import { findingsOf } from '../../distribution/verify.js';
import { clean, cleaned } from '../../terminal/clean.js';
import { EXIT, type Shell } from '../options.js';
import { findingLines } from '../output/findings.js';
import { painter } from '../output/style.js';

export interface PackOptions {
  readonly dir: string | undefined;
  readonly output: string;
  readonly tag: string | undefined;
}

/** `ocx dist pack [dir] -o FILE`: a distribution as one file, the same bytes for the same files. */
export async function packCommand({ dir, output, tag }: PackOptions, shell: Shell): Promise<number> {
  const { files, digest } = await pack(dir ?? '.', output, tag ?? null);
  await shell.out.lines([cleaned`${output}: ${files} files, sha256:${digest}`]);
  return EXIT.ok;
}

export interface UnpackOptions {
  readonly archive: string;
  readonly dir: string;
  readonly trustedKey: readonly string[] | undefined;
}

/** `ocx dist unpack FILE DIR`: exit code 1, and no folder, when what is in it is not as its list says, or not signed as asked. */
export async function unpackCommand({ archive, dir, trustedKey }: UnpackOptions, shell: Shell): Promise<number> {
  const keys = trustedKeys(trustedKey, shell.env);
  const verification = await unpack(archive, dir, keys, (found) => findingsOf(found).length === 0);
  const { files, signature, distribution } = verification;
  const paint = painter(shell.out.colour);
  const sides = { plugin: 'found', host: 'listed' };
  const findings = [
    ...signature.findings.map((finding) => ({ file: 'distribution.json', finding })),
    ...files.flatMap(({ path, findings: of }) => of.map((finding) => ({ file: path, finding }))),
  ];
  if (findings.length > 0) {
    await shell.err.lines([
      ...findings.flatMap(({ file, finding }) => [...findingLines(finding, file, paint, sides), clean('')]),
      cleaned`ocx: ${archive} is not as its distribution.json says: nothing was unpacked`,
    ]);
    return EXIT.bad;
  }
  const signed = signature.state === 'good' ? `signed by ${signature.keyId}` : keys.length === 0 ? 'signature not asked for' : '';
  await shell.out.lines([
    cleaned`${dir}: ${distribution.name} ${distribution.version}, ${files.length + 1} files as listed, ${signed}`,
  ]);
  return EXIT.ok;
}
