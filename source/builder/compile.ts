import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError } from './buildError.js';
import { goErrors, seenFrom } from './goErrors.js';
import { noteAssembler } from './noteAssembler.js';
import type { GoPlanned } from './plan.js';
import type { Workshop } from './sources.js';

/** Builds one artifact to `target`, its manifest and descriptors within and in the files beside it. */
export async function compile(
  planned: GoPlanned,
  descriptors: string,
  target: string,
  { children, environment, folder, go }: Workshop,
): Promise<number> {
  const notes = noteAssembler([
    { type: 1, text: planned.manifestText },
    { type: 2, text: descriptors },
  ]);
  writeFileSync(join(folder, planned.folder, 'manifest.S'), notes);
  const ended = await children.run({
    argv: [go, 'build', ...planned.flags, '-o', target, `./${planned.folder}`],
    directory: folder,
    environment,
    limit: null,
  });
  if (ended.code !== 0) {
    throw new BuildError(`${planned.title} does not compile`, seenFrom(process.cwd(), goErrors(ended.stderr), folder));
  }
  writeFileSync(`${target}.manifest.json`, planned.manifestText);
  return statSync(target).size;
}
