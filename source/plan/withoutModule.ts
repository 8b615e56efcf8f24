import type { Judgement } from '../verdict/judgement.js';
import type { Candidate, PlanHost } from './candidate.js';

/** Alone these kill the host, for no module arrives; after a good one the runtime takes that for theirs, and it is an error. */
const WITHOUT_MODULE: ReadonlySet<string> = new Set(['OCX0301', 'OCX0302', 'OCX0304']);

/**
 * A file that brings no module the runtime could find: it has none, or links it into a list of its own. Or, of another Go release, its
 * code writes the link where its own release has the field `next`, the last of moduledata (runtime/asm_amd64.s: addmoduledata, which each
 * plugin has compiled in): into another field of the last module, unless both have one size.
 */
export function bringsNoModule({ alone, evidence }: Candidate, host: PlanHost): boolean {
  const crash = alone.findings.find(({ severity, code }) => severity === 'crashes' && WITHOUT_MODULE.has(code));
  if (crash?.code !== 'OCX0302') return crash !== undefined;
  return cutsList({ alone, evidence }, host);
}

/** From here on the runtime finds no further module. */
export function cutsList({ alone, evidence }: Pick<Candidate, 'alone' | 'evidence'>, host: PlanHost): boolean {
  const mine = evidence?.go?.layout?.moduledataSize ?? null;
  return (
    alone.findings.some(({ code }) => code === 'OCX0302') &&
    mine !== null &&
    host.moduledataSize !== null &&
    mine !== host.moduledataSize
  );
}

/** What decided alone and does not here stays, as a warning. */
export function demoted(alone: Judgement): ReadonlySet<string> {
  return new Set(
    alone.findings.flatMap(({ severity, code }) => (severity === 'crashes' && WITHOUT_MODULE.has(code) ? [code] : [])),
  );
}
