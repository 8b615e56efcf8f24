import type { ConfigCheck } from '../catalog/configCheck.js';
import type { Probe } from '../catalog/probe.js';
import type { Place } from '../catalog/record.js';
import type { ChildProcesses } from '../collector/childProcesses.js';
import type { Prober, Probing } from '../explorer/prober.js';
import { type Asks, flagsOf } from './probing.js';

/** The explorer's way to a real Collector: nothing of it is loaded before it is needed. */
export function proberOf(environment: NodeJS.ProcessEnv, asks: Asks): Prober {
  return { limit: EXPLORER_LIMIT, atOnce: 2, begin: () => new LateProbing(environment, asks) };
}

/** Milliseconds: `--timeout` of validate, when it is not given. */
const EXPLORER_LIMIT = 10_000;

class LateProbing implements Probing {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #asks: Asks;
  #processes: Promise<ChildProcesses> | null = null;
  #isStopped = false;

  constructor(environment: NodeJS.ProcessEnv, asks: Asks) {
    this.#environment = environment;
    this.#asks = asks;
  }

  probe(collector: string, plugin: string, pin: string | null): Promise<Probe | null> {
    return this.#unlessStopped(async (processes) => {
      const { probe } = await import('../collector/probe.js');
      const flags = flagsOf(this.#asks);
      return probe({ collector, plugin, pin, limit: EXPLORER_LIMIT, flags, environment: this.#environment }, processes);
    });
  }

  checkConfig(collector: string, plugins: Place | null, config: string): Promise<ConfigCheck | null> {
    return this.#unlessStopped(async (processes) => {
      const { checkConfig } = await import('../collector/configCheck.js');
      const flags = flagsOf(this.#asks, 'skip');
      return checkConfig({ collector, plugins, flags, config, environment: this.#environment }, processes);
    });
  }

  stop(): void {
    this.#isStopped = true;
    void this.#processes?.then((processes) => processes.stop('SIGINT'));
  }

  async #unlessStopped<T>(work: (processes: ChildProcesses) => Promise<T>): Promise<T | null> {
    this.#processes ??= import('../collector/childProcesses.js').then((module) => new module.ChildProcesses());
    const processes = await this.#processes;
    if (this.#isStopped) return null;
    try {
      return await work(processes);
    } catch (error) {
      if (this.#isStopped) return null;
      throw error;
    }
  }
}
