import type { HostRecipe } from './recipes.js';
import { confusion, messageScore, OUTCOMES, type Pair, WORDS } from './score.js';
import type { Sequence } from './sequences.js';

export interface Results {
  readonly pairs: readonly Pair[];
  readonly sequences: readonly Sequence[];
  readonly seed: string;
  /** How many whole lists of packages were compared. */
  readonly lists: number;
  readonly faults: readonly string[];
  /** Row to reason. */
  readonly leftOut: ReadonlyMap<string, string>;
  readonly hosts: readonly HostRecipe[];
  readonly plugins: number;
  readonly damaged: Damaged;
  /** `2026-11-25`. */
  readonly on: string;
}

/** What `test/toolchain/mutated.test.ts` came to when it was last run with `OCX_WRITE=1`. */
export interface Damaged {
  readonly on: string;
  readonly seed: number;
  readonly runs: number;
  /** Verdict to how many. */
  readonly said: Readonly<Record<string, number>>;
  /** `said loads, it loads` to how many, of those that were opened. */
  readonly opened: Readonly<Record<string, number>>;
  readonly wrong: readonly string[];
}

/** docs/accuracy.md. */
export function accuracyPage({ pairs, sequences, seed, lists, faults, leftOut, hosts, plugins, on, damaged }: Results): string {
  const table = confusion(pairs);
  const unknown = pairs.filter(({ said }) => said.load === 'unknown');
  const scores = pairs.map(messageScore);
  const count = (what: string) => scores.filter((score) => score === what).length;
  const types = pairs.reduce((sum, { real }) => sum + Object.keys(real.types).length, 0);
  return `# How often ocx is right

Written by \`npm run test:matrix -- --write\` on ${on}. It compiles hosts and plugins over many ways to build them (\`test/matrix/recipes.ts\`), opens
every plugin in every host for real, in a child process, and compares what happened with what ocx said of the files.

${hosts.length} hosts, ${plugins} plugins, ${pairs.length.toLocaleString('en')} pairs.

| it | ${WORDS.map((word) => `ocx said ${word}`).join(' | ')} |
|---|${WORDS.map(() => '---:').join('|')}|
${OUTCOMES.map((outcome, at) => `| ${outcome} | ${(table[at] ?? []).join(' | ')} |`).join('\n')}

- Wrong: ${faults.length}. Unknown: ${unknown.length} (${((100 * unknown.length) / Math.max(1, pairs.length)).toFixed(2)} %).
- Words of the loader, where it failed as said: ${count('equal')} foretold to the letter, ${count('other')} otherwise, ${count('none said')} not foretold.
- Exports and their Go types: ${types.toLocaleString('en')} compared with \`%T\` in the host.
- Sequences of 2 to 5 opens in one process, seed ${seed}: ${sequences.length} (${steps(sequences, () => true)} steps; of ${steps(sequences, (load) => load === 'unknown')} steps ocx said unknown).
- The whole list of packages, each opened again and again with the hash that was named made right: ${lists} compared.

Hosts: ${hosts.map(({ name }) => name).join('; ')}.
${section('Wrong', faults)}${section('Unknown', grouped(unknown))}${section(
  'Left out',
  [...leftOut].map(([row, because]) => `${row}: ${because}`),
)}${damagedSection(damaged)}`;
}

function damagedSection({ on, seed, runs, said, opened, wrong }: Damaged): string {
  const counts = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .sort()
      .map(([what, count]) => `${count.toLocaleString('en')} ${what}`)
      .join('; ');
  const total = Object.values(opened).reduce((sum, count) => sum + count, 0);
  return `
## Damaged plugins

Written by \`OCX_WRITE=1 npx vitest run --config test/toolchain/vitest.config.ts test/toolchain/mutated.test.ts\` on ${on}, seed ${seed}:
${runs.toLocaleString('en')} real plugins with one to three bytes changed where a loader looks, or cut short. No crash of ocx. A plugin that is said to load
and dies does so when its init functions run: no byte tells what those do.

- Said: ${counts(said)}.
- Opened for real: ${total}. ${counts(opened)}.
- Said to load and refused by the real loader: ${wrong.length}.
`;
}

function steps(sequences: readonly Sequence[], counts: (load: string) => boolean): number {
  return sequences.reduce((sum, { said, real }) => sum + said.slice(0, real.length).filter(({ load }) => counts(load)).length, 0);
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n## ${title}\n\n${lines.map((line) => `- ${line}\n`).join('')}`;
}

/** `OCX0403, it crashes: 81 pairs, of 61 plugins in 1 host (static)`. */
function grouped(unknown: readonly Pair[]): string[] {
  const groups = new Map<string, Pair[]>();
  for (const pair of unknown) {
    const key = `${pair.said.code}, it ${pair.real.outcome}`;
    groups.set(key, [...(groups.get(key) ?? []), pair]);
  }
  return [...groups].sort().map(([key, pairs]) => {
    const [plugins, hosts] = [new Set(pairs.map(({ plugin }) => plugin)), new Set(pairs.map(({ host }) => host))];
    return `${key}: ${pairs.length} pairs, of ${named(plugins, 'plugin')} in ${named(hosts, 'host')}`;
  });
}

function named(names: ReadonlySet<string>, noun: string): string {
  const count = `${names.size} ${noun}${names.size === 1 ? '' : 's'}`;
  return names.size <= 4 ? `${count} (${[...names].join('; ')})` : count;
}
