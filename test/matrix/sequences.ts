import { createHash } from 'node:crypto';
import type { OpenHost } from '../../source/catalog/host.js';
import { planned } from '../../source/catalog/planned.js';
import { judgeReading, type Reading } from '../../source/catalog/readPlugin.js';
import { openedAs } from './judged.js';
import { type Opened, open, type Real } from './real.js';

/** A row that can be part of a sequence. */
export interface Member {
  readonly name: string;
  readonly key: string;
  readonly path: string;
  readonly reading: Reading;
}

/** One sequence: what was said of each step, and what happened until the host died. */
export interface Sequence {
  readonly host: string;
  readonly names: readonly string[];
  readonly said: readonly { readonly load: string; readonly code: string | null; readonly message: string | null }[];
  readonly real: readonly Real[];
}

/** The same numbers for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SHORTEST = 2;
const LONGEST = 5;

/** Two to five members, a member perhaps twice. */
export function draw(members: readonly Member[], next: () => number): Member[] {
  const length = SHORTEST + Math.floor(next() * (LONGEST - SHORTEST + 1));
  return Array.from({ length }, () => members[Math.floor(next() * members.length)]).filter((member) => member !== undefined);
}

/** Opens them in one process of the host, in order, or takes from `known` what happened. */
export function play(
  binary: { readonly name: string; readonly key: string; readonly path: string; readonly under: readonly string[] },
  { host }: OpenHost,
  members: readonly Member[],
  known: Record<string, Real[]>,
): Sequence {
  const id = createHash('sha256')
    .update([binary.key, ...members.map(({ key }) => key)].join(' '))
    .digest('hex');
  const opened = members.map(({ path, reading }): Opened => ({ path, how: openedAs(reading), names: [] }));
  known[id] ??= open(binary.path, opened, binary.under);
  const { plugins } = planned(
    members.map(({ reading }, at) => judgeReading(reading, at + 1, host)),
    host,
  );
  const said = plugins.flatMap((record) => {
    if (record.state !== 'judged') return [];
    const { load, findings } = record.judgement;
    const decides = findings.find(({ severity }) => severity === load);
    return [{ load, code: decides?.code ?? null, message: decides?.loaderMessage ?? null }];
  });
  return { host: binary.name, names: members.map(({ name }) => name), said, real: known[id] };
}

/** The first step of which something else was said than what happened; null when all that was decided was right. */
export function wrongStep({ host, names, said, real }: Sequence): string | null {
  for (const [at, { outcome, message }] of real.entries()) {
    const word = said[at];
    if (outcome === 'not measured' || !word || word.load === 'unknown') continue;
    if (word.load === outcome) continue;
    return `[${names.slice(0, at + 1).join(' | ')}] in ${host}: said ${word.load}${word.code === null ? '' : ` (${word.code})`} of the last, it ${outcome}: ${message}`;
  }
  return null;
}
