// `npm test`: types, lint and the suite that needs Node alone. Types and lint run beside the suite: two cores are enough.
import { spawn } from 'node:child_process';

/** Runs one tool; its output appears in one piece when it ends, so that two tools do not interleave. */
function run(title, command, args, live) {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(command, args, {
      stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FORCE_COLOR: '' },
    });
    const output = [];
    if (!live) for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => output.push(data));
    child.on('error', (error) => output.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      if (code !== 0) process.stdout.write(Buffer.concat(output));
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'}  ${title}, ${seconds} s`);
      resolve(code === 0);
    });
  });
}

const bin = (name) => `node_modules/.bin/${name}`;
const fast = Promise.all([
  run('types (tsc)', bin('tsc'), ['--noEmit'], false),
  run('lint (biome: style, and the direction of imports)', bin('biome'), ['check', '--error-on-warnings'], false),
  run('docs (written from spec/findings.json)', process.execPath, ['scripts/docs.mjs', '--check'], false),
]);
// Tests of the command line run dist/cli.js, as users do: it must be that of these sources.
const built = await run('build (esbuild)', process.execPath, ['scripts/build.mjs'], false);
// .ci/run counts tests from this report.
const report = process.env.OCX_TEST_REPORT;
const reporters = report ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
const tests = await run('tests (vitest)', bin('vitest'), ['run', ...reporters, ...process.argv.slice(2)], true);
const passed = [...(await fast), built, tests].every(Boolean);
process.exit(passed ? 0 : 1);
