// What a Collector pays for being able to load plugins when it has none in Rust: cgo, Go's package plugin, our loader, the
// host for Rust plugins within it. Prints the table of docs/build.md. Run from the root of the repository: node bench/cgo.mjs
// (--cold also builds the first and the last from an empty cache: some minutes of processor time).
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdownTable, megabytes } from './measuring/table.mjs';

const project = join(tmpdir(), 'ocx-bench-rust');
execFileSync(process.execPath, ['bench/rust.mjs', '--build'], { stdio: 'inherit' });
const room = join(tmpdir(), 'ocx-bench-cgo');
rmSync(room, { recursive: true, force: true });

/** Each is the one before with one thing more. */
const VARIANTS = [
  { name: 'as ocb builds it, without cgo', cgo: '0', change: stock },
  { name: 'with cgo: it takes a C compiler', cgo: '1', change: stock },
  { name: "with Go's package `plugin`", cgo: '1', change: opensPlugins },
  { name: 'with our loader and its commands', cgo: '1', change: withoutRustHost },
  { name: 'with the host for Rust plugins: as `ocx build` builds it', cgo: '1', change: () => {} },
];

const cold = process.argv.includes('--cold');
const rows = VARIANTS.map((variant, index) => {
  const folder = join(room, String(index));
  sources(folder);
  variant.change(folder);
  const file = build(folder, variant.cgo, {});
  const seconds = cold && (index === 0 || index === VARIANTS.length - 1) ? fromNothing(folder, variant.cgo) : null;
  return [variant.name, megabytes(statSync(file).size), seconds === null ? '' : `${seconds.toFixed(0)} s`];
});
const columns = [{ title: '' }, { title: 'Collector', right: true }, { title: 'processor time, nothing cached', right: true }];
console.log(markdownTable(cold ? columns : columns.slice(0, 2), cold ? rows : rows.map((row) => row.slice(0, 2))));

function sources(folder) {
  cpSync(join(project, 'dist/.ocx/src'), folder, { recursive: true });
  for (const name of ['plugins', 'describe']) rmSync(join(folder, name), { recursive: true, force: true });
  const file = join(folder, 'go.mod');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('../../../', `${project}/`));
}

function stock(folder) {
  for (const name of ['cgo.go', 'manifest.S']) rmSync(join(folder, name), { force: true });
  const file = join(folder, 'main.go');
  const text = readFileSync(file, 'utf8').replace(/^\tocxcommands .*\n/m, '');
  writeFileSync(file, text.replace('os.Exit(ocxcommands.Main(set))', 'if runInteractive(set) != nil { os.Exit(1) }'));
}

function opensPlugins(folder) {
  stock(folder);
  const text =
    'package main\n\nimport (\n\t"os"\n\t"plugin"\n)\n\nfunc init() {\n\tif len(os.Args) > 99 {\n\t\tplugin.Open(os.Args[99])\n\t}\n}\n';
  writeFileSync(join(folder, 'opens.go'), text);
}

/** The package by name, with what the loader uses of it, and nothing behind. */
function withoutRustHost(folder) {
  const host = join(folder, 'runtime/rusthost');
  rmSync(host, { recursive: true });
  mkdirSync(host);
  writeFileSync(
    join(host, 'rusthost.go'),
    `package rusthost

import "errors"

const Symbol = ""

type Panic struct{ Plugin, Message string }

func (p *Panic) Error() string { return p.Message }

type LinkError struct{ Message string }

func (e *LinkError) Error() string { return e.Message }

func Open(path string, _ ...any) error { return errors.New(path) }
`,
  );
}

function build(folder, cgo, environment) {
  const file = `${folder}.out`;
  execFileSync('go', ['build', '-mod=mod', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', file, '.'], {
    cwd: folder,
    stdio: 'inherit',
    env: { ...process.env, GOWORK: 'off', CGO_ENABLED: cgo, ...environment },
  });
  return file;
}

/** Processor time of a build from an empty cache, in seconds: that of this program's children. */
function fromNothing(folder, cgo) {
  const GOCACHE = join(room, 'cache');
  const before = childSeconds();
  build(folder, cgo, { GOCACHE });
  const seconds = childSeconds() - before;
  rmSync(GOCACHE, { recursive: true });
  return seconds;
}

function childSeconds() {
  // proc(5): cutime and cstime, in ticks of which a second has 100.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
