import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import type { Opening } from './axes.ts';

/** What a host really did with one file. */
export interface Truth {
  readonly outcome: 'loads' | 'fails' | 'crashes' | 'hangs';
  /** The error as the host got it; of a crash what the runtime said last. */
  readonly message: string;
}

/** The answers in order: none after a crash. `dies` is how the process ended when it ended after the last answer. */
export interface Run {
  readonly answers: readonly Truth[];
  readonly dies: string | null;
}

const TIMEOUT = 20_000;

/** Opens the files in one process of the host, in order, in the folder of the host. */
export function open({ host, plugins, environment }: Opening): Run {
  const { LD_LIBRARY_PATH: _path, LD_PRELOAD: _preload, ...env } = process.env;
  const child = spawnSync(host, [...plugins], {
    cwd: dirname(host),
    encoding: 'utf8',
    timeout: TIMEOUT,
    killSignal: 'SIGKILL',
    maxBuffer: 1 << 26,
    env: { ...env, ...environment, LC_ALL: 'C', GOTRACEBACK: 'single', BLIND_OPEN: plugins.join('\n') },
  });
  if (child.stdout === null) throw new Error(`${host} cannot be started: ${child.error?.message}`);
  const said = child.stdout.split('\n').flatMap((line) => {
    const [, outcome, hex] = /^OPENED (\w+) ([0-9a-f]*)$/.exec(line) ?? [];
    return outcome === undefined ? [] : [{ outcome, message: Buffer.from(hex ?? '', 'hex').toString('utf8') }];
  });
  const lives = said.some(({ outcome }) => outcome === 'lives');
  const answers = said.flatMap(({ outcome, message }): Truth[] =>
    outcome === 'loads' || outcome === 'fails' ? [{ outcome, message }] : [],
  );
  const end = lastWords(child.stderr, child.signal, child.status);
  if (answers.length === plugins.length) return { answers, dies: lives ? null : end };
  const late = child.error && 'code' in child.error && child.error.code === 'ETIMEDOUT';
  return { answers: [...answers, { outcome: late ? 'hangs' : 'crashes', message: late ? '' : end }], dies: null };
}

function lastWords(stderr: string, signal: string | null, status: number | null): string {
  const line = stderr
    .split('\n')
    .find((text) => /^(fatal error|panic|unexpected fault|SIG|runtime:|==\d+==|.*symbol lookup error)/.test(text));
  return [signal ?? `exit status ${status}`, line ?? stderr.split('\n')[0]].filter(Boolean).join(': ');
}
