import { count, finding } from '../verdict/finding.js';
import type { Finding } from '../verdict/judgement.js';
import type { Candidate, PlanHost } from './candidate.js';
import { aloneWords } from './packageClash.js';
import type { Process } from './process.js';

export interface ComponentClash {
  readonly finding: Finding;
  /** Null where it is built into the host. */
  readonly by: number | null;
}

/**
 * Types are unique within a kind (go.opentelemetry.io/collector/otelcol: MakeFactoryMap); the ocx runtime refuses the plugin that comes
 * second. What another host does is in its code, so it is only said. Both sides by their descriptors, which are a claim.
 */
export function componentClash(candidate: Candidate, process: Process, host: PlanHost): ComponentClash | null {
  const builtIn = new Set(host.components);
  const taken = candidate.components.filter((name) => builtIn.has(name) || process.components.has(name));
  const [first] = taken;
  if (first === undefined) return null;
  const origin = builtIn.has(first) ? null : (process.components.get(first) ?? null);
  const where = origin === null ? 'built into the host' : `of ${origin.order}: ${origin.candidate.name}`;
  const refuses = host.opens === 'what loads';
  return {
    by: origin?.order ?? null,
    finding: finding(refuses ? 'OCX0503' : 'OCX0504', {
      subject: first,
      plugin: candidate.name,
      host: where,
      evidence: 'descriptors of both',
      message: `${taken.length === 1 ? first : `${count(taken.length, 'component')}, first ${first},`} is there already: ${where}`,
      cause: refuses ? `${aloneWords(candidate)}fails: ${first} is ${where}` : null,
      fix: 'take one of the two away: a component type is unique within its kind',
      items: taken.map((subject) => ({ subject, plugin: null, host: null })),
    }),
  };
}
