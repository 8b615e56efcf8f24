import type { Asked } from '../catalog/asked.js';
import { PlaceError } from '../catalog/discovery.js';
import { THIS_MACHINE } from '../catalog/machine.js';
import { isBad, notProbed, type Probe, whyHostNotProbes, whyPluginNotProbed } from '../catalog/probe.js';
import type { HostRecord, JudgedRecord, PluginRecord } from '../catalog/record.js';
import { cleaned } from '../terminal/clean.js';
import { packPublicKey } from '../trust/minisign/publicKey.js';
import { count } from '../verdict/finding.js';
import { afterOpening } from '../verdict/judge.js';
import { askedFrom, EXIT, type HostOption, type ProbeOptions, type Shell } from './options.js';
import { untilSignal } from './untilSignal.js';

/** What was found out of each plugin by opening it; the key is its path. Null: nothing was to be opened. */
export type Probes = ReadonlyMap<string, Probe>;

/** A plugin, and the host that is to open it. */
export interface Candidate {
  readonly record: PluginRecord;
  readonly host: HostRecord;
}

/** A plugin as it is known after it was opened, if it was. */
export function asOpened(record: PluginRecord, probes: Probes | null): PluginRecord {
  const probe = probes?.get(record.path);
  if (record.state !== 'judged' || !probe || probe.outcome === 'not probed') return record;
  const { judgement } = record;
  return { ...record, judgement: { ...judgement, notChecked: afterOpening(judgement.notChecked) } };
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
  { load, timeout, ...options }: ProbeOptions & Pick<HostOption, 'policy' | 'entrySymbol' | 'trustedKey'>,
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
    void shell.err.lines([cleaned`opening ${count(opened.length, 'plugin')} in child processes, ${seconds} s each at most`]);
  }, SILENCE);
  try {
    await openAll(opened, { limit: timeout, flags: flagsOf(askedFrom(options, shell.env)) }, shell, (path, probe) =>
      probes.set(path, probe),
    );
  } finally {
    clearTimeout(patience);
  }
  return probes;
}

const FOUND = 'the host was found, not named: --collector FILE names it, --load opens plugins in it all the same';

/** What a Collector is to ask of plugins. One of before there were policies knows no flag for the one that all have. */
export type Asks = Required<Pick<Asked, 'policy' | 'trusted'>>;

/** The flags that say so. @param skip to start without plugins that it does not load. */
export function flagsOf({ policy, trusted }: Asks, ...skip: readonly 'skip'[]): string[] {
  const words = [...(policy === 'exact' ? [] : [policy]), ...skip];
  const keys = trusted.map((key) => `--plugin-trusted-key=${packPublicKey(key).toString('base64')}`);
  return [...(words.length > 0 ? [`--plugin-policy=${words.join(',')}`] : []), ...keys];
}

async function openAll(
  opened: readonly { readonly record: JudgedRecord; readonly collector: string }[],
  { limit, flags }: { readonly limit: number; readonly flags: readonly string[] },
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
          probe({ collector, plugin: record.path, pin: record.pin, limit, flags, environment: shell.env }, processes),
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
