import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const READY = 'Everything is ready';
const LIMIT = 60_000;
/** clock ticks a second: sysconf(_SC_CLK_TCK), 100 on every Linux that Node runs on. */
const TICKS = 100;

/**
 * Starts a Collector and waits until it says that it is ready.
 *
 * @returns {Promise<{ ready: number, memory(): { now: number, peak: number }, cpu(): number, stop(): Promise<void> }>}
 *   `ready` in ms from before the spawn; memory in bytes, of the whole process (VmRSS, VmHWM); CPU in ms, user and system.
 */
export async function startCollector(argv, cwd, env = {}) {
  const [program, ...args] = argv;
  const started = performance.now();
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const ended = new Promise((done) => child.on('close', done));
  const ready = await new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error(`not ready in ${LIMIT / 1000} s:\n${log}`)), LIMIT);
    const hear = (data) => {
      if (log.includes(READY)) return;
      log += data;
      if (!log.includes(READY)) return;
      clearTimeout(timer);
      done(performance.now() - started);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    ended.then((code) => {
      clearTimeout(timer);
      failed(new Error(`the Collector ended with ${code}:\n${log}`));
    });
  });
  const status = (field) => 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readProc('status'))?.[1]);
  const readProc = (file) => readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
  return {
    ready,
    memory: () => ({ now: status('VmRSS'), peak: status('VmHWM') }),
    cpu() {
      // proc_pid_stat(5): fields 14 and 15, counted behind the name, which may hold blanks.
      const fields = readProc('stat').split(') ')[1].split(' ');
      return (1000 * (Number(fields[11]) + Number(fields[12]))) / TICKS;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
