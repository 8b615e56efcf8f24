import type { Judged } from './judged.js';
import type { Real } from './real.js';

/** One pair: what was said and what happened. */
export interface Pair {
  readonly host: string;
  readonly plugin: string;
  readonly said: Judged;
  readonly real: Real;
  /** Exports whose type is another than `%T`: `Name: said / real`. */
  readonly types: readonly string[];
}

/** What is wrong with a pair; null when nothing is. */
export function wrong({ said, real, types }: Pair): string | null {
  if (said.load === 'unknown') return null;
  if (said.load !== real.outcome)
    return `said ${said.load}${said.code === null ? '' : ` (${said.code})`}, it ${real.outcome}: ${real.message}`;
  const named = packageIn(real.message);
  if (named !== null && named !== said.packages[0])
    return `said ${said.packages[0] ?? 'no package'} first, the runtime names ${named}`;
  return types[0] === undefined ? null : `type of an export: ${types[0]}`;
}

export function packageIn(message: string): string | null {
  return /different version of package (\S+)/.exec(message)?.[1] ?? null;
}

export type MessageScore = 'equal' | 'other' | 'none said';

/** Whether the words that were foretold are those of the loader, which puts the file's name before them. */
export function messageScore({ said, real }: Pair): MessageScore | null {
  if (real.outcome !== 'fails' || said.load !== 'fails') return null;
  if (said.message === null) return 'none said';
  return real.message === said.message || real.message.endsWith(`: ${said.message}`) ? 'equal' : 'other';
}

/** Rows: what happened; columns: what was said. */
export function confusion(pairs: readonly Pair[]): readonly (readonly number[])[] {
  return OUTCOMES.map((outcome) =>
    WORDS.map((word) => pairs.filter(({ said, real }) => real.outcome === outcome && said.load === word).length),
  );
}

export const OUTCOMES = ['loads', 'fails', 'crashes', 'hangs'] as const;
export const WORDS = ['loads', 'fails', 'crashes', 'unknown'] as const;
