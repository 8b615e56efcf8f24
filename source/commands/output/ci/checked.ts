import type { EntryLine } from '../../../builder/entryLines.js';
import { isBad, type Probe } from '../../../catalog/probe.js';
import type { CatalogSnapshot, JudgedRecord } from '../../../catalog/record.js';
import type { CleanText } from '../../../terminal/clean.js';
import type { Probes } from '../../probing.js';

/** What `check-all` found out, for formats that annotate. */
export interface Checked {
  readonly snapshot: CatalogSnapshot;
  readonly probes: Probes | null;
  readonly exitCode: number;
  /** What was to be checked and has no plugins, a sentence each. */
  readonly unanswered: readonly CleanText[];
  /** Line of the build file for a plugin and what a finding is about; null where there is no build file, or no such entry. */
  readonly entryLine: (plugin: string, subjects: readonly string[]) => EntryLine | null;
  /** Where paths are seen from: the root of the sources. */
  readonly root: string;
}

export function judgedIn({ snapshot }: Checked): readonly JudgedRecord[] {
  return snapshot.plugins.filter((record) => record.state === 'judged');
}

/** A plugin that did not open though it was said to load; null for all others. */
export function failedProbe({ path }: JudgedRecord, probes: Probes | null): Probe | null {
  const probe = probes?.get(path);
  return probe && isBad(probe) ? probe : null;
}
