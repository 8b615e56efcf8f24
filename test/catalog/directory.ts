import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

const made: string[] = [];
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A directory of its own for one test, with copies of fixtures under other names. Removed after the test. */
export function directoryWith(files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'ocx-test-'));
  made.push(directory);
  for (const [name, fixture] of Object.entries(files)) copyFileSync(`fixtures/${fixture}`, join(directory, name));
  return directory;
}
