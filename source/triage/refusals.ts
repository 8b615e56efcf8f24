import type { Meaning } from './failure.js';

/** `not opened: PATH: VERDICT: sentence`: what the Collector that `ocx build` makes prints, with its findings below. */
const NOT_OPENED = /^(?:.*? )?not opened: (.+?): (refused|fails|crashes|unknown): (.*)$/;
const FINDING = /^[-x!?~ ] (OCX\d{4}) {2}(.*)$/;
const BELOW = /^(?:[-x!?~ ] OCX\d{4} {2}| {4}--> | {5}[|=] |\s*$)/;

/** A refusal that begins on this line, and how many lines it has; null when none does. */
export function refusalOf(lines: readonly string[], at: number): { readonly meaning: Meaning; readonly length: number } | null {
  const match = NOT_OPENED.exec(lines[at] ?? '');
  if (!match) return null;
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => !BELOW.test(line));
  const below = end < 0 ? rest : rest.slice(0, end);
  const first = below.map((line) => FINDING.exec(line)?.[1]).find((code) => code !== undefined) ?? null;
  const [, file = '', verdict = '', words = ''] = match;
  return {
    meaning: { code: first, subject: null, advice: null, message: `not opened: ${verdict}: ${words}`, file },
    length: below.length + 1,
  };
}
