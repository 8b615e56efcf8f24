import stringWidth from 'string-width';
import { afterSgr, type CellStyle, PLAIN, styleOfBlank } from './cellStyle.js';
import { blankGrid, type Grid, setCell } from './grid.js';

/** What may be drawn: everything, or ASCII alone (`--ascii`, no UTF-8 locale, TERM=linux). */
export type Charset = 'unicode' | 'ascii';

const SGR = /\x1b\[([0-9;]*)m/y;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

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
    const character = isPrintableAscii(code) && isAsciiAlone(line, index) ? line.charAt(index) : graphemeAt(line, index);
    index += character.length;
    const shown = drawable(character, charset);
    const width = shown.length === 1 && shown < '\x7f' ? 1 : stringWidth(shown);
    if (width === 0 || column + width > columns) continue;
    setCell(grid, start + column, shown, shown === ' ' ? styleOfBlank(style) : style);
    if (width === 2) setCell(grid, start + column + 1, '', style);
    column += width;
  }
  return style;
}

function isPrintableAscii(code: number): boolean {
  return code >= 0x20 && code < 0x7f;
}

/** Not the base of a character with marks: what follows is ASCII too, or ends the line. */
function isAsciiAlone(line: string, index: number): boolean {
  return index + 1 >= line.length || line.charCodeAt(index + 1) < 0x80;
}

function graphemeAt(line: string, index: number): string {
  // A cluster of clean text is short; a window keeps the cost of a long line linear.
  const window = line.slice(index, index + 32);
  const [first] = graphemes.segment(window);
  return first?.segment ?? line.charAt(index);
}

/** The signs we draw beyond ASCII, and what stands for them where only ASCII is to be had. */
const ASCII_SIGNS: Readonly<Record<string, string>> = { '━': '=', '─': '-', '│': '|', '…': '~', '▸': '+', '▾': '-' };

function drawable(character: string, charset: Charset): string {
  const code = character.charCodeAt(0);
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return '?';
  if (charset === 'unicode' || (code < 0x7f && character.length === 1)) return character;
  return ASCII_SIGNS[character] ?? '?'.repeat(Math.max(1, stringWidth(character)));
}
