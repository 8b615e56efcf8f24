import type { CleanText } from '../terminal/clean.js';
import { fit, type How } from '../terminal/fit.js';
import { pad, width } from '../terminal/width.js';
import type { Role } from './theme.js';

/** Text of one role. Only clean text gets here: nothing from a file reaches a terminal by another way. */
export interface Span {
  readonly text: CleanText;
  readonly role: Role;
  /** A match of the filter. */
  readonly underline: boolean;
}

/** One row of the screen. */
export type Row = readonly Span[];

export const EMPTY_ROW: Row = [];

export function span(text: CleanText, role: Role = 'plain'): Span {
  return { text, role, underline: false };
}

export function rowWidth(row: Row): number {
  return row.reduce((sum, { text }) => sum + width(text), 0);
}

export function blanks(columns: number): Span {
  return span(' '.repeat(Math.max(0, columns)) as CleanText);
}

/** A column of a table: cut to `columns`, then padded to it. */
export function cell(text: CleanText, columns: number, how: How, role: Role = 'plain'): Span {
  return span(pad(fit(text, columns, how), columns), role);
}

/** A column of numbers. */
export function numberCell(text: CleanText, columns: number): Span {
  return span(pad(fit(text, columns, 'end'), columns, 'start'));
}

/** `left`, then `right` at the right edge. What doesn't fit goes from the end of `left`. */
export function spread(left: Row, right: Row, columns: number): Row {
  const room = columns - rowWidth(right) - (right.length > 0 ? 1 : 0);
  if (room <= 0) return cutRow(left, columns);
  const cut = cutRow(left, room);
  return [...cut, blanks(columns - rowWidth(cut) - rowWidth(right)), ...right];
}

/** The beginning of a row; what was cut shows as `…`. */
export function cutRow(row: Row, columns: number): Row {
  if (rowWidth(row) <= columns) return row;
  const result: Span[] = [];
  let left = columns;
  for (const part of row) {
    const needed = width(part.text);
    // A part that fits exactly must still lose its last column to the sign when more follows.
    if (needed < left) {
      result.push(part);
      left -= needed;
      continue;
    }
    const shown = needed === left ? (`${part.text}…` as CleanText) : part.text;
    result.push({ ...part, text: fit(shown, left, 'end') });
    break;
  }
  return result;
}

/** A rule line with a title in it, and a note near its right end: `━━ Plugins ━━━━━━ 3 of 14 ━`. */
export function rule(title: Row, note: CleanText, columns: number, weight: 'heavy' | 'light'): Row {
  const line = weight === 'heavy' ? '━' : '─';
  const noteWidth = note === '' ? 0 : width(note) + 3;
  const room = columns - 3 - noteWidth - 2;
  const shown = cutRow(title, room);
  const fill = columns - 3 - rowWidth(shown) - 1 - noteWidth;
  const end = note === '' ? '' : ` ${note} ${line}`;
  return [span(`${line}${line} ` as CleanText), ...shown, span(` ${line.repeat(Math.max(0, fill))}${end}` as CleanText)];
}

/** `text` as spans, its matches underlined. */
export function underlined(text: CleanText, role: Role, matches: readonly (readonly [number, number])[]): Row {
  const row: Span[] = [];
  let at = 0;
  for (const [start, end] of matches) {
    if (start > at) row.push(span(text.slice(at, start) as CleanText, role));
    row.push({ text: text.slice(start, end) as CleanText, role, underline: true });
    at = end;
  }
  if (at < text.length) row.push(span(text.slice(at) as CleanText, role));
  return row;
}
