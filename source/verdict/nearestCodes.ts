import { FINDING_KINDS } from './finding.js';

/** `410`, `ocx0410`, `OCX0410`: the code as the catalogue writes it; null when it is not one of ours. */
export function codeOf(written: string): string | null {
  const digits = /^(?:ocx[-_ ]?)?0*(\d{1,4})$/i.exec(written.trim())?.[1];
  const code = digits === undefined ? written.trim().toUpperCase() : `OCX${digits.padStart(4, '0')}`;
  return FINDING_KINDS.has(code) ? code : null;
}

/** At most three codes that someone who wrote this may have meant: fewest edits first, then the nearest number: of one area above all. */
export function nearestCodes(written: string): readonly string[] {
  const digits = written.replace(/\D/g, '').padStart(4, '0');
  const wanted = `OCX${digits}`;
  return [...FINDING_KINDS.keys()]
    .map((code) => ({ code, far: edits(wanted, code), apart: Math.abs(Number(code.slice(3)) - Number(digits)) }))
    .sort((a, b) => a.far - b.far || a.apart - b.apart)
    .slice(0, 3)
    .map(({ code }) => code);
}

/** Insertions, deletions and replacements that turn one word into the other (Levenshtein). */
export function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (letter === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
