import type { ConfigCheck } from '../catalog/configCheck.js';
import type { Probe } from '../catalog/probe.js';
import type { Place } from '../catalog/record.js';

/** Runs a Collector for the explorer, which itself starts no process. */
export interface Prober {
  /** Milliseconds a plugin may take. */
  readonly limit: number;
  /** So many plugins are open at a time. */
  readonly atOnce: number;
  /** Begins a series that can be stopped as one. */
  begin(): Probing;
}

export interface Probing {
  /** Opens a plugin in a child process of the Collector; null when it was stopped. `pin`: the SHA-256 that it must have; null for any. */
  probe(collector: string, plugin: string, pin: string | null): Promise<Probe | null>;
  /** Asks a Collector whether it accepts a configuration; null when it was stopped. */
  checkConfig(collector: string, plugins: Place | null, config: string): Promise<ConfigCheck | null>;
  /** Ends all that runs. */
  stop(): void;
}
