import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeOf } from '../../source/catalog/discovery.js';
import { scan } from '../../source/catalog/scan.js';
import type { PlanStep } from '../../source/plan/plan.js';

// The load plan against the real loader: plugins that clash are built here, put in seeded random orders among fixtures, and opened
// one after the other in one process. OCX_SEQUENCES=500 OCX_SEED=7 for more of them, and others.
const HOST = resolve('fixtures/other-hosts/otelcol-no-manifest');
const SEQUENCES = Number(process.env.OCX_SEQUENCES ?? 60);
const SEED = Number(process.env.OCX_SEED ?? 1);
const MODULE = 'example.com/otelcol-fixture';

let work = '';
const pool = new Map<string, string>();
const at = (...names: string[]) => join(work, ...names);
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'ocx-plan-'));
  cpSync('fixtures/src/go', at('go'), { recursive: true });
  for (const name of ['dep', 'own']) {
    for (const version of [1, 2]) {
      mkdirSync(at('go', `${name}${version}`));
      writeFileSync(at('go', `${name}${version}`, 'go.mod'), `module ${MODULE}/${name}\n\ngo 1.25.0\n`);
      writeFileSync(
        at('go', `${name}${version}`, `${name}.go`),
        `package ${name}\n\n// Version is inlined, so that it is part of the export data.\nfunc Version() int { return ${version} }\n`,
      );
    }
  }
  build('dep1', { dep: 1 });
  build('dep2', { dep: 2 });
  build('own1', { own: 1 });
  build('both11', { dep: 1, own: 1 });
  build('both22', { dep: 2, own: 2 });
  build('both12', { dep: 1, own: 2 });
  build('dep2-fails', { dep: 2 }, { flags: [] });
  build('dep2-no-entry', { dep: 2 }, { entry: 'Nobody' });
  build('own2-hidden', { own: 2 }, { flags: ['-trimpath', '-ldflags=-pluginpath=custom/own'] });
  build('dep1-again', { dep: 1 }, { folder: 'dep1', comment: 'another build of one plugin path' });
  build('symbolic', {}, { flags: ['-trimpath', '-ldflags=-extldflags=-Wl,-Bsymbolic'] });
  for (const name of ['go-match', 'go-match-newfactory', 'go-other-trimpath', 'go-other-minor', 'go-c-shared', 'go-no-entry'])
    pool.set(name, resolve(`fixtures/plugins/${name}.so`));
  for (const name of ['go-cut-after-segments', 'go-cut-in-segment', 'text-file', 'go-arm64', 'go-other-dependency'])
    pool.set(name, resolve(`fixtures/plugins/${name}.so`));
  for (const name of ['dep1', 'dep2-fails', 'own2-hidden', 'go-match', 'go-other-trimpath']) {
    const original = add(`${name}-inode`, (path) => copyFileSync(pool.get(name) ?? '', path));
    add(`${name}-hard`, (path) => linkSync(original, path));
    add(`${name}-symbolic`, (path) => symlinkSync(original, path));
  }
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function add(name: string, make: (path: string) => void): string {
  const path = at(`${name}.so`);
  make(path);
  pool.set(name, path);
  return path;
}

interface Recipe {
  readonly flags?: readonly string[];
  readonly entry?: string;
  readonly folder?: string;
  readonly comment?: string;
}

/** A plugin with these versions of the two modules that the host lacks. */
function build(name: string, modules: Readonly<Record<string, number>>, recipe: Recipe = {}): void {
  const { flags = ['-trimpath'], entry = 'CollectorPluginInit', folder = name, comment = name } = recipe;
  const plugins = at('go/plugins');
  const names = Object.keys(modules);
  const imports = names.map((module) => `\t"${MODULE}/${module}"\n`).join('');
  const uses = ['0', ...names.map((module) => `${module}.Version()`)].join(' + ');
  mkdirSync(join(plugins, folder), { recursive: true });
  writeFileSync(
    join(plugins, folder, 'main.go'),
    `package main\n\nimport (\n\t"${MODULE}/api"\n${imports})\n\n// ${comment}\nvar Sum = ${uses} + len("${comment}")\n\n` +
      `func ${entry}(registry api.Registry) error {\n\treturn registry.Register(api.Component{Kind: "processor", Type: "${name}"})\n}\n\nfunc main() {}\n`,
  );
  const lines = names.flatMap((module) => [
    `require ${MODULE}/${module} v0.0.0`,
    `replace ${MODULE}/${module} => ../${module}${modules[module]}`,
  ]);
  writeFileSync(
    join(plugins, `${name}.mod`),
    `${execFileSync('cat', [join(plugins, 'go.mod')], { encoding: 'utf8' })}\n${lines.join('\n')}\n`,
  );
  copyFileSync(join(plugins, 'go.sum'), join(plugins, `${name}.sum`));
  execFileSync('go', ['build', '-buildmode=plugin', `-modfile=${name}.mod`, ...flags, '-o', at(`${name}.so`), `./${folder}`], {
    cwd: plugins,
    env: { ...process.env, CGO_ENABLED: '1', GOFLAGS: '-buildvcs=false -mod=mod' },
  });
  pool.set(name, at(`${name}.so`));
}

interface Real {
  readonly outcome: string;
  readonly message: string;
}

/** One process for all; again without the file that killed it, since the plan says of the rest what would happen then. */
function really(paths: readonly string[]): Real[] {
  if (paths.length === 0) return [];
  const { stdout, stderr } = spawnSync(HOST, ['probe', '--lang', 'go', ...paths], {
    encoding: 'utf8',
    timeout: 5_000,
    env: { ...process.env, LC_ALL: 'C' },
  });
  const lines = stdout
    .split('\n')
    .filter((line) => line.startsWith('{"file":'))
    .map((line) => JSON.parse(line) as Real);
  if (lines.length === paths.length) return lines.map(({ outcome, message = '' }) => ({ outcome, message }));
  const killer = lines.length;
  const rest = really(paths.filter((_, index) => index !== killer));
  return [...rest.slice(0, killer), { outcome: 'crashes', message: stderr.split('\n')[0] ?? '' }, ...rest.slice(killer)];
}

function planned(paths: readonly string[]): readonly PlanStep[] {
  const file = at('order.json');
  writeFileSync(file, JSON.stringify({ plugins: paths.map((path) => ({ path })) }));
  const { plan } = scan({ place: placeOf([file]), host: HOST, recursive: false, now: 0 });
  return plan?.steps ?? [];
}

/** Which package the loader is said to name. */
function named({ judgement }: PlanStep): string | null {
  const words = judgement.findings.find(
    ({ code, loaderMessage }) => /^OCX041[01]$/.test(code) && loaderMessage !== null,
  )?.loaderMessage;
  return /different version of package (\S+)$/.exec(words ?? '')?.[1] ?? null;
}

function compare(names: readonly string[]): void {
  const paths = names.map((name) => pool.get(name) ?? name);
  const real = really(paths);
  const said = planned(paths);
  const lines = (outcomes: readonly string[]) => outcomes.map((outcome, index) => `${index + 1} ${names[index]}: ${outcome}`);
  expect(lines(said.map(({ judgement }) => judgement.load))).toEqual(lines(real.map(({ outcome }) => outcome)));
  for (const [index, { message }] of real.entries()) {
    const package_ = /different version of package (\S+)$/.exec(message)?.[1];
    const step = said[index];
    if (package_ && step) expect(`${names[index]}: ${named(step)}`).toBe(`${names[index]}: ${package_}`);
  }
}

/** Numerical Recipes' linear congruential generator: the same sequences on every machine. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('the load plan', () => {
  it.each([
    [['dep1', 'dep2', 'both11', 'both22']],
    [['dep2-fails', 'dep1', 'dep2']],
    [['dep2-no-entry', 'dep1']],
    [['own2-hidden', 'own1', 'both12']],
    [['own2-hidden-inode', 'own2-hidden-symbolic', 'dep1']],
    [['dep1', 'dep1-again', 'dep1-inode']],
    [['dep1-inode', 'dep1-hard', 'dep1-symbolic']],
    [['dep2-fails-inode', 'dep2-fails-hard', 'dep1']],
    [['dep2-fails-inode', 'dep2-fails-symbolic', 'go-match', 'go-c-shared', 'symbolic']],
    [['go-other-trimpath', 'symbolic', 'go-match']],
  ])('of %j is what happens', (names) => compare(names));

  it(`of ${SEQUENCES} random sequences (seed ${SEED}) is what happens`, () => {
    const next = random(SEED);
    const names = [...pool.keys()];
    for (let sequence = 0; sequence < SEQUENCES; sequence++)
      compare(Array.from({ length: 2 + next(7) }, () => names[next(names.length)] ?? ''));
  });
});
