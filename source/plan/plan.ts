import { type BestOrder, bestOrder } from './bestOrder.js';
import type { Candidate, PlanHost } from './candidate.js';
import { type PlanStep, simulate } from './simulate.js';

export type { PlanStep } from './simulate.js';

/** A directory in load order against one host. */
export interface LoadPlan {
  readonly steps: readonly PlanStep[];
  readonly opens: PlanHost['opens'];
  /** How many load in this order. */
  readonly loads: number;
  /** Place of the plugin that kills the host; null when none does. What comes after it is judged as if it were left out. */
  readonly diesAt: number | null;
  /** Who breaks whom: by the place of who came first, the places of those that don't load for it. */
  readonly breaks: ReadonlyMap<number, readonly number[]>;
  readonly best: BestOrder;
}

/** Pure: what opening the candidates one after the other in one process of the host would do. */
export function planOf(candidates: readonly Candidate[], host: PlanHost): LoadPlan {
  const steps = simulate(candidates, host);
  return {
    steps,
    opens: host.opens,
    loads: steps.filter(({ judgement }) => judgement.verdict === 'loads').length,
    diesAt: steps.find(({ dies }) => dies)?.order ?? null,
    breaks: breaksOf(steps),
    best: bestOrder(candidates, steps, host),
  };
}

/** Whether the file alone fares otherwise than at its place, so that both are said. */
export function faresOtherwise({ candidate, judgement }: PlanStep): boolean {
  return candidate.alone.verdict !== judgement.verdict;
}

function breaksOf(steps: readonly PlanStep[]): ReadonlyMap<number, readonly number[]> {
  const breaks = new Map<number, number[]>();
  for (const { order, brokenBy } of steps) {
    for (const by of brokenBy) {
      const known = breaks.get(by);
      if (known) known.push(order);
      else breaks.set(by, [order]);
    }
  }
  return breaks;
}
