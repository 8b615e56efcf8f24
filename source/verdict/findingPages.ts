import catalogue from '../../spec/findings.json' with { type: 'json' };
import { FINDING_KINDS, type FindingKind } from './finding.js';

/** What a code means, with the page of text that only those ask for who explain it. */
export interface FindingPage extends FindingKind {
  readonly explain: string;
}

/** Of every code in `spec/findings.json`. Two thirds of that file are these texts: most commands are loaded without them (scripts/leanParts.mjs). */
export const FINDING_PAGES: ReadonlyMap<string, FindingPage> = new Map(
  catalogue.findings.flatMap(({ code, explain }) => {
    const kind = FINDING_KINDS.get(code);
    return kind ? [[code, { ...kind, explain }] as const] : [];
  }),
);
