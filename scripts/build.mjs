// One esbuild step: cli.tsx -> dist/cli.js and its chunks. One-shot commands load cli.js alone;
// Ink, React and yoga sit in the explorer's chunk, which is imported only when the explorer opens.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { build } from 'esbuild';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));
const result = await build({
  entryPoints: { cli: 'cli.tsx' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  chunkNames: '[name]-[hash]',
  metafile: true,
  write: false,
  logLevel: 'warning',
  // Ink asks for its devtools only when DEV is true; React picks its build by NODE_ENV.
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"', OCX_VERSION: JSON.stringify(version) },
  external: ['react-devtools-core'],
  // CommonJS dependencies (ink-table, elfy) call require for Node's own modules.
  banner: {
    js: "#!/usr/bin/env node\nimport{createRequire as __ocxRequire}from'node:module';const require=__ocxRequire(import.meta.url);",
  },
});
// Whoever runs ocx meanwhile has the old command or the new one, never none: chunks first, cli.js by rename, then what is left over.
await mkdir('dist', { recursive: true });
const files = result.outputFiles.toSorted((a, b) => Number(a.path.endsWith('/cli.js')) - Number(b.path.endsWith('/cli.js')));
for (const { path, contents } of files) {
  await writeFile(`${path}.new`, contents, { mode: path.endsWith('/cli.js') ? 0o755 : 0o644 });
  await rename(`${path}.new`, path);
}
const kept = new Set(files.map(({ path }) => basename(path)));
for (const name of await readdir('dist')) if (!kept.has(name)) await rm(`dist/${name}`, { recursive: true });
for (const [file, { bytes }] of Object.entries(result.metafile.outputs))
  console.log(`${file}  ${bytes.toLocaleString('en')} bytes`);
