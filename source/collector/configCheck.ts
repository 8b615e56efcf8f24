import { resolve } from 'node:path';
import type { ConfigCheck } from '../catalog/configCheck.js';
import type { Place } from '../catalog/record.js';
import { NotStarted } from './childProcesses.js';
import type { Runner } from './probe.js';

/** Longer than any Collector needs, however many plugins it loads first (ms). */
const LIMIT = 60_000;
const KEPT = 1 << 20;

export interface ConfigRequest {
  readonly collector: string;
  /** Where the plugins are that it is to load first; null for a Collector that loads none. */
  readonly plugins: Place | null;
  /** What it asks of them: `--plugin-policy=skip`. */
  readonly flags: readonly string[];
  readonly config: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Asks a Collector whether it accepts a configuration: `otelcol validate --config FILE`, with the plugins it would load.
 * A plugin that is refused is left out, so that the answer is about the configuration.
 * @throws Stopped.
 */
export async function checkConfig(
  { collector, plugins, flags, config, environment }: ConfigRequest,
  runner: Runner,
): Promise<ConfigCheck> {
  try {
    const { code, signal, stdout, stderr, milliseconds, overtime } = await runner.run({
      argv: [resolve(collector), 'validate', `--config=${config}`, ...pluginFlags(plugins, flags)],
      directory: process.cwd(),
      environment,
      limit: LIMIT,
      kept: KEPT,
    });
    const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.trim() !== '');
    if (overtime) lines.push(`no answer within ${LIMIT / 1000} s`);
    else if (signal !== null) lines.push(`it was ended by ${signal}`);
    return { accepted: code === 0, lines, milliseconds };
  } catch (error) {
    if (error instanceof NotStarted) return { accepted: false, lines: [error.message], milliseconds: 0 };
    throw error;
  }
}

function pluginFlags(place: Place | null, flags: readonly string[]): string[] {
  if (place === null) return [];
  const paths = place.paths.map((path) => resolve(path));
  const where = place.kind === 'directories' ? paths.map((path) => `--plugin-dir=${path}`) : [`--plugin-list=${paths[0] ?? ''}`];
  return [...where, ...flags];
}
