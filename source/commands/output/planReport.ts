import { causeOf } from '../../catalog/cause.js';
import type { CatalogSnapshot, JudgedRecord } from '../../catalog/record.js';
import type { LoadPlan } from '../../plan/plan.js';

/** The load plan as a whole: `plan` of the JSON; null without a host and for files given one by one. */
export function planReport({ plan }: CatalogSnapshot) {
  if (!plan) return null;
  const { host, loads, steps, diesAt, best } = plan;
  const pathsOf = (indices: readonly number[]) => indices.map((index) => steps[index]?.candidate.path ?? '');
  return {
    host_opens: host.opens,
    loads,
    of: steps.length,
    dies_at: diesAt,
    best: {
      loads: best.loads,
      order: best.order && pathsOf(best.order),
      exhaustive: best.exhaustive,
      left_out: pathsOf(best.leftOut),
    },
  };
}

/** The place of one plugin in it. */
export function stepReport({ step }: JudgedRecord, plan: LoadPlan | null) {
  if (!step) return null;
  const { opened, packages, brokenBy, below, order } = step;
  return { opened, brings: packages, broken_by: brokenBy, breaks: plan?.breaks.get(order) ?? [], below_crash: below };
}

/** How it fares alone, where that is otherwise; else null. */
export function aloneReport({ alone, judgement, evidence }: JudgedRecord) {
  if (alone.verdict === judgement.verdict) return null;
  return { verdict: alone.verdict, load: alone.load, cause: causeOf(alone, evidence) };
}
