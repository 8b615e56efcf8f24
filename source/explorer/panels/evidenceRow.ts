import type { JudgedRecord } from '../../catalog/record.js';

/** The row of the comparison that a finding's subject is about: of its own name, or of the module a package belongs to. */
export function evidenceRow(record: JudgedRecord, subject: string): string | null {
  const names = record.comparison.map(({ name }) => name).filter((name) => subject === name || subject.startsWith(`${name}/`));
  return names.sort((a, b) => b.length - a.length)[0] ?? null;
}
