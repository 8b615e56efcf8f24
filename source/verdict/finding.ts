import catalogue from '../../spec/findings.json' with { type: 'json' };
import { type Finding, type Load, SEVERITIES, type Severity } from './judgement.js';

/** One entry of `spec/findings.json`, but for its page (`findingPages.ts`): what a code means, wherever it occurs. */
export interface FindingKind {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
}

export const FINDING_KINDS: ReadonlyMap<string, FindingKind> = new Map(
  catalogue.findings.map(({ code, severity, title }) => [code, { code, severity: severityOf(severity), title }]),
);

function severityOf(word: string): Severity {
  const severity = SEVERITIES.find((known) => known === word);
  if (!severity) throw new Error(`spec/findings.json: unknown severity ${word}`);
  return severity;
}

type Particulars = Pick<Finding, 'subject' | 'evidence' | 'message'> & Partial<Omit<Finding, 'code' | 'severity'>>;

/** A finding of this code; its severity comes from the catalogue. */
export function finding(code: string, particulars: Particulars): Finding {
  const kind = FINDING_KINDS.get(code);
  if (!kind) throw new Error(`${code} is not in spec/findings.json`);
  return {
    code,
    severity: kind.severity,
    plugin: null,
    host: null,
    cause: null,
    loaderMessage: null,
    fix: null,
    items: [],
    ...particulars,
  };
}

/**
 * What decides comes first; within a severity, the order in which the loader would meet them stays. A crash that did not
 * decide lies behind a failure or behind something unknown, is perhaps never reached, and comes after those.
 */
export function byDecision(findings: readonly Finding[], load: Load): Finding[] {
  return [...findings].sort((a, b) => decisionRank(a, load) - decisionRank(b, load));
}

/** The rank of a finding in that order, from 0. */
export function decisionRank({ severity }: Finding, load: Load): number {
  return severity === 'crashes' && load !== 'crashes' ? UNREACHED : SEVERITIES.indexOf(severity);
}

const UNREACHED = SEVERITIES.indexOf('unknown') + 0.5;

/** `1 package`, `24 packages`. */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;
}
