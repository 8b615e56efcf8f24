import { THIS_MACHINE } from '../catalog/machine.js';
import { isBad } from '../catalog/probe.js';
import { probe as ask } from '../collector/probe.js';
import { BuildError } from './buildError.js';
import type { GoEnvironment } from './goManifest.js';
import type { Workshop } from './sources.js';

/** Milliseconds a plugin may take to open: longer than any sane init. */
const PATIENCE = 20_000;

/**
 * Lets the Collector that was built open a plugin for real, in a child of its own.
 * @returns what it registered: `processor redaction`.
 * @throws BuildError when it does not load.
 */
export async function probe(
  name: string,
  plugin: string,
  host: string,
  { GOOS, GOARCH }: GoEnvironment,
  { children, environment }: Workshop,
): Promise<string> {
  if (`${GOOS}/${GOARCH}` !== THIS_MACHINE) return `not tried: it is for ${GOOS}/${GOARCH}`;
  const report = await ask({ collector: host, plugin, pin: null, limit: PATIENCE, environment }, children);
  if (report.outcome === 'loads') return report.components.map(({ kind, type }) => `${kind} ${type}`).join(', ');
  throw new BuildError(
    `plugin ${name} ${isBad(report) ? OUTCOMES[report.outcome] : 'could not be tried'} when the Collector opens it`,
    report.message === null ? [] : report.message.split('\n'),
  );
}

const OUTCOMES: Readonly<Record<string, string>> = {
  fails: 'fails',
  panics: 'panics',
  exits: 'ends the process',
  crashes: 'crashes',
  hangs: 'hangs',
};
