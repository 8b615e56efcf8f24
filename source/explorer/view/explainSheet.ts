import { type CleanText, clean, cleaned } from '../../terminal/clean.js';
import { wrapped } from '../../terminal/wrap.js';
import { FINDING_PAGES } from '../../verdict/findingPages.js';
import { blanks, rule, span } from '../row.js';
import { standingOfSeverity } from '../words.js';
import type { Pane } from './pane.js';

/** The page of one code: what it means wherever it occurs. */
export function explainPane(code: string, top: number, columns: number, height: number): Pane {
  const kind = FINDING_PAGES.get(code);
  const lines = kind ? wrapped(clean(kind.explain), Math.min(100, columns - 6)) : [clean('This code has no page.')];
  const { sign, word, role } = standingOfSeverity(kind?.severity ?? 'note');
  const first = Math.max(0, Math.min(top, lines.length - height + 2));
  return {
    rule: rule([span(cleaned`${code} ${kind?.title ?? ''}`, 'strong')], clean('Esc closes'), columns, 'heavy'),
    rows: [
      [blanks(1), span(clean(`${sign} ${word}`), role)],
      [],
      ...lines.slice(first, first + height - 2).map((line) => [blanks(3), span(line)]),
    ],
  };
}

/** Whatever says more than its row could: as long as it is, wrapped. */
export function pagePane(title: CleanText, text: readonly CleanText[], top: number, columns: number, height: number): Pane {
  const lines = text.flatMap((line) => wrapped(line, columns - 6));
  const first = Math.max(0, Math.min(top, lines.length - height));
  return {
    rule: rule([span(title, 'strong')], clean('Esc closes'), columns, 'heavy'),
    rows: lines.slice(first, first + height).map((line) => [blanks(3), span(line)]),
  };
}
