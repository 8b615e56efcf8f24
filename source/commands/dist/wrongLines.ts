import type { Verification } from '../../distribution/verify.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import type { Shell } from '../options.js';
import { findingLines } from '../output/findings.js';
import { painter } from '../output/style.js';

/** What the two values of a finding are: of a file, and of the signature. */
export const SIDES = { plugin: 'found', host: 'listed' };
export const OF_SIGNATURE = { plugin: 'signer', host: 'wanted' };

/** Why nothing was done with a distribution: the sentence, then everything that is wrong with it. For stderr. */
export function wrongLines(sentence: string, { signature, files }: Verification, { err }: Pick<Shell, 'err'>): CleanText[] {
  const paint = painter(err.colour);
  const wrong = [
    ...signature.findings.map((finding) => findingLines(finding, 'distribution.json', paint, OF_SIGNATURE)),
    ...files.flatMap(({ path, findings }) => findings.map((finding) => findingLines(finding, path, paint, SIDES))),
  ];
  return [cleaned`ocx: ${sentence}`, ...wrong.flatMap((lines) => [clean(''), ...lines])];
}
