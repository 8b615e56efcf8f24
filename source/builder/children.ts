import { type Command as ChildCommand, ChildProcesses, type Ended, NotStarted, Stopped } from '../collector/childProcesses.js';
import { quoted } from '../verdict/shellWord.js';
import { BuildError, BuildStopped } from './buildError.js';
import type { BuildLog } from './buildLog.js';

export type Command = Omit<ChildCommand, 'kept'>;
export type { Ended };

/** Runs the build's commands. Everything they print goes to the log, whole. */
export class Children {
  readonly #log: BuildLog;
  readonly #processes: ChildProcesses;

  constructor(log: BuildLog) {
    this.#log = log;
    this.#processes = new ChildProcesses((chunk) => log.write(chunk));
  }

  /**
   * @throws BuildStopped when `stop` was called before or meanwhile.
   * @throws BuildError when the program can't be started at all.
   */
  async run(command: Command): Promise<Ended> {
    const { argv, directory } = command;
    this.#log.write(`\n$ cd ${directory} && ${argv.map(quoted).join(' ')}\n`);
    try {
      const ended = await this.#processes.run({ ...command, kept: null });
      this.#log.write(`[${ended.code ?? ended.signal}, ${(ended.milliseconds / 1000).toFixed(1)} s]\n`);
      return ended;
    } catch (error) {
      if (error instanceof Stopped) throw new BuildStopped(error.signal);
      if (!(error instanceof NotStarted)) throw error;
      throw new BuildError(error.code === 'ENOENT' ? `${argv[0]} is not installed, or not in PATH` : error.message);
    }
  }

  /** Ends all that runs; `run` rejects with BuildStopped from now on. */
  stop(signal: NodeJS.Signals): void {
    this.#processes.stop(signal);
  }
}
