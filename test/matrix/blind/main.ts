import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Axis, buildAxis } from './axes.ts';
import { type Judged, judgeAlone, judgeInOrder } from './judged.ts';
import { section } from './page.ts';
import { type Compared, compare } from './score.ts';
import { open } from './truth.ts';

// The blind part of the matrix: axes by someone who has not read the rules. `npm run test:blind`; see docs/accuracy-blind.md.
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    title: { type: 'string', default: 'A run' },
    batch: { type: 'string' },
    keep: { type: 'string' },
    results: { type: 'string' },
    page: { type: 'string' },
    cli: { type: 'string', default: 'dist/cli.js' },
    commit: { type: 'string' },
    sample: { type: 'boolean', default: false },
  },
});

// Fast axes that need nothing but Go and gcc, over most of what a verdict is made of.
const SAMPLE = ['00-common', '01-names-everyone-copies', '02-module-paths', '04-embed-asm-generic'];

const source = resolve('test/matrix/blind');
const scripts = readdirSync(join(source, 'axes'))
  .filter((name) => name.endsWith('.sh'))
  .sort();
const cli = resolve(values.cli);
const folder = values.keep ? resolve(values.keep) : mkdtempSync(join(tmpdir(), 'ocx-blind-'));
const chosen = scripts.filter((name) => {
  const axis = name.slice(0, -3);
  if (axis === '00-common') return true;
  // The second batch has the numbers from 50.
  if (values.batch && values.batch !== (axis < '50' ? '1' : '2')) return false;
  if (values.only) return values.only.some((word) => axis.includes(word));
  return !values.sample || SAMPLE.includes(axis);
});

const axes: Axis[] = [];
const all: Compared[] = [];
const died: string[] = [];
// An axis whose script broke, or a host that is not there, must not pass for an axis without wrong answers.
let broken = false;
for (const script of chosen) {
  const started = Date.now();
  const axis = buildAxis(join(source, 'axes', script), folder, source);
  // The common hosts are built for the others; their own pairs count when they are asked for.
  if (axis.name === '00-common' && values.only && !values.only.some((word) => axis.name.includes(word))) continue;
  axes.push(axis);
  if (axis.openings.length === 0) {
    console.log(`${axis.name}: nothing to open`);
    broken = true;
  }
  for (const opening of axis.openings) {
    if (!existsSync(opening.host)) {
      console.log(`${axis.name}: no host ${opening.host}`);
      broken = true;
      continue;
    }
    const { answers, dies } = open(opening);
    const judged: Judged[] = opening.kind === 'pair' ? [judgeAlone(cli, opening)] : judgeInOrder(cli, opening, folder);
    for (const [at, truth] of answers.entries()) {
      const said = judged[at];
      if (said) all.push(compare(opening, at, truth, said));
    }
    if (dies) died.push(`${axis.name}: ${opening.plugins.map((path) => path.split('/').at(-1)).join(', ')}: ${dies}`);
  }
  const of = all.filter((one) => one.opening.axis === axis.name);
  const bad = of.filter((one) => one.grade !== 'right').length;
  console.log(
    `${axis.name}: ${of.length} opened, ${bad} not right, ${axis.unbuilt.length} not built, ${Math.round((Date.now() - started) / 1000)} s`,
  );
}

const git = (...words: string[]): string => execFileSync('git', words, { encoding: 'utf8' }).trim();
const model = /model name\s*: (.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown processor';
const page = section(
  {
    title: values.title,
    date: new Date().toISOString().slice(0, 10),
    commit: values.commit ?? git('log', '-1', '--format=%h', '--', 'source', 'runtime/go'),
    machine: `${model}, ${cpus().length} cores`,
  },
  axes,
  all,
  died,
);
if (values.results) writeFileSync(values.results, `${JSON.stringify({ axes, all, died }, null, 1)}\n`);
if (values.page) writeFileSync(values.page, page);
console.log(`\n${page}`);
if (!values.keep) {
  spawnSync('umount', ['-q', join(folder, '10-files', 'out', 'noexec')]);
  rmSync(folder, { recursive: true });
}
process.exit(broken || all.some((one) => one.grade === 'wrong') ? 1 : 0);
