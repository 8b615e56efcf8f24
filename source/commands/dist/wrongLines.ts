import type { Verification } from '../../distribution/verify.js';
import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import type { Shell } from '../options.js';
import { findingLines } from '../output/findings.js';
import { painter } from '../output/style.js';

/** Why nothing was done with a distribution: the sentence, then everything that is wrong with it. For stderr. */
export function wrongLines(sentence: string, { signature, files }: Verification, { err }: Pick<Shell, 'err'>): CleanText[] {
  const paint = painter(err.colour);
  const wrong = [
    ...signature.findings.map((finding) => findingLines(finding, 'distribution.json', paint)),
    ...files.flatMap(({ path, findings }) => findings.map((finding) => findingLines(finding, path, paint))),
  ];
  return [cleaned`ocx: ${sentence}`, ...wrong.flatMap((lines) => [clean(''), ...lines])];
}
