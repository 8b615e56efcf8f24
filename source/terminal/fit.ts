// biome-ignore-all lint/suspicious/noFocusedTests: `fit` cuts text here, it is not a test
import type { CleanText } from './clean.js';
import { takeEnd, takeStart, width } from './width.js';

/** What the text is decides where it may lose characters. */
export type How =
  /** A sentence: the end goes. */
  | 'end'
  /** Anything whose two ends matter alike. */
  | 'middle'
  /** A file name: the middle goes, the extension stays (`groupbyattrs…sor.so`). */
  | 'file'
  /** A Go package or a path: the last two segments stay whole (`github.com/open-t…/processor/filterprocessor`). */
  | 'path';

/** `~` in ASCII mode. */
export type Ellipsis = '…' | '~';

/** `text` in at most `columns` columns; what is cut shows as one `ellipsis`. Zero columns: empty. */
export function fit(text: CleanText, columns: number, how: How, ellipsis: Ellipsis = '…'): CleanText {
  if (columns <= 0) return '' as CleanText;
  if (width(text) <= columns) return text;
  const room = columns - 1;
  switch (how) {
    case 'end':
      return join(takeStart(text, room), ellipsis, '');
    case 'middle':
      return join(takeStart(text, Math.ceil(room / 2)), ellipsis, takeEnd(text, Math.floor(room / 2)));
    case 'file':
      return fitFile(text, room, ellipsis);
    case 'path':
      return fitPath(text, room, ellipsis);
  }
}

/** `.so`, `.so.1.2`, `.json`, `.manifest.json`; a long last part is no extension. */
const EXTENSION = /(?:\.so(?:\.[0-9]+)*|(?:\.manifest)?\.[A-Za-z0-9]{1,8})$/;

function fitFile(name: CleanText, room: number, ellipsis: Ellipsis): CleanText {
  const extension = EXTENSION.exec(name)?.[0].length ?? 0;
  // A third for the end, because names differ at their beginning; but one character of the name before the extension.
  const end = Math.max(Math.round(room / 3), extension + 1);
  if (extension === 0 || end >= room)
    return join(takeStart(name, Math.ceil(room / 2)), ellipsis, takeEnd(name, Math.floor(room / 2)));
  return join(takeStart(name, room - end), ellipsis, takeEnd(name, end));
}

function fitPath(path: CleanText, room: number, ellipsis: Ellipsis): CleanText {
  for (const segments of [2, 1]) {
    const tail = lastSegments(path, segments);
    if (tail !== null && width(tail) <= room) return join(takeStart(path, room - width(tail)), ellipsis, tail);
  }
  return fit(path, room + 1, 'middle', ellipsis);
}

/** `/processor/filterprocessor` of two; null when the path has no more segments than that. */
function lastSegments(path: CleanText, count: number): CleanText | null {
  let start = path.length;
  for (let found = 0; found < count; found++) {
    start = path.lastIndexOf('/', start - 1);
    if (start <= 0) return null;
  }
  return path.slice(start) as CleanText;
}

function join(start: string, ellipsis: Ellipsis, end: string): CleanText {
  return (start + ellipsis + end) as CleanText;
}
