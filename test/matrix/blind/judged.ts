import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Opening } from './axes.ts';

/** What ocx says of one file, by its bytes alone. */
export interface Judged {
  readonly load: 'loads' | 'fails' | 'crashes' | 'unknown' | 'ignored' | 'turned away' | 'no answer';
  readonly cause: string;
  /** What ocx says that the loader will print; null where it says none. */
  readonly message: string | null;
  readonly codes: readonly string[];
}

interface Printed {
  readonly plugins: readonly {
    readonly path: string;
    readonly order: number | null;
    readonly state: 'judged' | 'ignored';
    readonly because?: string;
    readonly load?: 'loads' | 'fails' | 'crashes' | 'unknown';
    readonly cause?: string;
    readonly findings?: readonly { readonly code: string; readonly severity: string; readonly loader_message: string | null }[];
  }[];
}

/** `ocx plugins validate FILE --collector HOST --entry-symbol Entry --output json --no-load`: the file alone. */
export function judgeAlone(cli: string, { host, plugins, environment }: Opening): Judged {
  return ask(cli, ['validate', ...plugins, '--collector', host], 1, environment)[0] ?? silent('');
}

/** `ocx plugins check-all` of a discovery file: the files in this order in one process. */
export function judgeInOrder(cli: string, { host, plugins, environment }: Opening, folder: string): Judged[] {
  const file = join(folder, 'sequence.json');
  writeFileSync(file, JSON.stringify({ host, plugins: plugins.map((path) => ({ path })) }));
  return ask(cli, ['check-all', file], plugins.length, environment);
}

function ask(cli: string, words: readonly string[], count: number, environment: Opening['environment']): Judged[] {
  const { LD_LIBRARY_PATH: _path, LD_PRELOAD: _preload, ...env } = process.env;
  const child = spawnSync(
    process.execPath,
    [cli, 'plugins', ...words, '--entry-symbol', 'Entry', '--output', 'json', '--no-load'],
    {
      encoding: 'utf8',
      env: { ...env, ...environment },
      timeout: 60_000,
      killSignal: 'SIGKILL',
      maxBuffer: 1 << 28,
    },
  );
  try {
    if (child.status === 2 && child.stdout === '')
      return Array.from({ length: count }, () => turnedAway(child.stderr.split('\n')[0] ?? ''));
    const { plugins }: Printed = JSON.parse(child.stdout);
    // Ignored files are printed last and without their place; a sequence that has one is answered by position only when it has none.
    const judged = plugins.map((one): Judged => {
      if (one.state === 'ignored') return { load: 'ignored', cause: one.because ?? '', message: null, codes: [] };
      const findings = one.findings ?? [];
      return {
        load: one.load ?? 'no answer',
        cause: one.cause ?? '',
        message: findings.find(({ loader_message: text }) => text !== null)?.loader_message ?? null,
        codes: findings.filter(({ severity }) => severity !== 'note').map(({ code }) => code),
      };
    });
    return judged.length === count
      ? judged
      : Array.from({ length: count }, () => silent(`${judged.length} answers for ${count} files`));
  } catch {
    return Array.from({ length: count }, () =>
      silent((child.stderr || `no answer, ${child.signal ?? child.status}`).split('\n')[0] ?? ''),
    );
  }
}

/** Exit code 2 and a sentence: the file is no file that ocx opens. */
const turnedAway = (cause: string): Judged => ({ load: 'turned away', cause, message: null, codes: [] });
const silent = (cause: string): Judged => ({ load: 'no answer', cause, message: null, codes: [] });
