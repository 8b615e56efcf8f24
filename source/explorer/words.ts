import type { Probe } from '../catalog/probe.js';
import type { PluginRecord } from '../catalog/record.js';
import { type CleanText, clean } from '../terminal/clean.js';
import type { Severity, Verdict } from '../verdict/judgement.js';
import type { Role } from './theme.js';

/** A sign and its word, which stand together wherever there is room, and the colour of both. */
export interface Standing {
  readonly sign: CleanText;
  readonly word: CleanText;
  readonly role: Role;
}

const standing = (sign: string, word: string, role: Role): Standing => ({ sign: clean(sign), word: clean(word), role });

export const STANDINGS = {
  loads: standing('+', 'loads', 'loads'),
  refused: standing('-', 'refused', 'refused'),
  fails: standing('x', 'fails', 'fails'),
  crashes: standing('!', 'crashes', 'crashes'),
  unknown: standing('?', 'unknown', 'unknown'),
  reading: standing('.', 'reading', 'plain'),
  settling: standing('.', 'copying', 'plain'),
  ignored: standing('o', 'ignored', 'secondary'),
} as const satisfies Record<Verdict | 'reading' | 'settling' | 'ignored', Standing>;

export function standingOf(record: PluginRecord): Standing {
  return record.state === 'judged' ? STANDINGS[record.judgement.verdict] : STANDINGS[record.state];
}

const SEVERITY_SIGNS: Readonly<Record<Severity, Standing>> = {
  crashes: STANDINGS.crashes,
  fails: STANDINGS.fails,
  refused: STANDINGS.refused,
  unknown: STANDINGS.unknown,
  warning: standing('~', 'warning', 'refused'),
  note: standing(' ', 'note', 'plain'),
};

export function standingOfSeverity(severity: Severity): Standing {
  return SEVERITY_SIGNS[severity];
}

/** What opening a plugin showed, beside what its bytes say. */
export function standingOfProbe({ outcome }: Probe): Standing {
  if (outcome === 'loads' || outcome === 'fails') return STANDINGS[outcome];
  return outcome === 'not probed' ? STANDINGS.unknown : standing('!', outcome, 'crashes');
}
