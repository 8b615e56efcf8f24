import type { Candidate, PlanHost } from './candidate.js';

/** Which of the plugins can't both load in one process, whichever comes first. */
export interface Conflicts {
  of(index: number): readonly number[];
  between(a: number, b: number): boolean;
}

/** Each reason that `sameModule`, `packageClashes` and `componentClash` know, for all pairs at once. */
export function conflictsOf(indices: readonly number[], candidates: readonly Candidate[], host: PlanHost): Conflicts {
  const rivals = new Map<number, Set<number>>(indices.map((index) => [index, new Set()]));
  const conflict = (a: number, b: number): void => {
    if (a === b) return;
    rivals.get(a)?.add(b);
    rivals.get(b)?.add(a);
  };
  const refuses = host.opens === 'what loads';
  /** Who has what of which there can be one: the value tells those apart who share it without harm. */
  const claims = new Map<string, [index: number, value: string][]>();
  const claim = (name: string, index: number, value: string): void => {
    const known = claims.get(name);
    if (!known) claims.set(name, [[index, value]]);
    else known.push([index, value]);
  };
  for (const index of indices) {
    const { evidence, file, components, opener } = candidates[index] ?? {};
    if (refuses) for (const component of components ?? []) claim(`component ${component}`, index, String(index));
    if (!evidence) continue;
    if (opener !== 'plugin.Open') {
      if (refuses && file) claim(`file ${file.inode}`, index, String(index));
      continue;
    }
    const own = refuses || file == null ? String(index) : file.realPath;
    if (evidence.go?.pluginPath) claim(`path ${evidence.go.pluginPath}`, index, own);
    if (file) claim(`file ${file.inode}`, index, own);
    for (const { package: name, hash } of evidence.go?.linkHashes ?? [])
      if (host.hashOf(name) === null) claim(`package ${name}`, index, hash);
  }
  for (const claimants of claims.values()) {
    const [first] = claimants;
    if (claimants.every(([, value]) => value === first?.[1])) continue;
    for (const [a, mine] of claimants) for (const [b, theirs] of claimants) if (mine !== theirs) conflict(a, b);
  }
  return {
    of: (index) => [...(rivals.get(index) ?? [])],
    between: (a, b) => rivals.get(a)?.has(b) ?? false,
  };
}
