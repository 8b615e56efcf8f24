import type { CleanText } from './clean.js';
import { takeStart, width } from './width.js';

/** `text` in lines of at most `columns`, broken at blanks where there are any. */
export function wrapped(text: CleanText, columns: number): readonly CleanText[] {
  const lines: CleanText[] = [];
  let rest = text;
  while (width(rest) > columns) {
    const line = takeStart(rest, Math.max(1, columns));
    if (line === '') break;
    const blank = rest.charAt(line.length) === ' ' ? line.length : line.lastIndexOf(' ');
    // A word longer than the line (a path, a hash) is cut where the line ends; one that fits goes to the next line.
    const end = blank > line.length / 2 ? blank : line.length;
    lines.push(rest.slice(0, end).trimEnd() as CleanText);
    rest = rest.slice(end).trimStart() as CleanText;
  }
  return [...lines, rest];
}
