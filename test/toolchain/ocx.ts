import { spawnSync } from 'node:child_process';

/** A plugin of `ocx plugins ... --output json` (spec/plugins-output.schema.json). */
export interface Reported {
  readonly path: string;
  readonly state: 'judged' | 'ignored';
  readonly verdict: string;
  readonly load: 'loads' | 'fails' | 'crashes' | 'unknown';
  /** With nothing else in the process, where the load plan makes that another verdict. */
  readonly alone?: { readonly load: Reported['load'] } | null;
  readonly language: 'go' | 'rust' | 'c' | null;
  readonly findings: readonly {
    code: string;
    severity: string;
    subject: string;
    host: string | null;
    loader_message: string | null;
    items: readonly { subject: string }[];
    cause: string | null;
    message: string;
    fix: string | null;
  }[];
  readonly inspection?: Inspection;
}

export interface Inspection {
  readonly go: {
    readonly build_info: { goVersion: string; deps: { path: string; version: string; sum: string; replace: unknown }[] } | null;
    readonly link_hashes: readonly { package: string; hash: string }[] | null;
  } | null;
}

/** Runs the command as a user does. */
export function ocx(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
}

export function ocxPlugins(...args: string[]): Reported[] {
  const { stdout, stderr } = ocx('plugins', ...args, '--output', 'json');
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout).plugins;
}
