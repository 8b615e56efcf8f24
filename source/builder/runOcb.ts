import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError } from './buildError.js';
import type { Configuration } from './configuration.js';
import type { Ocb } from './ocb.js';
import type { Workshop } from './sources.js';

/**
 * Lets ocb write `components.go`, `main.go` and `go.mod`. Its go command is one that does nothing: the modules are
 * fetched once, by us, with those of the plugins among them.
 */
export async function runOcb(configuration: Configuration, ocb: Ocb, workshop: Workshop): Promise<void> {
  const file = join(workshop.folder, 'ocb.yaml');
  writeFileSync(file, configuration.ocbFile(workshop.folder, 'true'));
  await run([`--config=${file}`, '--skip-compilation', '--skip-strict-versioning'], configuration, ocb, workshop);
}

/** Notes down what it is called with, and does nothing else. */
const RECORDER = `#!/bin/sh
if [ "$1" = build ]; then printf '%s\\n' "$@" > "$0.arguments"; fi
`;

/** The tags ocb would compile with: which detectors there are to leave out is known to each release of it alone. */
export async function askTags(configuration: Configuration, ocb: Ocb, workshop: Workshop): Promise<readonly string[]> {
  const recorder = join(workshop.folder, 'ocb-go');
  writeFileSync(recorder, RECORDER, { mode: 0o755 });
  const file = join(workshop.folder, 'ocb-tags.yaml');
  writeFileSync(file, configuration.ocbFile(workshop.folder, recorder));
  await run([`--config=${file}`, '--skip-generate', '--skip-get-modules'], configuration, ocb, workshop);
  const called = readFileSync(`${recorder}.arguments`, 'utf8').split('\n');
  const at = called.indexOf('-tags');
  return at < 0 ? configuration.tags : (called[at + 1] ?? '').split(/[\s,]+/).filter(Boolean);
}

async function run(
  flags: readonly string[],
  { file }: Configuration,
  ocb: Ocb,
  { children, environment }: Workshop,
): Promise<void> {
  const ended = await children.run({
    argv: [ocb.path, ...flags],
    // Relative paths in the file are relative to where the command runs.
    directory: process.cwd(),
    environment,
    limit: 60_000,
  });
  if (ended.code === 0) return;
  const said = `${ended.stderr}\n${ended.stdout}`.split('\n').filter((line) => line.startsWith('Error: '));
  throw new BuildError(
    `ocb ${ocb.version} refuses ${file}`,
    said.map((line) => line.slice('Error: '.length)),
  );
}
