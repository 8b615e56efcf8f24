// The explorer beside binsider and `less`, each in a pseudo-terminal of its own, on the same large plugin, in turn.
// `node bench/explorer.mjs [--rounds N]` writes docs/benchmarks-explorer.md. binsider: $BINSIDER, else the one on the PATH.

import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { rounds } from './measuring/arguments.mjs';
import { buildLargePlugins } from './measuring/largePlugin.mjs';
import { isThere, machineFacts } from './measuring/machine.mjs';
import { median, quantile } from './measuring/statistics.mjs';
import { markdownTable, megabytes, number } from './measuring/table.mjs';

const FILE = 'docs/benchmarks-explorer.md';
const SIZE = { columns: 120, rows: 40 };
const MOVES = 50;
const IDLE_MS = 10_000;
const DOWN = '\x1b[B';
const UP = '\x1b[A';
const binsider = process.env.BINSIDER ?? 'binsider';

const scratch = mkdtempSync(join(tmpdir(), 'ocx-bench-'));
const count = rounds(5);
const { plugin, host, note } = largePlugin();
const subjects = subjectsOf(plugin, host);
const results = new Map(subjects.map(({ name }) => [name, []]));
const missing = [];
// In turn, round by round: what else the machine does meets all of them.
for (let round = 0; round < count; round++)
  for (const subject of subjects) results.get(subject.name).push(await measure(subject, round === 0));
const text = report();
console.log(text);
writeFileSync(FILE, text);
rmSync(scratch, { recursive: true, force: true });
process.exit(0);

function largePlugin() {
  const { pairs, missing: failed } = buildLargePlugins(scratch);
  const [first] = pairs;
  if (first) return { ...first, note: `${first.title}, built for this run` };
  // Without Go: the largest fixture.
  return { plugin: 'fixtures/plugins/c-many-symbols.so', host: 'fixtures/otelcol', note: `a fixture: ${failed.join('; ')}` };
}

function subjectsOf(file, collector) {
  const directory = join(scratch, 'plugins');
  mkdirSync(directory);
  symlinkSync(realpathSync(file), join(directory, basename(file)));
  const listing = join(scratch, 'symbols.txt');
  const made = [
    {
      name: 'ocx, overview',
      command: process.execPath,
      args: [resolve('dist/cli.js'), directory, '--collector', resolve(collector)],
      // Useful: the verdict is on the screen.
      useful: (screen) => /\d +[+x!?-] (loads|fails|crashes|unknown|refused) /.test(screen),
      moves: ['\t'],
      // It has some fifteen rows: down and up again, so that every press moves.
      turn: 10,
    },
    {
      name: 'ocx, symbols',
      command: process.execPath,
      args: [resolve('dist/cli.js'), directory, '--collector', resolve(collector)],
      keys: ['3\t'],
      useful: (screen) => /0x[0-9a-f]{8,} +[\d,]+ \w +\S/.test(screen),
      moves: [],
    },
  ];
  if (isThere(binsider, ['--version']))
    made.push(
      {
        name: 'binsider, general',
        command: binsider,
        args: [realpathSync(file)],
        useful: (screen) => /Static|Strings|Hexdump/.test(screen) && screen.includes(basename(file)),
        moves: [],
      },
      {
        name: 'binsider, static analysis (symbols)',
        command: binsider,
        args: ['--tab', 'static-analysis', realpathSync(file)],
        useful: (screen) => /Symbols|Program Headers|Section/.test(screen),
        moves: [],
      },
    );
  else missing.push('binsider: not there (`cargo install binsider --locked`; name it with BINSIDER)');
  if (isThere('less') && isThere('readelf')) {
    const out = openSync(listing, 'w');
    spawnSync('readelf', ['-sW', realpathSync(file)], { stdio: ['ignore', out, 'ignore'] });
    closeSync(out);
    made.push(
      {
        name: '`readelf -sW \\| less`',
        command: 'sh',
        args: ['-c', `readelf -sW '${realpathSync(file)}' | LESS= less -S`],
        useful: (screen) => /\d+: [0-9a-f]{8,}/.test(screen),
        moves: [],
      },
      {
        name: '`less` of that in a file',
        command: 'less',
        args: ['-S', listing],
        useful: (screen) => /\d+: [0-9a-f]{8,}/.test(screen),
        moves: [],
      },
    );
  }
  return made;
}

async function measure({ command, args, keys = [], useful, moves, turn = MOVES }, withIdle) {
  const terminal = new xterm.Terminal({ cols: SIZE.columns, rows: SIZE.rows, allowProposedApi: true });
  const { CI: _ci, NO_COLOR: _colour, LESS: _less, ...env } = process.env;
  const began = performance.now();
  const child = pty.spawn(command, args, {
    cols: SIZE.columns,
    rows: SIZE.rows,
    name: 'xterm-256color',
    env: { ...env, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
  });
  let written = 0;
  let last = began;
  let parsed = Promise.resolve();
  child.onData((data) => {
    written += Buffer.byteLength(data);
    last = performance.now();
    parsed = new Promise((done) => terminal.write(data, done));
  });
  const screen = () =>
    Array.from({ length: SIZE.rows }, (_, row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? '').join('\n');
  const until = async (done, limit = 20_000) => {
    const start = performance.now();
    while (!done()) {
      if (performance.now() - start > limit) return null;
      await new Promise((resolve) => setTimeout(resolve, 1));
      await parsed;
    }
    return last;
  };
  const rest = () => until(() => performance.now() - last > 300);
  const firstBytes = (await until(() => screen().trim() !== '')) ?? Number.NaN;
  let asked = began;
  if (keys.length > 0) {
    await rest();
    asked = performance.now();
    for (const key of keys) child.write(key);
  }
  const usefulAt = (await until(() => useful(screen()))) ?? Number.NaN;
  await rest();
  for (const key of moves) {
    child.write(key);
    await rest();
  }
  const [bytes, times] = [[], []];
  for (let move = 0; move < MOVES; move++) {
    const before = written;
    const pressed = performance.now();
    child.write(Math.floor(move / turn) % 2 === 0 ? DOWN : UP);
    const answered = await until(() => written > before, 400);
    if (answered !== null) times.push(answered - pressed);
    await until(() => performance.now() - last > 120);
    bytes.push(written - before);
  }
  await rest();
  let idle = null;
  if (withIdle) {
    const before = written;
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    idle = written - before;
  }
  const rss = rssOf(child.pid);
  const exited = new Promise((done) => child.onExit(done));
  child.write('q');
  await Promise.race([exited, new Promise((done) => setTimeout(done, 1000))]);
  try {
    child.kill();
  } catch {
    // It has gone.
  }
  return { first: firstBytes - began, useful: usefulAt - asked, bytes, times, idle, rss };
}

/** High-water mark of the process and what it started (kB in /proc). */
function rssOf(pid) {
  const children =
    spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
      .stdout?.trim()
      .split(/\s+/) ?? [];
  return [String(pid), ...children].reduce((sum, one) => {
    try {
      return sum + Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${one}/status`, 'utf8'))?.[1] ?? 0) * 1024;
    } catch {
      return sum;
    }
  }, 0);
}

function report() {
  const ms = (value) => (Number.isFinite(value) ? `${value.toFixed(0)} ms` : 'never');
  const rows = subjects.map(({ name }) => {
    const runs = results.get(name);
    const bytes = runs.flatMap((run) => run.bytes);
    const times = runs.flatMap((run) => run.times);
    return [
      name.replaceAll('\\|', '|'),
      ms(median(runs.map(({ first }) => first))),
      ms(median(runs.map(({ useful }) => useful))),
      `${number(median(bytes))}`,
      `${number(quantile(bytes, 0.95))}`,
      number(runs.find(({ idle }) => idle !== null)?.idle ?? 0),
      times.length > 0 ? `${median(times).toFixed(1)} ms` : 'no answer',
      times.length > 0 ? `${quantile(times, 0.95).toFixed(1)} ms` : 'no answer',
      megabytes(Math.max(...runs.map(({ rss }) => rss))),
    ];
  });
  const columns = [
    'subject',
    'first output',
    'first useful screen',
    'bytes a move, median',
    'p95',
    `idle bytes, ${IDLE_MS / 1000} s`,
    'key to frame, p50',
    'p95',
    'RSS, highest',
  ];
  return `# Benchmarks of the explorer

Written by \`${['node bench/explorer.mjs', ...process.argv.slice(2)].join(' ')}\` on ${new Date().toISOString().slice(0, 10)}. Nothing here is asserted: figures are of one machine and one run.

${machineFacts()}
- binsider: ${spawnSync(binsider, ['--version'], { encoding: 'utf8' }).stdout?.trim() || 'not there'}
- less: ${spawnSync('less', ['--version'], { encoding: 'utf8' }).stdout?.split('\n')[0] ?? 'not there'}

All of them ran in turn, ${count} ${count === 1 ? 'round' : 'rounds'}, in pseudo-terminals of ${SIZE.columns}x${SIZE.rows}, over one plugin of ${number(statSync(realpathSync(plugin)).size)} bytes (${note}).
"first useful screen" counts from the start of the program, for "symbols" from the key that asks for them; of ocx it is the verdict,
or the first rows of symbols. A move is one press of Down, ${MOVES} a round, 120 ms of rest after each; its bytes are all that followed
it, its frame the last of the first burst. RSS is the high-water mark of the process and its children.
In "overview" the cursor goes ten rows down and ten up, for there are some fifteen.
A load above 1 lengthens every time below, unless what else runs has to wait. What ocx aims at: a first useful screen within 200 ms, 95 of 100 keys
answered within 33 ms, at most 120 MB.

${markdownTable(
  columns.map((title, index) => ({ title, right: index > 0 })),
  rows,
)}

${missing.map((line) => `Missing: ${line}\n`).join('')}`;
}
