// An emulated screen as SVG, one text element for each run of cells of one look.
const SGR16 = [
  '#1e1e1e',
  '#ff7b72',
  '#7ec699',
  '#e5c07b',
  '#79c0ff',
  '#c792ea',
  '#56d4dd',
  '#d4d4d4',
  '#6e7681',
  '#ff7b72',
  '#7ec699',
  '#e5c07b',
  '#79c0ff',
  '#c792ea',
  '#56d4dd',
  '#ffffff',
];
const FOREGROUND = '#d4d4d4';
const BACKGROUND = '#1e1e1e';
const CELL = { width: 8.4, height: 18 };

const PLAIN = lookOfColours(FOREGROUND, null, false, false);

/** The same bytes for the same screen. */
export function svgOf(terminal, columns, rows) {
  const lines = [];
  for (let row = 0; row < rows; row++) lines.push(...drawRow(terminal.buffer.active.getLine(row), row, columns));
  const [width, height] = [Math.ceil(columns * CELL.width) + 16, rows * CELL.height + 16];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="100%" height="100%" rx="6" fill="${BACKGROUND}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">
${lines.join('\n')}
</g>
</svg>
`;
}

/** Runs of cells of one look, as rectangles and text; each run has its own x, so that no font can shift the grid. */
function drawRow(line, row, columns) {
  const runs = [];
  const blank = line?.getCell(0);
  for (let column = 0; column < columns; column++) {
    const cell = line?.getCell(column, blank);
    if (!cell || cell.getWidth() === 0) continue;
    const look = lookOf(cell);
    const text = cell.getChars() || ' ';
    const open = runs.at(-1);
    // What colour a blank has can't be seen, and depends on what stood there before.
    const unseen = text === ' ' && !look.background && !look.underline;
    if (open && (open.key === look.key || (unseen && !open.background && !open.underline)) && open.end === column) {
      open.text += text;
      open.end += cell.getWidth();
    } else if (unseen) runs.push({ ...PLAIN, text, start: column, end: column + 1 });
    else runs.push({ ...look, text, start: column, end: column + cell.getWidth() });
  }
  const y = 8 + row * CELL.height;
  return runs.flatMap(({ text, start, end, foreground, background, bold, underline }) => {
    const x = (8 + start * CELL.width).toFixed(1);
    const width = ((end - start) * CELL.width).toFixed(1);
    const box = background ? [`<rect x="${x}" y="${y}" width="${width}" height="${CELL.height}" fill="${background}"/>`] : [];
    if (text.trim() === '' && !underline) return box;
    const style = `${bold ? ' font-weight="bold"' : ''}${underline ? ' text-decoration="underline"' : ''}`;
    return [...box, `<text x="${x}" y="${y + 13}" textLength="${width}" fill="${foreground}"${style}>${xml(text)}</text>`];
  });
}

function lookOf(cell) {
  let foreground = colour(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()) ?? FOREGROUND;
  let background = colour(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor());
  if (cell.isInverse()) [foreground, background] = [background ?? BACKGROUND, foreground];
  const [bold, underline] = [cell.isBold() !== 0, cell.isUnderline() !== 0];
  return lookOfColours(foreground, background, bold, underline);
}

function lookOfColours(foreground, background, bold, underline) {
  return { foreground, background, bold, underline, key: [foreground, background, bold, underline].join() };
}

function colour(isDefault, isRgb, value) {
  if (isDefault) return null;
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : (SGR16[value] ?? FOREGROUND);
}

function xml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
