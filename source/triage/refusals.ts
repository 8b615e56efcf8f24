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

/** What our loader says of a plugin whose own code failed (runtime/go/loader: Misbehaved, Panic): `PATH: not opened: tried in a child ...`. */
const OWN_CODE =
  /(?:^|\s)(\/.*?\.so|[^\s:]+\.so): ((?:not opened: tried in a child process, it |panic while (?:opening it|calling its \w+): ).*)/;
/** What its log says of a plugin that it starts without (loader: Refusal): `PATH: refused: sentence`; the findings are not there. */
const LEFT_OUT = /^(.+?\.so): ((?:refused|fails|crashes|unknown): .*)$/;

/** A text in which our loader tells of one plugin, in one line; null for any other. */
export function loaderLine(text: string): Meaning | null {
  const own = OWN_CODE.exec(text);
  if (own) {
    const [, file = '', message = ''] = own;
    const advice =
      'its own code did that when it was opened: ask who made it; ocx plugins validate FILE --collector FILE opens it again, in a child process';
    return { code: null, subject: null, advice, message, file };
  }
  const leftOut = LEFT_OUT.exec(text);
  if (!leftOut) return null;
  const [, file = '', message = ''] = leftOut;
  const advice = 'ocx plugins validate FILE --collector FILE says all of it, and what to do';
  return { code: null, subject: null, advice, message, file, title: 'refused before it was opened' };
}
