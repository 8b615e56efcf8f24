// One esbuild step: cli.tsx -> dist/cli.js and its chunks. One-shot commands load cli.js alone;
// Ink, React and yoga sit in the explorer's chunk, which is imported only when the explorer opens.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { build } from 'esbuild';
import { leanParts } from './leanParts.mjs';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));
const yaml = await build({
  entryPoints: { yaml: 'yaml' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  write: false,
  logLevel: 'warning',
});
const result = await build({
  entryPoints: { cli: 'cli.tsx' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Node 20 has them: a literal is parsed when its function runs, a constructor call wherever it stands.
  supported: { 'regexp-set-notation': true, 'regexp-unicode-property-escapes': true },
  minify: true,
  legalComments: 'none',
  chunkNames: '[name]-[hash]',
  metafile: true,
  write: false,
  logLevel: 'warning',
  // Ink asks for its devtools only when DEV is true; React picks its build by NODE_ENV.
  // Yoga, asked for `fetch`, would load the whole HTTP client of Node (50 ms) for bytes that it brings along.
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',
    fetch: 'undefined',
    OCX_VERSION: JSON.stringify(version),
  },
  plugins: [leanParts()],
  external: ['react-devtools-core'],
  // CommonJS dependencies (ink-table, elfy) call require for Node's own modules.
  banner: {
    js: "#!/usr/bin/env node\nimport{createRequire as __ocxRequire}from'node:module';const require=__ocxRequire(import.meta.url);",
  },
});
// Whoever runs ocx meanwhile has the old command or the new one, never none: chunks first, cli.js by rename, then what is left over.
await mkdir('dist', { recursive: true });
const files = [...yaml.outputFiles, ...result.outputFiles].toSorted(
  (a, b) => Number(a.path.endsWith('/cli.js')) - Number(b.path.endsWith('/cli.js')),
);
for (const { path, contents } of files) {
  await writeFile(`${path}.new`, contents, { mode: path.endsWith('/cli.js') ? 0o755 : 0o644 });
  await rename(`${path}.new`, path);
}
const kept = new Set(files.map(({ path }) => basename(path)));
for (const name of await readdir('dist')) if (!kept.has(name)) await rm(`dist/${name}`, { recursive: true });
for (const [file, { bytes }] of Object.entries(result.metafile.outputs))
  console.log(`${file}  ${bytes.toLocaleString('en')} bytes`);
