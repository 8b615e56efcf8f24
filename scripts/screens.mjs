// Takes the screens in docs/screens: runs the built explorer over the fixtures in a real pseudo-terminal, presses keys, reads
// the emulated screen back and writes it as SVG. `node scripts/screens.mjs` writes all, with names only those.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

const DOWN = '\x1b[B';
const steps = (count) => DOWN.repeat(count);

/** Name, size, keys pressed one after the other (each followed by a rest), and arguments. */
const SCREENS = [
  { name: 'manifest-120x40', columns: 120, rows: 40, keys: ['/go-other-dep\r', '\x1b', '2'] },
  { name: 'findings-120x40', columns: 120, rows: 40, keys: ['/go-other-trim\r', '\x1b', '5'] },
  { name: 'list-80x24', columns: 80, rows: 24, keys: [steps(19), '2'] },
  { name: 'list-40x12', columns: 40, rows: 12, keys: [steps(19)] },
];

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

const wanted = process.argv.slice(2);
// A short path of its own: the screen must not show where this checkout lies.
const place = join(tmpdir(), 'otelcol-demo');
rmSync(place, { recursive: true, force: true });
mkdirSync(place);
symlinkSync(resolve('fixtures/plugins'), join(place, 'plugins'));
symlinkSync(resolve('fixtures/otelcol'), join(place, 'otelcol'));
mkdirSync('docs/screens', { recursive: true });
for (const screen of SCREENS) {
  if (wanted.length > 0 && !wanted.includes(screen.name)) continue;
  writeFileSync(`docs/screens/${screen.name}.svg`, await take(screen));
  console.log(`docs/screens/${screen.name}.svg`);
}
rmSync(place, { recursive: true });
process.exit(0);

async function take({ columns, rows, keys }) {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const { CI: _ci, NO_COLOR: _colour, ...env } = process.env;
  const child = pty.spawn(
    process.execPath,
    [resolve('dist/cli.js'), join(place, 'plugins'), '--collector', join(place, 'otelcol')],
    {
      cols: columns,
      rows,
      name: 'xterm-256color',
      env: { ...env, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    },
  );
  let last = performance.now();
  child.onData((data) => {
    last = performance.now();
    terminal.write(data);
  });
  const quiet = async () => {
    do await new Promise((done) => setTimeout(done, 50));
    while (performance.now() - last < 500);
  };
  await quiet();
  await quiet();
  for (const key of keys) {
    child.write(key);
    await quiet();
  }
  const svg = draw(terminal, columns, rows);
  child.write('q');
  await new Promise((done) => child.onExit(done));
  return svg;
}

function draw(terminal, columns, rows) {
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
    if (open && open.key === look.key && open.end === column) {
      open.text += text;
      open.end += cell.getWidth();
    } else runs.push({ ...look, text, start: column, end: column + cell.getWidth() });
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
  return { foreground, background, bold, underline, key: [foreground, background, bold, underline].join() };
}

function colour(isDefault, isRgb, value) {
  if (isDefault) return null;
  return isRgb ? `#${value.toString(16).padStart(6, '0')}` : (SGR16[value] ?? FOREGROUND);
}

function xml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
