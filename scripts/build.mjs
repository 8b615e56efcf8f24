// One esbuild step: cli.tsx -> dist/cli.js and its chunks. One-shot commands load cli.js alone;
// Ink, React and yoga sit in the explorer's chunk, which is imported only when the explorer opens.
import { chmod, readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));
await rm('dist', { recursive: true, force: true });
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
  logLevel: 'warning',
  // Ink asks for its devtools only when DEV is true; React picks its build by NODE_ENV.
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"', OCX_VERSION: JSON.stringify(version) },
  external: ['react-devtools-core'],
  // CommonJS dependencies (ink-table, elfy) call require for Node's own modules.
  banner: {
    js: "#!/usr/bin/env node\nimport{createRequire as __ocxRequire}from'node:module';const require=__ocxRequire(import.meta.url);",
  },
});
await chmod('dist/cli.js', 0o755);
for (const [file, { bytes }] of Object.entries(result.metafile.outputs))
  console.log(`${file}  ${bytes.toLocaleString('en')} bytes`);
