import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An empty folder to build in, and a way to clear it. */
export function emptyFolder(name: string): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), `ocx-${name}-`));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Runs a program to its end; `during` sees the process while it runs. */
export function run(
  argv: readonly string[],
  directory: string,
  env: NodeJS.ProcessEnv = {},
  during?: (child: ChildProcess) => void,
): Promise<Ran> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { cwd: directory, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (data: Buffer) => {
      text[name] += data.toString('utf8');
    });
  during?.(child);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (status) => done({ status, ...text }));
  });
}

/** The command of this repository, as a user runs it. */
export const ocxIn = (directory: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  run([process.execPath, resolve('dist/cli.js'), ...args], directory, { SOURCE_DATE_EPOCH: '1700000000', ...env });

/** Ports of 127.0.0.1 that nothing listens at, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

/** Asks again until the answer is there. @throws what it last said when the time is over. */
export async function eventually<T>(what: string, ask: () => Promise<T | null> | T | null, seconds = 20): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let problem = 'nothing came';
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== null) return answer;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(`${what}: ${problem} within ${seconds} s`);
}

export interface RunningCollector {
  readonly pid: number;
  /** What it printed so far. */
  log(): string;
  /** Asks it to end, as a service manager does, and gives its exit code. */
  stop(): Promise<number | null>;
}

/** Starts a Collector and waits until it says that it is ready. @throws with its log when it ends before. */
export async function startCollector(argv: readonly string[], directory: string): Promise<RunningCollector> {
  const [program = '', ...args] = argv;
  if (!existsSync(resolve(directory, program))) throw new Error(`${program} was not built`);
  const child = spawn(program, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      log += data.toString('utf8');
    });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  let code: number | null | undefined;
  ended.then((status) => {
    code = status;
  });
  await eventually('the Collector', () => {
    if (code !== undefined) throw new Error(`it ended with ${code}\n${log}`);
    return log.includes('Everything is ready') ? true : null;
  });
  return {
    pid: child.pid ?? 0,
    log: () => log,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
