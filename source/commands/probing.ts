import type { ConfigCheck } from '../catalog/configCheck.js';
import { PlaceError } from '../catalog/discovery.js';
import { THIS_MACHINE } from '../catalog/machine.js';
import { isBad, notProbed, type Probe, whyHostNotProbes, whyPluginNotProbed } from '../catalog/probe.js';
import type { HostRecord, JudgedRecord, Place, PluginRecord } from '../catalog/record.js';
import type { ChildProcesses } from '../collector/childProcesses.js';
import type { Prober, Probing } from '../explorer/prober.js';
import { cleaned } from '../terminal/clean.js';
import type { PolicyName } from '../verdict/policyName.js';
import { EXIT, type HostOption, type ProbeOptions, type Shell } from './options.js';
import { untilSignal } from './untilSignal.js';

/** What was found out of each plugin by opening it; the key is its path. Null: nothing was to be opened. */
export type Probes = ReadonlyMap<string, Probe>;

/** A plugin, and the host that is to open it. */
export interface Candidate {
  readonly record: PluginRecord;
  readonly host: HostRecord;
}

/** A signal came: whatever ran is ended, and there is nothing to print. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('interrupted');
    this.exitCode = exitCode;
  }
}

/** Time a user waits before a word is due (ms). */
const SILENCE = 1000;

/**
 * Opens each plugin that would load, in a child process of its host, several at a time. A host that was merely found
 * beside the plugins is not run: who judges a directory does not expect a program of it to start.
 *
 * @param named whether the user named the host.
 * @returns null with `--no-load`.
 * @throws PlaceError when `--load` asks for it and the host can't.
 * @throws Interrupted when a signal stopped it.
 */
export async function probeCandidates(
  candidates: readonly Candidate[],
  named: boolean,
  { load, timeout, policy }: ProbeOptions & Pick<HostOption, 'policy'>,
  shell: Shell,
): Promise<Probes | null> {
  if (load === false) return null;
  const probes = new Map<string, Probe>();
  const opened: { readonly record: JudgedRecord; readonly collector: string }[] = [];
  for (const { record, host } of candidates) {
    if (record.state !== 'judged' || probes.has(record.path)) continue;
    const hostCannot = whyHostNotProbes(host, THIS_MACHINE);
    if (load === true && hostCannot !== null) throw new PlaceError(`--load: ${hostCannot}`);
    const because = whyPluginNotProbed(record) ?? hostCannot ?? (named || load === true ? null : FOUND);
    if (because !== null || host.state !== 'read') probes.set(record.path, notProbed(because ?? ''));
    else {
      probes.set(record.path, notProbed('not yet'));
      opened.push({ record, collector: host.path });
    }
  }
  if (opened.length === 0) return probes;
  const patience = setTimeout(() => {
    if (shell.err.columns === null) return;
    const seconds = timeout / 1000;
    void shell.err.lines([cleaned`opening ${opened.length} plugins in child processes, ${seconds} s each at most`]);
  }, SILENCE);
  try {
    await openAll(opened, { limit: timeout, policy }, shell, (path, probe) => probes.set(path, probe));
  } finally {
    clearTimeout(patience);
  }
  return probes;
}

const FOUND = 'the host was found, not named: --collector FILE names it, --load opens plugins in it all the same';

/** A Collector of before there were policies knows no flag for the one that all have. */
function flagsOf(policy: PolicyName): string[] {
  return policy === 'exact' ? [] : [`--plugin-policy=${policy}`];
}

async function openAll(
  opened: readonly { readonly record: JudgedRecord; readonly collector: string }[],
  { limit, policy }: { readonly limit: number; readonly policy: PolicyName },
  shell: Shell,
  onProbe: (path: string, probe: Probe) => void,
): Promise<void> {
  const [{ ChildProcesses, Stopped }, { inTurn }, { probe }] = await Promise.all([
    import('../collector/childProcesses.js'),
    import('../collector/inTurn.js'),
    import('../collector/probe.js'),
  ]);
  const processes = new ChildProcesses();
  await untilSignal(async ({ stop, exitCode }) => {
    stop.addEventListener('abort', () => processes.stop(stop.reason === 'SIGTERM' ? 'SIGTERM' : 'SIGINT'), { once: true });
    try {
      await inTurn(
        opened,
        ({ record, collector }) =>
          probe({ collector, plugin: record.path, limit, flags: flagsOf(policy), environment: shell.env }, processes),
        ({ record }, result) => onProbe(record.path, result),
      );
    } catch (error) {
      if (error instanceof Stopped) throw new Interrupted(exitCode() || 130);
      throw error;
    }
  });
}

/** A plugin that did not live up to its verdict counts as bad. */
export function exitCodeWith(code: number, probes: Probes | null): number {
  return [...(probes?.values() ?? [])].some(isBad) ? EXIT.bad : code;
}

/** The explorer's way to a real Collector: nothing of it is loaded before it is needed. */
export function proberOf(environment: NodeJS.ProcessEnv, policy: PolicyName): Prober {
  return { limit: EXPLORER_LIMIT, atOnce: 2, begin: () => new LateProbing(environment, policy) };
}

/** Milliseconds: `--timeout` of validate, when it is not given. */
const EXPLORER_LIMIT = 10_000;

class LateProbing implements Probing {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #policy: PolicyName;
  #processes: Promise<ChildProcesses> | null = null;
  #isStopped = false;

  constructor(environment: NodeJS.ProcessEnv, policy: PolicyName) {
    this.#environment = environment;
    this.#policy = policy;
  }

  probe(collector: string, plugin: string): Promise<Probe | null> {
    return this.#unlessStopped(async (processes) => {
      const { probe } = await import('../collector/probe.js');
      const flags = flagsOf(this.#policy);
      return probe({ collector, plugin, limit: EXPLORER_LIMIT, flags, environment: this.#environment }, processes);
    });
  }

  checkConfig(collector: string, plugins: Place | null, config: string): Promise<ConfigCheck | null> {
    return this.#unlessStopped(async (processes) => {
      const { checkConfig } = await import('../collector/configCheck.js');
      const policy = this.#policy;
      return checkConfig({ collector, plugins, policy, config, environment: this.#environment }, processes);
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
