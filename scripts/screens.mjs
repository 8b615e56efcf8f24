// Takes the screens in docs/screens. Those of README (and their like) come from the built explorer over the demo in a real
// pseudo-terminal; those in docs/screens/example from the table of screens that the tests assert on, which has no clock and no
// path of this machine in it. `node scripts/screens.mjs` writes all, with names only those; `--check` fails when one of the
// example's is stale.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { build } from 'esbuild';
import { svgOf } from './svg.mjs';

const DOWN = '\x1b[B';
const steps = (count) => DOWN.repeat(count);

/** Name, size, keys pressed one after the other (each followed by a rest), and arguments. */
const SCREENS = [
  { name: 'manifest-120x40', columns: 120, rows: 40, keys: ['/other-dep\r', '\x1b', '2'] },
  { name: 'findings-120x40', columns: 120, rows: 40, keys: ['/other-dep\r', '\x1b', '5'] },
  { name: 'list-80x24', columns: 80, rows: 24, keys: [steps(7), '4'] },
  { name: 'list-40x12', columns: 40, rows: 12, keys: [steps(7)] },
];

const EXAMPLE = 'docs/screens/example';
const check = process.argv.includes('--check');
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const isWanted = ({ name }) => wanted.length === 0 || wanted.includes(name);

const stale = await example();
if (!check) await overDemo();
for (const file of stale) console.error(`${file} is stale: run node scripts/screens.mjs`);
process.exit(stale.length > 0 ? 1 : 0);

/** The screens of the table. Gives those that were not as they are now, when they are only checked. */
async function example() {
  const outdir = join(tmpdir(), `ocx-screens-${process.pid}`);
  await build({
    entryPoints: { screens: 'test/explorer/screensMain.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    external: ['react-devtools-core'],
    // In a bundle ink-table gets Ink by itself; outside one the tests have to hand it over.
    plugins: [{ name: 'bundled', setup: ({ onLoad }) => onLoad({ filter: /unbundled\.ts$/ }, () => ({ contents: '' })) }],
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
  });
  const { drawnScreens } = await import(pathToFileURL(join(outdir, 'screens.mjs')).href);
  mkdirSync(EXAMPLE, { recursive: true });
  const changed = [];
  for (const screen of drawnScreens().filter(isWanted)) {
    const terminal = new xterm.Terminal({ cols: screen.columns, rows: screen.rows, allowProposedApi: true });
    await new Promise((done) => terminal.write(screen.bytes, done));
    const svg = svgOf(terminal, screen.columns, screen.rows);
    const file = `${EXAMPLE}/${screen.name}.svg`;
    if (!check) writeFileSync(file, svg);
    else if (!existsSync(file) || readFileSync(file, 'utf8') !== svg) changed.push(file);
  }
  rmSync(outdir, { recursive: true });
  return changed;
}

/** The built explorer over the demo. */
async function overDemo() {
  // A short path of its own: the screen must not show where this checkout lies.
  const place = join(tmpdir(), 'otelcol-demo');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  symlinkSync(resolve('fixtures/demo/plugins'), join(place, 'plugins'));
  symlinkSync(resolve('fixtures/demo/otelcol.profile.json'), join(place, 'otelcol.profile.json'));
  mkdirSync('docs/screens', { recursive: true });
  for (const screen of SCREENS.filter(isWanted)) {
    writeFileSync(`docs/screens/${screen.name}.svg`, await take(screen, place));
    console.log(`docs/screens/${screen.name}.svg`);
  }
  rmSync(place, { recursive: true });
}

async function take({ columns, rows, keys }, place) {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const { CI: _ci, NO_COLOR: _colour, ...env } = process.env;
  const child = pty.spawn(
    process.execPath,
    [resolve('dist/cli.js'), join(place, 'plugins'), '--collector', join(place, 'otelcol.profile.json')],
    {
      cols: columns,
      rows,
      name: 'xterm-256color',
      env: { ...env, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    },
  );
  let last = performance.now();
  let written = 0;
  child.onData((data) => {
    last = performance.now();
    written += data.length;
    terminal.write(data);
  });
  const text = () =>
    Array.from({ length: rows }, (_, row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? '').join('\n');
  const rest = (done, limit) =>
    new Promise((resolve) => {
      const began = performance.now();
      const timer = setInterval(() => {
        if (!(done() && performance.now() - last > 400) && performance.now() - began < limit) return;
        clearInterval(timer);
        resolve();
      }, 25);
    });
  await rest(() => text().includes('Plugins') && !/\. (\d+ )?reading/.test(text()), 20_000);
  for (const key of keys) {
    const before = written;
    child.write(key);
    await rest(() => written > before, 5000);
  }
  const svg = svgOf(terminal, columns, rows);
  child.write('q');
  await new Promise((done) => child.onExit(done));
  return svg;
}
