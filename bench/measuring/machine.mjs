import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, release, totalmem, type } from 'node:os';

/** What of the machine and the tools a figure depends on. */
export function machineFacts() {
  const [cpu] = cpus();
  const facts = {
    machine: `${cpus().length} x ${cpu?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release().split('.').slice(0, 2).join('.')} ${arch()}`,
    load: `${loadavg()[0].toFixed(1)} in the minute before: ${
      isRealTime() ? 'what else ran had to wait (chrt -f)' : 'what else ran shares the CPUs'
    }`,
    'page cache': 'warm: the files were written or read just before',
    node: process.version,
    go: firstLine('go', ['version'])?.replace('go version ', '') ?? 'not there',
    binutils: firstLine('readelf', ['--version']) ?? 'not there',
    ocx: `${firstLine(process.execPath, ['dist/cli.js', '--version'])}, commit ${commit()}`,
  };
  return Object.entries(facts)
    .map(([name, value]) => `- ${name}: ${value}`)
    .join('\n');
}

/** Runs under SCHED_FIFO or SCHED_RR, and so does what it starts (proc(5): `policy`, the 41st field, counted after the name). */
function isRealTime() {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    return ['1', '2'].includes(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38]);
  } catch {
    return false;
  }
}

function commit() {
  const head = firstLine('git', ['rev-parse', '--short', 'HEAD']);
  if (head === null) return 'unknown';
  return firstLine('git', ['status', '--porcelain', '--', 'source', 'cli.tsx']) === '' ? head : `${head} with changes`;
}

export function isThere(command, args = ['--version']) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function firstLine(command, args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.split('\n')[0].trim() : null;
}
