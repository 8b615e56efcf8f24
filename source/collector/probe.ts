import { resolve } from 'node:path';
import { notProbed, type Probe } from '../catalog/probe.js';
import type { ChildProcesses, Ended } from './childProcesses.js';
import { NotStarted } from './childProcesses.js';
import { readProbeReport } from './probeReport.js';

/** What a Collector that keeps its own time limit may need beyond it (ms): to start, to judge the file, to answer. */
const BEYOND = 10_000;
/** More than any report, of each stream. */
const KEPT = 1 << 20;

/** Anything that runs a command: the build has one that keeps a log. */
export type Runner = Pick<ChildProcesses, 'run'>;

export interface ProbeRequest {
  /** A Collector with our runtime (`whyHostNotProbes`). */
  readonly collector: string;
  readonly plugin: string;
  /** SHA-256 that it must have; null when nothing pins it. A Collector of before pins were looked at there knows no flag for it. */
  readonly pin: string | null;
  /** Milliseconds the plugin may take. */
  readonly limit: number;
  /** Flags it is started with besides: `--plugin-policy=abi`, since it judges before it opens. */
  readonly flags?: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Lets a Collector open one plugin for real, in a child process of its own (`plugins probe`, runtime/go/commands/probe.go).
 * Always an answer, within the limit and some seconds; a Collector that can't give one is `not probed`.
 * @throws Stopped.
 */
export async function probe(
  { collector, plugin, pin, limit, flags = [], environment }: ProbeRequest,
  runner: Runner,
): Promise<Probe> {
  const pinned = pin === null ? [] : ['--pin', `${pin}:${resolve(plugin)}`];
  let ended: Ended;
  try {
    ended = await runner.run({
      argv: [resolve(collector), 'plugins', 'probe', `--timeout=${limit}ms`, ...flags, ...pinned, '--', resolve(plugin)],
      directory: process.cwd(),
      environment,
      limit: limit + BEYOND,
      kept: KEPT,
    });
  } catch (error) {
    if (error instanceof NotStarted) return notProbed(error.message);
    throw error;
  }
  const report = readProbeReport(ended.stdout);
  if (report) return report;
  if (ended.overtime) return notProbed(`the Collector gave no answer within ${(limit + BEYOND) / 1000} s`);
  return notProbed(`the Collector gave no report: ${lastWords(ended)}`);
}

function lastWords({ code, signal, stderr }: Ended): string {
  const line = stderr.split('\n').find((text) => text.trim() !== '');
  const end = signal === null ? `exit code ${code}` : `ended by ${signal}`;
  return line === undefined ? end : `${end}, ${line.trim().slice(0, 300)}`;
}
