import stringWidth from 'string-width';
import { afterSgr, type CellStyle, PLAIN, styleOfBlank } from './cellStyle.js';
import { blankGrid, type Grid, setCell } from './grid.js';
import { ASCII_SIGNS, isTameCode } from './signs.js';

/** What may be drawn: everything, or ASCII alone (`--ascii`, no UTF-8 locale, TERM=linux). */
export type Charset = 'unicode' | 'ascii';

const SGR = /\x1b\[([0-9;]*)m/y;
let graphemes: Intl.Segmenter | null = null;

/**
 * The cells of a frame as Ink hands it over in debug mode: lines of text and SGR, nothing else. Anything else that gets
 * this far (it should not: rows are made of `CleanText`) is shown as `?`, never passed on.
 */
export function gridOf(frame: string, columns: number, rows: number, charset: Charset): Grid {
  const grid = blankGrid(columns, rows);
  let style: CellStyle = PLAIN;
  const lines = frame.split('\n', rows);
  for (let row = 0; row < lines.length; row++) style = fillRow(grid, row, lines[row] ?? '', style, charset);
  return grid;
}

function fillRow(grid: Grid, row: number, line: string, styleBefore: CellStyle, charset: Charset): CellStyle {
  const { columns } = grid;
  const start = row * columns;
  let style = styleBefore;
  let column = 0;
  let index = 0;
  while (index < line.length) {
    const code = line.charCodeAt(index);
    if (code === 0x1b) {
      SGR.lastIndex = index;
      const sequence = SGR.exec(line);
      if (sequence) {
        style = afterSgr(style, (sequence[1] ?? '').split(';').map(Number));
        index = SGR.lastIndex;
        continue;
      }
    }
    const character = isTameCode(code) && isAlone(line, index) ? line.charAt(index) : graphemeAt(line, index);
    index += character.length;
    const shown = drawable(character, charset);
    const width = shown.length === 1 && isTameCode(shown.charCodeAt(0)) ? 1 : stringWidth(shown);
    if (width === 0 || column + width > columns) continue;
    setCell(grid, start + column, shown, shown === ' ' ? styleOfBlank(style) : style);
    if (width === 2) setCell(grid, start + column + 1, '', style);
    column += width;
  }
  return style;
}

/** Not the base of a character with marks: what follows is tame too, or a sequence, or ends the line. */
function isAlone(line: string, index: number): boolean {
  const next = index + 1 < line.length ? line.charCodeAt(index + 1) : 0x20;
  return next < 0x80 || isTameCode(next);
}

function graphemeAt(line: string, index: number): string {
  // A cluster of clean text is short; a window keeps the cost of a long line linear.
  const window = line.slice(index, index + 32);
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  const [first] = graphemes.segment(window);
  return first?.segment ?? line.charAt(index);
}

function drawable(character: string, charset: Charset): string {
  const code = character.charCodeAt(0);
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return '?';
  if (charset === 'unicode' || (code < 0x7f && character.length === 1)) return character;
  return ASCII_SIGNS[character] ?? '?'.repeat(Math.max(1, stringWidth(character)));
}
