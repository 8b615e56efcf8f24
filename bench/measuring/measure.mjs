import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, min } from './statistics.mjs';
import { ratio, time } from './table.mjs';

/**
 * A whole process to be timed. Its output goes to /dev/null, so no reader slows it down.
 *
 * @typedef {{ what: string, shown: string, argv: string[] }} Subject
 */

/** A command that takes longer, in ms, is run once: of so long a run, one tells enough. */
const ONCE = 10_000;
const GNU_TIME = '/usr/bin/time';

/**
 * Times every subject, interleaved: in each round each once, the order turned by one each time, so that what else the machine does
 * falls on all alike. A round before them is not counted: it warms the page cache, and runs under GNU time for peak memory and CPU time.
 * Wall time is from before the spawn to the end of the process.
 *
 * @param {Subject[]} subjects
 */
export function measure(subjects, rounds, scratch) {
  const first = new Map(subjects.map((subject) => [subject, underGnuTime(subject, scratch)]));
  const isSlow = (subject) => first.get(subject).elapsed > ONCE;
  const samples = new Map(subjects.map((subject) => [subject, isSlow(subject) ? [first.get(subject).elapsed] : []]));
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < subjects.length; index++) {
      const subject = subjects[(index + round) % subjects.length];
      if (!isSlow(subject)) samples.get(subject).push(elapsedOf(subject.argv));
    }
  }
  return subjects.map((subject) => {
    const times = samples.get(subject);
    return { ...subject, ...first.get(subject), median: median(times), min: min(times), runs: times.length };
  });
}

function elapsedOf([command, ...args]) {
  const start = performance.now();
  const { error, signal } = spawnSync(command, args, { stdio: 'ignore' });
  const elapsed = performance.now() - start;
  if (error) throw error;
  if (signal) throw new Error(`${command} was ended by ${signal}`);
  return elapsed;
}

/** Peak memory in bytes, of a shell's largest process; CPU time in ms, of all its processes. Null without GNU time. */
function underGnuTime({ argv }, scratch) {
  if (!existsSync(GNU_TIME)) return { elapsed: elapsedOf(argv), rss: null, cpu: null };
  const file = join(scratch, 'time');
  const elapsed = elapsedOf([GNU_TIME, '-q', '-f', '%M %U %S', '-o', file, ...argv]);
  const [kilobytes, user, system] = readFileSync(file, 'utf8').trim().split(' ').map(Number);
  return { elapsed, rss: kilobytes * 1024, cpu: 1000 * (user + system) };
}

export const COLUMNS = [
  { title: 'what' },
  { title: 'command' },
  { title: 'median', right: true },
  { title: 'min', right: true },
  { title: 'runs', right: true },
  { title: 'CPU', right: true },
  { title: 'peak RSS', right: true },
];

export function cells({ what, shown, median, min, runs, rss, cpu }) {
  const resources = rss === null ? ['', ''] : [cpu < 10 ? '< 10 ms' : time(cpu), `${(rss / 1e6).toFixed(0)} MB`];
  return [what, `\`${shown}\``, time(median), time(min), runs, ...resources];
}

/** How many times the wall time of ocx: above 1, ocx is the faster one. */
export const toOcx = (result, ocx) => ratio(result.median / ocx.median);
