import { type BestOrder, bestOrder } from './bestOrder.js';
import type { Candidate, PlanHost } from './candidate.js';
import { type PlanStep, simulate } from './simulate.js';

export type { PlanStep } from './simulate.js';

/** One order of opening. */
export interface Sequence {
  readonly steps: readonly PlanStep[];
  /** How many load in this order. */
  readonly loads: number;
  /** Place of the plugin that kills the host; null when none does. What comes after it is judged as if it were left out. */
  readonly diesAt: number | null;
  /** Who breaks whom: by the place of who came first, the places of those that don't load for it. */
  readonly breaks: ReadonlyMap<number, readonly number[]>;
}

/** A directory in load order against one host. */
export interface LoadPlan extends Sequence {
  readonly host: PlanHost;
  readonly best: BestOrder;
}

/** Pure: what opening the candidates one after the other in one process of the host would do. */
export function planOf(candidates: readonly Candidate[], host: PlanHost): LoadPlan {
  const sequence = sequenceOf(candidates, host);
  return { ...sequence, host, best: bestOrder(candidates, sequence.steps, host) };
}

/** The plugins of a plan in another order: indices of its steps. */
export function reordered({ steps, host }: LoadPlan, order: readonly number[]): Sequence {
  const candidates = order.flatMap((index) => steps[index]?.candidate ?? []);
  return sequenceOf(
    candidates.map((candidate, place) => ({ ...candidate, order: place + 1 })),
    host,
  );
}

/** One order, without a look at others. */
export function sequenceOf(candidates: readonly Candidate[], host: PlanHost): Sequence {
  const steps = simulate(candidates, host);
  return {
    steps,
    loads: steps.filter(({ judgement }) => judgement.verdict === 'loads').length,
    diesAt: steps.find(({ dies }) => dies)?.order ?? null,
    breaks: breaksOf(steps),
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
