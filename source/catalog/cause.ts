import { describedIn } from '../components/readDescriptors.js';
import type { Evidence } from '../evidence/evidence.js';
import { count } from '../verdict/finding.js';
import type { Judgement } from '../verdict/judgement.js';

/** The one line a list shows: why not, from the first finding; or what the plugin brings. */
export function causeOf(judgement: Judgement, evidence: Evidence | null): string {
  // What decided, not what would have come after it.
  const first = judgement.findings.find(({ severity }) => severity === judgement.verdict) ?? judgement.findings[0];
  if (judgement.verdict !== 'loads' && first) {
    const cause = first.cause ?? first.message;
    return judgement.verdict === 'refused' && judgement.load === 'loads' ? `${cause} (would load)` : cause;
  }
  const brings = evidence && componentsOf(evidence);
  if (brings && brings.length > 0) return `${count(brings.length, 'component')}: ${brings.join(', ')}`;
  const packages = evidence?.go?.linkHashes?.length;
  const proof = packages
    ? `${packages === 1 ? 'the package hash matches' : `all ${packages} package hashes match`}`
    : 'matches what the host accepts';
  return judgement.policy === 'none' ? `${proof}; no policy: the host has no manifest` : proof;
}

/** `processor batch` for each component of the descriptors note, as far as it can be read. */
export function componentsOf({ manifest }: Evidence): string[] {
  return (describedIn(manifest.descriptors)?.components ?? []).map(({ kind, type }) => `${kind} ${type}`);
}
