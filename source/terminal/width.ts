import stringWidth from 'string-width';
import type { CleanText } from './clean.js';
import { isTame } from './signs.js';

let segmenter: Intl.Segmenter | null = null;
/** V8's segmenter takes time that grows with the square of the text (20 s for 100,000 characters), so it gets short pieces. */
const PIECE = 512;

/** User-perceived characters of any text, one after the other, in linear time. */
export function* graphemes(text: string): Generator<string> {
  let start = 0;
  let size = PIECE;
  while (start < text.length) {
    const piece = text.slice(start, start + size);
    const more = start + size < text.length;
    let held = '';
    segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
    for (const { segment } of segmenter.segment(piece)) {
      if (held !== '') {
        yield held;
        start += held.length;
        size = PIECE;
      }
      held = segment;
    }
    // The last one may go on behind the piece: it begins the next piece, a larger one if it filled this one.
    if (!more) {
      yield held;
      return;
    }
    if (held.length === piece.length) size *= 2;
  }
}

/**
 * Columns that `text` takes. The library is the one Ink measures with, so our cuts and its layout agree; clean text
 * holds only characters on whose width terminals agree too (`…`, `━` and other ambiguous ones count as one).
 */
export function width(text: CleanText): number {
  if (isTame(text)) return text.length;
  if (text.length <= PIECE) return stringWidth(text);
  let columns = 0;
  for (const grapheme of graphemes(text)) columns += stringWidth(grapheme);
  return columns;
}

/** The longest beginning of `text` that takes at most `columns`. Never splits a character from its marks. */
export function takeStart(text: CleanText, columns: number): CleanText {
  if (isTame(text)) return text.slice(0, Math.max(0, columns)) as CleanText;
  let end = 0;
  let left = columns;
  for (const grapheme of graphemes(text)) {
    left -= stringWidth(grapheme);
    if (left < 0) break;
    end += grapheme.length;
  }
  return text.slice(0, end) as CleanText;
}

/** The longest end of `text` that takes at most `columns`. */
export function takeEnd(text: CleanText, columns: number): CleanText {
  if (isTame(text)) return text.slice(Math.max(0, text.length - Math.max(0, columns))) as CleanText;
  let start = text.length;
  let left = columns;
  for (const grapheme of [...graphemes(text)].reverse()) {
    left -= stringWidth(grapheme);
    if (left < 0) break;
    start -= grapheme.length;
  }
  return text.slice(start) as CleanText;
}

/** `text` with blanks up to `columns`: numbers are padded at the start, names at the end. A longer text stays as it is. */
export function pad(text: CleanText, columns: number, where: 'start' | 'end' = 'end'): CleanText {
  const blanks = ' '.repeat(Math.max(0, columns - width(text)));
  return (where === 'start' ? blanks + text : text + blanks) as CleanText;
}
