import { type ChildProcess, spawn } from 'node:child_process';
import { BuildError, BuildStopped } from './buildError.js';
import type { BuildLog } from './buildLog.js';

export interface Command {
  readonly argv: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds after which the whole process group is killed; null: as long as it takes. */
  readonly limit: number | null;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** True when it was killed for taking longer than its limit. */
  readonly overtime: boolean;
}

/** Time a group gets between SIGTERM and SIGKILL. */
const GRACE = 2000;

/**
 * Runs the build's commands, each in a process group of its own, so that stopping one stops the compilers below it.
 * Everything they print goes to the log, whole.
 */
export class Children {
  readonly #log: BuildLog;
  readonly #running = new Set<ChildProcess>();
  #stopped: NodeJS.Signals | null = null;

  constructor(log: BuildLog) {
    this.#log = log;
  }

  /**
   * @throws BuildStopped when `stop` was called before or meanwhile.
   * @throws BuildError when the program can't be started at all.
   */
  async run({ argv, directory, environment, limit }: Command): Promise<Ended> {
    if (this.#stopped) throw new BuildStopped(this.#stopped);
    const [program = '', ...args] = argv;
    this.#log.write(`\n$ cd ${directory} && ${argv.map(quoted).join(' ')}\n`);
    const started = performance.now();
    const child = spawn(program, args, {
      cwd: directory,
      env: { ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#running.add(child);
    let overtime = false;
    const kill = () => {
      overtime = this.#kill(child, 'SIGKILL');
    };
    const timer = limit === null ? null : setTimeout(kill, limit);
    try {
      const ended = await ending(child, this.#log);
      if (this.#stopped) throw new BuildStopped(this.#stopped);
      const seconds = (performance.now() - started) / 1000;
      this.#log.write(`[${ended.code ?? ended.signal}, ${seconds.toFixed(1)} s]\n`);
      return { ...ended, seconds, overtime };
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
        throw new BuildError(`${program} is not installed, or not in PATH`);
      throw error;
    } finally {
      if (timer) clearTimeout(timer);
      this.#running.delete(child);
    }
  }

  /** Ends all that runs; `run` rejects with BuildStopped from now on. */
  stop(signal: NodeJS.Signals): void {
    this.#stopped ??= signal;
    for (const child of this.#running) {
      this.#kill(child, 'SIGTERM');
      setTimeout(() => this.#kill(child, 'SIGKILL'), GRACE).unref();
    }
  }

  #kill(child: ChildProcess, signal: NodeJS.Signals): boolean {
    if (child.pid === undefined) return false;
    try {
      process.kill(-child.pid, signal);
      return true;
    } catch {
      return false; // Gone by itself.
    }
  }
}

function ending(child: ChildProcess, log: BuildLog): Promise<Pick<Ended, 'code' | 'signal' | 'stdout' | 'stderr'>> {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.on('data', (data: Buffer) => {
      chunks[name].push(data);
      if (name === 'stderr') log.write(data);
    });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const text = (name: 'stdout' | 'stderr') => Buffer.concat(chunks[name]).toString('utf8');
      resolve({ code, signal, stdout: text('stdout'), stderr: text('stderr') });
    });
  });
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
