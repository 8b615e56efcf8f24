import type { CleanText } from '../../terminal/clean.js';
import type { Severity, Verdict } from '../../verdict/judgement.js';

/** What a piece of output means; the colour follows from it (SCREENS: colour by meaning, 16 colours of the terminal). */
export type Style = Verdict | 'heading' | 'plain' | 'ignored';

const SGR: Readonly<Record<Style, string>> = {
  loads: '32',
  refused: '33',
  fails: '31',
  crashes: '31;7',
  unknown: '35',
  heading: '1',
  plain: '',
  ignored: '',
};

/** Paints for a sink: identity where there is no colour. */
export function painter(colour: boolean): (text: CleanText, style: Style) => CleanText {
  return (text, style) => (colour && SGR[style] !== '' ? (`\x1b[${SGR[style]}m${text}\x1b[0m` as CleanText) : text);
}

/** Sign and word of a verdict: `+ loads`. */
export const VERDICT_SIGN: Readonly<Record<Verdict, string>> = {
  loads: '+',
  refused: '-',
  fails: 'x',
  crashes: '!',
  unknown: '?',
};

export const SEVERITY_SIGN: Readonly<Record<Severity, string>> = {
  crashes: '!',
  fails: 'x',
  refused: '-',
  unknown: '?',
  warning: '~',
  note: ' ',
};
