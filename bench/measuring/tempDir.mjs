import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs `use` with a directory of its own and removes it afterwards, also on Ctrl-C: a benchmark leaves nothing behind. */
export async function withTempDir(use) {
  const directory = mkdtempSync(join(tmpdir(), 'ocx-bench-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const stop = () => {
    remove();
    process.exit(130);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    return await use(directory);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    remove();
  }
}
