import type { HostRecord, JudgedRecord } from './record.js';

/** What opening a plugin in a child process of its Collector can show. Only `loads` is good; `not probed` decides nothing. */
export const PROBE_OUTCOMES = ['loads', 'fails', 'panics', 'exits', 'crashes', 'hangs', 'not probed'] as const;
export type ProbeOutcome = (typeof PROBE_OUTCOMES)[number];

/** What a probe of one plugin showed. Strings are the plugin's own: clean them at the sink. */
export interface Probe {
  readonly outcome: ProbeOutcome;
  /** The error, the panic, what the process ended of, or why it was not probed. */
  readonly message: string | null;
  /** What the plugin registered. */
  readonly components: readonly ProbedComponent[];
  /** Null when it was not probed. */
  readonly milliseconds: number | null;
  /**
   * True when it loads as its bytes say, false when it does not and they should have told. Null where what happened is
   * the plugin's own doing (a panic in init, an error of its entry function), and when it was not probed.
   */
  readonly asPredicted: boolean | null;
}

export interface ProbedComponent {
  readonly kind: string;
  readonly type: string;
  /** Signal to level: `traces: beta`. */
  readonly stability: Readonly<Record<string, string>>;
}

export function notProbed(because: string): Probe {
  return { outcome: 'not probed', message: because, components: [], milliseconds: null, asPredicted: null };
}

/** A plugin whose probe shows this is bad, whatever its verdict. */
export function isBad({ outcome }: Probe): boolean {
  return outcome !== 'loads' && outcome !== 'not probed';
}

/** Why this plugin is not opened, whatever the host; null when it is. What would not load is not opened. */
export function whyPluginNotProbed({ judgement: { verdict } }: JudgedRecord): string | null {
  if (verdict === 'unknown') return 'whether it loads is unknown: only what is known to load is opened';
  return verdict === 'loads' ? null : 'it would not load';
}

/** The module that is compiled into Collectors of `ocx build` (runtime/go): it has the command `plugins probe`. */
const RUNTIME = 'ocx.dev/runtime';
/** The module of a Collector's command line: it has the command `validate`. */
const OTELCOL = 'go.opentelemetry.io/collector/otelcol';

/**
 * Why this host can open no plugin for us; null when it can.
 * @param machine what programs of run here: `linux/amd64`.
 */
export function whyHostNotProbes(host: HostRecord, machine: string): string | null {
  const notRun = whyNotRun(host, machine);
  if (notRun !== null) return notRun;
  return hasModule(host, RUNTIME) ? null : `the host was not made by ocx build: it has no plugins probe`;
}

/** Why this host can check no configuration for us; null when it can. */
export function whyHostNotValidates(host: HostRecord, machine: string): string | null {
  const notRun = whyNotRun(host, machine);
  if (notRun !== null) return notRun;
  return hasModule(host, OTELCOL) ? null : 'the host is no OpenTelemetry Collector: it has no validate command';
}

/** Whether it loads plugins when it is told `--plugin-dir`. */
export function takesPluginFlags(host: HostRecord): boolean {
  return hasModule(host, RUNTIME);
}

function whyNotRun(host: HostRecord, machine: string): string | null {
  if (host.state !== 'read') return `no Collector binary given: ${host.because}`;
  if (host.form === 'profile') return 'the host is a profile: the binary can be given with --collector';
  return host.platform === null || host.platform === machine
    ? null
    : `the host is for ${host.platform}, this machine is ${machine}`;
}

function hasModule(host: HostRecord, path: string): boolean {
  if (host.state !== 'read') return false;
  const info = host.evidence.go?.buildInfo;
  return [...(info?.main ? [info.main] : []), ...(info?.deps ?? [])].some((module) => module.path === path);
}
