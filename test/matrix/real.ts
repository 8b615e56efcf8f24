import { spawnSync } from 'node:child_process';

/** What opening one file really did. */
export interface Real {
  readonly outcome: 'loads' | 'fails' | 'crashes' | 'hangs' | 'not measured';
  /** The error as the host got it; of a crash the first line of the runtime. */
  readonly message: string;
  /** `%T` of each export that was asked for, or the error of its look-up. */
  readonly types: Readonly<Record<string, string>>;
}

/** A file, and exports of it to look up. */
export interface Opened {
  readonly path: string;
  /** `plugin.Open`, or `dlopen` as a host of Rust plugins opens them. */
  readonly how: 'go' | 'c';
  readonly names: readonly string[];
}

const TIMEOUT = 10_000;

/** Opens the files in one process of the host, in order. After a crash there are no more answers. `under`: what runs it, if not this machine. */
export function open(host: string, files: readonly Opened[], under: readonly string[] = []): Real[] {
  const { LD_LIBRARY_PATH: _path, LD_PRELOAD: _preload, ...env } = process.env;
  const [program = '', ...args] = [...under, host];
  const child = spawnSync(program, [...args, ...files.map(({ path, how, names }) => `${how}:${names.join(',')}:${path}`)], {
    encoding: 'utf8',
    timeout: TIMEOUT,
    killSignal: 'SIGKILL',
    maxBuffer: 1 << 26,
    env: { ...env, LC_ALL: 'C', GOTRACEBACK: 'single' },
  });
  const answers = child.stdout
    .split('\n')
    .filter((line) => line.startsWith('{"outcome"'))
    .map((line): Real => JSON.parse(line));
  if (answers.length === files.length) return answers;
  const hangs = child.error && 'code' in child.error && child.error.code === 'ETIMEDOUT';
  return [...answers, { outcome: hangs ? 'hangs' : 'crashes', message: lastWords(child.stderr, child.signal), types: {} }];
}

function lastWords(stderr: string, signal: string | null): string {
  const line = stderr.split('\n').find((text) => /^(fatal error|panic|unexpected fault|SIG|runtime:|==\d+==)/.test(text));
  return [signal, line].filter(Boolean).join(': ') || (stderr.split('\n')[0] ?? '');
}
