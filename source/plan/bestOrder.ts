import type { Candidate, PlanHost } from './candidate.js';
import { type Conflicts, conflictsOf } from './conflicts.js';
import { type PlanStep, simulate } from './simulate.js';

/** The order in which most plugins load, as far as one was looked for. */
export interface BestOrder {
  readonly loads: number;
  /** Indices of the candidates; null where no order was found that loads more than the one at hand. */
  readonly order: readonly number[] | null;
  /** No order loads more than `loads`; else the search was cut short, or libraries that plugins bring each other were left out of it. */
  readonly exhaustive: boolean;
  /** Of the plugins that load alone: those that no best order loads, by the one that was found. */
  readonly leftOut: readonly number[];
}

/** Nodes of the search tree that are looked at before it settles for what it has, and pairs of plugins. */
const NODES = 20_000;
const LOOKS = 20_000_000;
/** Of more that load alone no best order is looked for: pairs grow with the square. */
const MOST = 16_384;

/**
 * Plugins load together when no two of them conflict, and then in any order, if they come before all others: so the most that can load is the
 * largest set without a conflict among those that load alone. Exact (branch and bound) within a budget.
 */
export function bestOrder(candidates: readonly Candidate[], steps: readonly PlanStep[], host: PlanHost): BestOrder {
  const loads = steps.filter(({ judgement }) => judgement.verdict === 'loads').length;
  const sound = candidates.flatMap(({ alone }, index) => (alone.verdict === 'loads' ? [index] : []));
  const byOthers = steps.some(({ candidate, judgement }) => judgement.verdict === 'loads' && candidate.alone.verdict !== 'loads');
  if (loads >= sound.length) return { loads, order: null, exhaustive: !byOthers, leftOut: [] };
  if (sound.length > MOST) return { loads, order: null, exhaustive: false, leftOut: [] };
  const { places, exhaustive } = largestWithoutConflict(
    sound.length,
    conflictsOf(
      sound.flatMap((index) => candidates[index] ?? []),
      host,
    ),
  );
  const chosen = places.map((place) => sound[place] ?? 0);
  const kept = new Set(chosen);
  const leftOut = sound.filter((index) => !kept.has(index));
  const order = [...chosen, ...candidates.map((_, index) => index).filter((index) => !kept.has(index))];
  const inThatOrder = simulate(
    order.flatMap((index) => candidates[index] ?? []),
    host,
  ).filter(({ judgement }) => judgement.verdict === 'loads').length;
  if (inThatOrder <= loads) return { loads, order: null, exhaustive: exhaustive && !byOthers, leftOut };
  return { loads: inThatOrder, order, exhaustive: exhaustive && !byOthers, leftOut };
}

/** Maximum independent set, each connected part by itself; of several, the one that keeps the earliest. */
function largestWithoutConflict(count: number, conflicts: Conflicts): { places: readonly number[]; exhaustive: boolean } {
  const left = { nodes: NODES, looks: LOOKS };
  const places = connected(count, conflicts).flatMap((part) => largestOf(part, conflicts, left));
  return { places: places.sort((a, b) => a - b), exhaustive: left.nodes > 0 && left.looks > 0 };
}

/** Of one part. What is left to be tried waits on a stack of its own: a part may have thousands, more than calls can lie in each other. */
function largestOf(part: readonly number[], conflicts: Conflicts, left: { nodes: number; looks: number }): readonly number[] {
  let best: readonly number[] = part.slice(0, 1);
  const waiting: { readonly taken: readonly number[]; readonly possible: Int32Array }[] = [
    { taken: [], possible: Int32Array.from(part) },
  ];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { taken, possible } = next;
    if (left.nodes-- <= 0 || left.looks <= 0) break;
    if (taken.length > best.length) best = taken;
    const node = possible[0];
    if (node === undefined || taken.length + possible.length <= best.length) continue;
    const rest = possible.subarray(1);
    left.looks -= rest.length;
    const compatible = conflicts.compatible(node, rest);
    // Without a rival among the rest nothing is gained by leaving it out.
    if (compatible.length < rest.length) waiting.push({ taken, possible: rest });
    waiting.push({ taken: [...taken, node], possible: compatible });
  }
  return best;
}

/** Those that conflict, directly or through others. */
function connected(count: number, conflicts: Conflicts): number[][] {
  const seen = new Set<number>();
  return Array.from({ length: count }, (_, start) => start).flatMap((start) => {
    if (seen.has(start)) return [];
    const part = [start];
    seen.add(start);
    for (const node of part)
      for (const other of conflicts.of(node)) {
        if (!seen.has(other)) part.push(other);
        seen.add(other);
      }
    return [part.sort((a, b) => a - b)];
  });
}
