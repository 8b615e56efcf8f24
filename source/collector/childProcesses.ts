import { type ChildProcess, spawn } from 'node:child_process';

export interface Command {
  readonly argv: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds after which the whole process group is killed; null: as long as it takes. */
  readonly limit: number | null;
  /** Bytes of each stream that are kept; what follows is dropped. Null: all. */
  readonly kept: number | null;
  /** Hears what it says on either stream, as it says it. */
  readonly hear?: (chunk: Buffer, stream: 'stdout' | 'stderr') => void;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
  /** True when it was killed for taking longer than its limit. */
  readonly overtime: boolean;
}

/** `stop` was called before or meanwhile. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/** The system can't start the program at all; `code` is the system's: ENOENT, EACCES, ENOEXEC. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted';
  readonly code: string;

  constructor(program: string, code: string) {
    super(`${program} can't be started: ${WORDS[code] ?? code}`);
    this.code = code;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program',
  EACCES: 'permission denied',
  ENOEXEC: 'it is no program for this machine',
};

/** Time a group gets between SIGTERM and SIGKILL (ms). */
const GRACE = 2000;
/** How long the output of a child that has ended is waited for (ms): a process that it left behind may hold the pipe. */
const LATE_OUTPUT = 2000;

/** Runs programs, each in a process group of its own, so that stopping one stops what it has started. */
export class ChildProcesses {
  readonly #running = new Set<ChildProcess>();
  readonly #onStderr: (chunk: Buffer) => void;
  #stopped: NodeJS.Signals | null = null;

  /** @param onStderr hears what the children say there, as they say it. */
  constructor(onStderr: (chunk: Buffer) => void = () => {}) {
    this.#onStderr = onStderr;
  }

  /** @throws Stopped, NotStarted. */
  async run({ argv, directory, environment, limit, kept, hear }: Command): Promise<Ended> {
    if (this.#stopped) throw new Stopped(this.#stopped);
    const [program = '', ...args] = argv;
    const started = performance.now();
    let child: ChildProcess;
    try {
      child = spawn(program, args, {
        cwd: directory,
        env: { ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
    } catch (error) {
      throw notStarted(program, error);
    }
    this.#running.add(child);
    let overtime = false;
    const kill = () => {
      overtime = signalGroup(child, 'SIGKILL');
    };
    const timer = limit === null ? null : setTimeout(kill, limit);
    try {
      const ended = await this.#ending(child, kept ?? Number.POSITIVE_INFINITY, hear ?? (() => {}));
      if (this.#stopped) throw new Stopped(this.#stopped);
      return { ...ended, milliseconds: performance.now() - started, overtime };
    } catch (error) {
      throw error instanceof Stopped ? error : notStarted(program, error);
    } finally {
      if (timer) clearTimeout(timer);
      this.#running.delete(child);
    }
  }

  /** Ends all that runs; `run` rejects with Stopped from now on. */
  stop(signal: NodeJS.Signals): void {
    this.#stopped ??= signal;
    for (const child of this.#running) {
      signalGroup(child, 'SIGTERM');
      setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE).unref();
    }
  }

  #ending(
    child: ChildProcess,
    kept: number,
    hear: NonNullable<Command['hear']>,
  ): Promise<Pick<Ended, 'code' | 'signal' | 'stdout' | 'stderr'>> {
    const texts = { stdout: new Head(kept), stderr: new Head(kept) };
    child.stdout?.on('data', (chunk: Buffer) => {
      texts.stdout.add(chunk);
      hear(chunk, 'stdout');
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      texts.stderr.add(chunk);
      hear(chunk, 'stderr');
      this.#onStderr(chunk);
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve({ code, signal, stdout: texts.stdout.text(), stderr: texts.stderr.text() }));
      child.on('exit', () =>
        setTimeout(() => {
          child.stdout?.destroy();
          child.stderr?.destroy();
        }, LATE_OUTPUT).unref(),
      );
    });
  }
}

/** The beginning of what a child says. */
class Head {
  readonly #chunks: Buffer[] = [];
  #room: number;

  constructor(room: number) {
    this.#room = room;
  }

  add(chunk: Buffer): void {
    if (this.#room <= 0) return;
    this.#chunks.push(chunk.subarray(0, Math.min(chunk.length, this.#room)));
    this.#room -= chunk.length;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

function notStarted(program: string, error: unknown): unknown {
  return error instanceof Error && 'code' in error && 'syscall' in error ? new NotStarted(program, String(error.code)) : error;
}

/** False when the group is gone by itself. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): boolean {
  if (child.pid === undefined) return false;
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch {
    return false;
  }
}
