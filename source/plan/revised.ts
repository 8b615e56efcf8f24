import { byDecision, decisionRank } from '../verdict/finding.js';
import { verdictOf } from '../verdict/judge.js';
import type { Finding, Judgement, Load } from '../verdict/judgement.js';

/** What other plugins change about how one fares alone. */
export interface Revision {
  readonly load: Load;
  readonly add: readonly Finding[];
  /** Findings that decided alone and don't here: they stay, as warnings. */
  readonly demote: ReadonlySet<string>;
  readonly notChecked: readonly string[];
}

/** The judgement at a place in the order. */
export function revised(alone: Judgement, { load, add, demote, notChecked }: Revision): Judgement {
  const kept = alone.findings.map((found): Finding => (demote.has(found.code) ? { ...found, severity: 'warning' } : found));
  const checked = add.length > 0 ? [...alone.checked, 'plugins before it'] : alone.checked;
  return {
    ...alone,
    load,
    verdict: verdictOf(load, alone.policy),
    checked,
    notChecked: [...alone.notChecked, ...notChecked],
    findings: add.reduce<readonly Finding[]>((findings, added) => inserted(findings, added, load), byDecision(kept, load)),
  };
}

/** By what decides, and within a severity by code, which is the order of the loader; what is there stays in its order. */
function inserted(findings: readonly Finding[], added: Finding, load: Load): Finding[] {
  const rank = decisionRank(added, load);
  const before = findings.findIndex((found) => {
    const theirs = decisionRank(found, load);
    return theirs > rank || (theirs === rank && found.code > added.code);
  });
  return before < 0 ? [...findings, added] : [...findings.slice(0, before), added, ...findings.slice(before)];
}
