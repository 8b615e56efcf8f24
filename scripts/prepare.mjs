// Runs on `npm ci` (as postprepare, which npm runs for this folder alone: a `prepare` would be a script that users of the package
// are asked to allow) and before `npm pack`: unpacks the fixtures and builds dist/, so that `npm start`, `npx ocx` and the tests work at once.
// With `npm ci --omit=dev` the tools for both are not there; that is not an error, there is just nothing to prepare.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const steps = [
  { script: 'fixtures/unpack.mjs', needs: 'tar', what: 'fixtures' },
  { script: 'scripts/build.mjs', needs: 'esbuild', what: 'dist/' },
];
for (const { script, needs, what } of steps) {
  if (!existsSync(script)) continue;
  if (!existsSync(`node_modules/${needs}`)) {
    console.log(`ocx: ${what} not made: ${needs} is a development dependency and is not installed`);
    continue;
  }
  const { status } = spawnSync(process.execPath, [script], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
