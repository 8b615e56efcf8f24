import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

const made: string[] = [];
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/**
 * A directory of its own for one test, with copies of fixtures under other names. Removed after the test. What lies beside it is the
 * test's own too: a Collector is looked for there, and anything may lie in the system's temporary directory.
 */
export function directoryWith(files: Readonly<Record<string, string>> = {}): string {
  const parent = mkdtempSync(join(tmpdir(), 'ocx-test-'));
  made.push(parent);
  const directory = join(parent, 'plugins');
  mkdirSync(directory);
  for (const [name, fixture] of Object.entries(files)) copyFileSync(`fixtures/${fixture}`, join(directory, name));
  return directory;
}
