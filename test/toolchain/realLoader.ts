import { spawnSync } from 'node:child_process';

/** What opening a file really did. */
export interface Outcome {
  /** `not measured`: this host has no such loader (dlopen without cgo). */
  readonly outcome: 'loads' | 'fails' | 'crashes' | 'not measured';
  readonly message: string;
}

/** Opens `file` with the real loader, in a process of its own (`fixtures/src/go/host`). Paths are given as ocx gives them. */
export function open(host: string, file: string, language: 'go' | 'rust'): Outcome {
  const { stdout, stderr, signal } = spawnSync(host, ['probe', '--lang', language, file], {
    encoding: 'utf8',
    timeout: 20_000,
    env: { ...process.env, LC_ALL: 'C' },
  });
  const line = stdout.split('\n').find((text) => text.startsWith('{"file":'));
  if (!line) return { outcome: 'crashes', message: `${signal ?? ''} ${stderr.split('\n')[0]}`.trim() };
  const { outcome, message = '' } = JSON.parse(line);
  // What a plugin answers to a call is its own word: opening it went well.
  const answered = /^register_collector_plugin returned /.test(message);
  return { outcome: answered ? 'loads' : outcome, message };
}
