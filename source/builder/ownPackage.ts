import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Packed, tarPieces } from '../distribution/pack/tarWriter.js';
import { BuildError } from './buildError.js';
import { CRATE_FOLDER, crateFiles } from './init/crateFiles.js';
import { findRuntime } from './runtimeModule.js';

/** One file of this package. */
export interface OwnFile {
  /** In the package, with `/`: `dist/cli.js`. */
  readonly path: string;
  /** Where it lies here, absolute. */
  readonly file: string;
}

/**
 * What of this package a build needs, wherever it runs: the command, which has all that it depends on in it, and its runtime for
 * Collectors. Sorted by path.
 * @throws BuildError when the command was not built: this runs from sources.
 */
export function ownFiles(): OwnFile[] {
  const command = commandFolder();
  const runtime = findRuntime();
  const scripts = readdirSync(command)
    .filter((name) => /\.c?js$/.test(name))
    .map((name) => ({ path: `dist/${name}`, file: join(command, name) }));
  const sources = filesBelow(runtime, (path) => !/(_test\.go|\/testdata)$/.test(path)).map((file) => ({
    path: `runtime/go/${relative(runtime, file).split(sep).join('/')}`,
    file,
  }));
  return [...scripts, ...sources].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * This ocx as one file, laid out as `npm pack` does it: `npm install --global FILE` takes it, and so does tar. The same ocx is the same
 * tar, packed anywhere (the gzip around it is that of the Node that packed).
 * @throws BuildError when the command was not built.
 */
export function ownArchive(version: string): Uint8Array {
  const about = {
    name: 'ocx',
    version,
    license: 'Apache-2.0',
    type: 'module',
    bin: { ocx: 'dist/cli.js' },
    engines: { node: '>=20.19' },
  };
  const licence = join(commandFolder(), '..', 'LICENSE');
  const files = [...ownFiles(), ...(existsSync(licence) ? [{ path: 'LICENSE', file: licence }] : [])];
  const packed: Packed[] = [
    ofBytes('package.json', Buffer.from(`${JSON.stringify(about, null, 2)}\n`)),
    ...files.map(({ path, file }) => ofBytes(path, readFileSync(file))),
    // What `ocx init --lang rust` writes.
    ...crateFiles().map(({ path, text }) => ofBytes(`runtime/rust${path.slice(CRATE_FOLDER.length)}`, Buffer.from(text))),
  ];
  return gzipSync(Buffer.concat([...tarPieces(packed)]), { level: 9 });
}

function ofBytes(path: string, bytes: Uint8Array): Packed {
  return { path: `package/${path}`, mode: path === 'dist/cli.js' ? 0o755 : 0o644, size: bytes.length, content: { bytes } };
}

/** `dist` of this package: where this code runs from, bundled. */
function commandFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'dist');
    if (existsSync(join(candidate, 'cli.js'))) return candidate;
    if (dirname(folder) === folder) throw new BuildError('dist/cli.js of ocx is not there: npm run build makes it');
  }
}

function filesBelow(folder: string, isWanted: (path: string) => boolean): string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter(isWanted)
    .flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path, isWanted) : [path]));
}
