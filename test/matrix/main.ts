import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openHost } from '../../source/catalog/host.js';
import { type Built, Workshop } from './build.js';
import { exportsOf, judged, openedAs, readPlugin } from './judged.js';
import { accuracyPage } from './page.js';
import { open, type Real } from './real.js';
import { HOSTS, type HostRecipe, PLUGINS, type PluginRecipe } from './recipes.js';
import { messageScore, type Pair, packageIn, wrong } from './score.js';
import { draw, type Member, play, random, type Sequence, wrongStep } from './sequences.js';
import { packagesInTruth } from './wholeList.js';

const { values } = parseArgs({
  options: {
    sample: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '600' },
    write: { type: 'boolean', default: false },
    sequences: { type: 'string', default: '500' },
    seed: { type: 'string', default: '7' },
    cache: { type: 'string', default: join(homedir(), '.cache/ocx/matrix') },
  },
});

/** Hosts of the sample: one of each kind of outcome; their plugins are those of the installed toolchain. */
const SAMPLE = new Set(['plain', 'no trimpath', 'race', 'dep: inlinable body', 'PIE', 'without cgo']);
/** Every so many pairs with other hashes get their whole list compared. */
const WHOLE_LIST_EVERY = 7;

const until = performance.now() + Number(values.minutes) * 60_000;
mkdirSync(values.cache, { recursive: true });
const workshop = new Workshop(values.cache);
const realFile = join(values.cache, 'real.json');
/** What really happened, by keys of host and plugin: opened once, judged as often as rules change. */
const known: Record<string, Real> = existsSync(realFile) ? JSON.parse(readFileSync(realFile, 'utf8')) : {};
const knownLists: Record<string, string[]> = existsSync(`${realFile}.lists`)
  ? JSON.parse(readFileSync(`${realFile}.lists`, 'utf8'))
  : {};

const knownSequences: Record<string, Real[]> = existsSync(`${realFile}.sequences`)
  ? JSON.parse(readFileSync(`${realFile}.sequences`, 'utf8'))
  : {};
const leftOut = new Map<string, string>();
const hosts = built(
  HOSTS.filter(({ name }) => !values.sample || SAMPLE.has(name)),
  (recipe) => workshop.host(recipe),
);
const rows = new Map<string, Built<PluginRecipe>>();
for (const recipe of inOrder(PLUGINS).filter((recipe) => !values.sample || isQuick(recipe))) {
  const [row] = built([recipe], () => workshop.plugin(recipe, rows));
  if (row) rows.set(recipe.name, row);
}

/** Without another toolchain, and without another machine's standard library, but for one plugin of it. */
function isQuick({ toolchain, env, name }: PluginRecipe): boolean {
  return toolchain === null && (!('GOARCH' in env) || name === 'light, arm64');
}

function built<R extends HostRecipe | PluginRecipe>(recipes: readonly R[], make: (recipe: R) => Built<R>) {
  return recipes.flatMap((recipe) => {
    const row: Built<R> = performance.now() > until ? { state: 'left out', recipe, because: 'no time left' } : make(recipe);
    if (row.state === 'built') return [row];
    leftOut.set(`${'of' in recipe ? 'plugin' : 'host'} ${recipe.name}`, row.because);
    return [];
  });
}

/** What others are made of comes before them. */
function inOrder(recipes: readonly PluginRecipe[]): PluginRecipe[] {
  return [...recipes].sort((a, b) => Number(a.of !== null) - Number(b.of !== null));
}

console.log(`${hosts.length} hosts and ${rows.size} plugins built (${workshop.compiled} compiled now)`);
for (const [row, because] of leftOut) console.log(`left out: ${row}: ${because}`);

const pairs: Pair[] = [];
const sequences: Sequence[] = [];
const next = random(Number(values.seed));
const lists: { readonly pair: Pair; readonly truth: readonly string[] }[] = [];
for (const { recipe, path: binary, key } of hosts) {
  const { under } = recipe;
  const host = openHost(binary);
  const members: Member[] = [];
  for (const plugin of rows.values()) {
    if (plugin.state !== 'built') continue;
    const reading = readPlugin(plugin.path);
    const exported = exportsOf(reading);
    const id = `${key} ${plugin.key}`;
    let real = known[id];
    if (!real) {
      [real] = open(binary, [{ path: plugin.path, how: openedAs(reading), names: [...exported.keys()] }], under);
      if (!real) continue;
      known[id] = real;
    }
    if (real.outcome === 'not measured') continue;
    const types = Object.entries(real.types).flatMap(([name, type]) =>
      exported.get(name) === type ? [] : [`${name}: ${exported.get(name)} / ${type}`],
    );
    const pair: Pair = { host: recipe.name, plugin: plugin.recipe.name, said: judged(reading, host), real, types };
    pairs.push(pair);
    // What kills the host ends a sequence: the pair has shown it.
    if (real.outcome === 'loads' || real.outcome === 'fails') members.push({ ...plugin, name: plugin.recipe.name, reading });
    if (packageIn(real.message) === null || pairs.length % WHOLE_LIST_EVERY !== 0) continue;
    knownLists[id] ??=
      performance.now() > until ? [] : packagesInTruth({ path: binary, under }, host, reading, join(values.cache, 'patched.so'));
    lists.push({ pair, truth: knownLists[id] });
  }
  for (let left = Math.ceil(Number(values.sequences) / hosts.length); left > 0 && performance.now() < until; left--) {
    sequences.push(
      play({ name: recipe.name, key, path: binary, under }, host, draw(livelier(members, pairs), next), knownSequences),
    );
  }
  host.close();
  save();
}

/** Plugins that load or differ in hashes have more to do with each other than those the linker refuses: three times as often. */
function livelier(members: readonly Member[], all: readonly Pair[]): Member[] {
  const lively = new Set(
    all.filter(({ real }) => real.outcome === 'loads' || packageIn(real.message) !== null).map(({ plugin }) => plugin),
  );
  return members.flatMap((member) => (lively.has(member.name) ? [member, member, member] : [member]));
}

function save(): void {
  writeFileSync(`${realFile}.sequences`, JSON.stringify(knownSequences));
  writeFileSync(realFile, JSON.stringify(known));
  writeFileSync(`${realFile}.lists`, JSON.stringify(knownLists));
}

const faults = pairs.flatMap((pair) => {
  const fault = wrong(pair);
  return fault === null ? [] : [`${pair.plugin} in ${pair.host}: ${fault}`];
});
for (const { pair, truth } of lists) {
  const said = pair.said.packages.slice(0, truth.length);
  const whole = truth.length < pair.said.packages.length && truth.length < 40;
  if (truth.length > 0 && (said.join() !== truth.join() || whole))
    faults.push(
      `${pair.plugin} in ${pair.host}: packages said ${pair.said.packages.length} ${said.slice(0, 5)}, in truth ${truth.length} ${truth.slice(0, 5)}`,
    );
}
faults.push(...sequences.flatMap((sequence) => wrongStep(sequence) ?? []));
const page = accuracyPage({
  pairs,
  sequences,
  seed: values.seed,
  lists: lists.filter(({ truth }) => truth.length > 0).length,
  faults,
  leftOut,
  hosts: hosts.map(({ recipe }) => recipe),
  plugins: rows.size,
  damaged: JSON.parse(readFileSync('test/matrix/damaged.json', 'utf8')),
  on: new Date().toISOString().slice(0, 10),
});
console.log(page);
for (const pair of pairs)
  if (messageScore(pair) === 'other')
    console.log(`message: ${pair.plugin} in ${pair.host}:\n  said ${pair.said.message}\n  real ${pair.real.message}`);
if (values.write) writeFileSync('docs/accuracy.md', page);
process.exit(faults.length === 0 ? 0 : 1);
