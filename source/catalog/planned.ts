import type { Candidate, PlanHost } from '../plan/candidate.js';
import { hostOpens } from '../plan/hostOpens.js';
import { type LoadPlan, type PlanStep, planOf, sequenceOf } from '../plan/plan.js';
import type { Host } from '../verdict/context.js';
import { causeOf, componentsOf } from './cause.js';
import type { JudgedRecord, PluginRecord } from './record.js';

/** Records with the verdicts they have at their places, and the plan they are of; null without a host. */
export interface Planned {
  readonly plugins: readonly PluginRecord[];
  readonly plan: LoadPlan | null;
}

/** A plugin among others fares as the load plan says. What is not read yet, and what is ignored, is left out of it. */
export function planned(plugins: readonly PluginRecord[], host: Host | null): Planned {
  if (!host) return { plugins, plan: null };
  const judged = plugins.filter((record) => record.state === 'judged');
  const plan = planOf(
    judged.map((record) => candidateOf(record, record.order ?? 0)),
    planHost(host),
  );
  let at = 0;
  return { plugins: plugins.map((record) => (record.state === 'judged' ? atPlace(record, plan.steps[at++]) : record)), plan };
}

/** The last of these as it fares after the others, which a host opens before it. */
export function afterOthers(earlier: readonly JudgedRecord[], last: JudgedRecord, host: Host): JudgedRecord {
  const candidates = [...earlier, last].map((record, at) => candidateOf(record, record.order ?? at + 1));
  return atPlace(last, sequenceOf(candidates, planHost(host)).steps.at(-1));
}

/** What the plan needs to know of a plugin, at a place in the order. */
export function candidateOf({ path, name, evidence, opener, alone, file, linking }: JudgedRecord, order: number): Candidate {
  return { path, order, name, evidence, opener, alone, file, linking, components: evidence ? componentsOf(evidence) : [] };
}

/** What the plan needs to know of a host. */
export function planHost(host: Host): PlanHost {
  return {
    opens: hostOpens(host),
    hashOf: host.hashOf,
    moduledataSize: host.evidence.go?.layout?.moduledataSize ?? null,
    components: componentsOf(host.evidence),
  };
}

/** The record with the judgement it has at a place in the order. */
export function atPlace(record: JudgedRecord, step: PlanStep | undefined): JudgedRecord {
  if (!step) return record;
  const { judgement } = step;
  return {
    ...facts(record),
    judgement,
    step,
    cause: causeOf(judgement, record.evidence),
    get comparison() {
      return record.comparison;
    },
  };
}

/** Without what is computed when it is asked for. */
function facts(record: JudgedRecord): Omit<JudgedRecord, 'comparison' | 'judgement' | 'step' | 'cause'> {
  const { path, name, size, link, order, state, evidence, opener, alone, file, pin, linking, language, builtBy, readAt } = record;
  return { path, name, size, link, order, state, evidence, opener, alone, file, pin, linking, language, builtBy, readAt };
}
