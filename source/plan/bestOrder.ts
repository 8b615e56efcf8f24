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

/** Nodes of the search tree that are looked at before it settles for what it has. */
const BUDGET = 20_000;

/**
 * Plugins load together when no two of them conflict, and then in any order, if they come before all others: so the most that can load is the
 * largest set without a conflict among those that load alone. Exact (branch and bound) within a budget.
 */
export function bestOrder(candidates: readonly Candidate[], steps: readonly PlanStep[], host: PlanHost): BestOrder {
  const loads = steps.filter(({ judgement }) => judgement.verdict === 'loads').length;
  const sound = candidates.flatMap(({ alone }, index) => (alone.verdict === 'loads' ? [index] : []));
  const byOthers = steps.some(({ candidate, judgement }) => judgement.verdict === 'loads' && candidate.alone.verdict !== 'loads');
  if (loads >= sound.length) return { loads, order: null, exhaustive: !byOthers, leftOut: [] };
  const { chosen, exhaustive } = largestWithoutConflict(sound, conflictsOf(sound, candidates, host));
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
function largestWithoutConflict(
  nodes: readonly number[],
  conflicts: Conflicts,
): { chosen: readonly number[]; exhaustive: boolean } {
  let budget = BUDGET;
  const chosen = connected(nodes, conflicts).flatMap((part) => {
    let best: readonly number[] = [];
    const search = (taken: readonly number[], possible: readonly number[]): void => {
      if (budget-- <= 0) return;
      if (taken.length > best.length) best = taken;
      const [node, ...rest] = possible;
      if (node === undefined || taken.length + possible.length <= best.length) return;
      search(
        [...taken, node],
        rest.filter((other) => !conflicts.between(node, other)),
      );
      search(taken, rest);
    };
    search([], part);
    return best.length > 0 ? best : part.slice(0, 1);
  });
  return { chosen: chosen.sort((a, b) => a - b), exhaustive: budget > 0 };
}

/** Those that conflict, directly or through others. */
function connected(nodes: readonly number[], conflicts: Conflicts): number[][] {
  const seen = new Set<number>();
  return nodes.flatMap((start) => {
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
