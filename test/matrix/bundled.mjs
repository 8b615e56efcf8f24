import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles a TypeScript program and runs it with this process's arguments, in its terminal.
 * @param {string} program its entry file.
 * @returns {Promise<number>} its exit code; 1 where a signal ended it.
 */
export async function runBundled(program) {
  const folder = mkdtempSync(join(tmpdir(), 'ocx-matrix-'));
  try {
    const outfile = join(folder, 'main.mjs');
    await build({
      entryPoints: [program],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      logLevel: 'warning',
      banner: { js: "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);" },
    });
    return spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
