import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** What a program that embeds ocx would call, in one module: the same source as dist/, built the same way. */
const EXPORTS = `
export { FileSource } from './source/binary/reader/byteSource.ts';
export { gatherEvidence } from './source/evidence/gather.ts';
export { openHost } from './source/catalog/host.ts';
export { judge } from './source/verdict/judge.ts';
export { SYSTEM_LIBRARIES } from './source/catalog/systemLibraries.ts';
`;

/** Bundles the readers and the rules into `scratch` and imports them. */
export async function importCore(scratch) {
  const directory = join(scratch, 'core');
  mkdirSync(directory, { recursive: true });
  const outfile = join(directory, 'core.mjs');
  await build({
    stdin: { contents: EXPORTS, resolveDir: process.cwd(), loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    logLevel: 'warning',
    banner: { js: "import{createRequire as __ocxRequire}from'node:module';const require=__ocxRequire(import.meta.url);" },
  });
  return import(pathToFileURL(outfile).href);
}
