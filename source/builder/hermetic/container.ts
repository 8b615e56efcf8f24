import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { BuildError } from '../buildError.js';
import { ownFiles } from '../ownPackage.js';
import { DOCKERFILE, dockerfile, dockerfileHash } from './dockerfile.js';
import type { RecordedContainer } from './environment.js';
import type { Image } from './images.js';
import type { Layout } from './layout.js';
import { NO_NETWORK_C } from './noNetwork.js';

export interface ContainerRequest {
  readonly layout: Layout;
  readonly images: readonly Image[];
  readonly rust: boolean;
  readonly ocxVersion: string;
  /** Text of the lock file to build by; null when there is none yet. */
  readonly lock: { readonly name: string; readonly text: string } | null;
  /** Folders that are no source, wherever they lie: what this build and earlier ones wrote. */
  readonly except: readonly string[];
}

/**
 * Writes the folder that a container is built from, anew: Dockerfile, ocx itself, the sources, and what is recorded of the
 * container. It holds all that the build needs besides images and the network.
 * @returns the text of the Dockerfile.
 */
export function writeContainer(folder: string, request: ContainerRequest): string {
  const { layout, images, rust, lock } = request;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { directory, file, output } = layout;
  const text = dockerfile({ images, directory, file, output, rust });
  const ocx = copyOcx(join(folder, 'ocx'));
  const recorded: RecordedContainer = {
    format_version: 1,
    dockerfile: dockerfileHash(text),
    images: Object.fromEntries(images.map(({ role, reference }) => [role, reference])),
    ocx: `${request.ocxVersion} sha256:${ocx}`,
  };
  writeFileSync(join(folder, DOCKERFILE), text);
  writeFileSync(join(folder, 'no-network.c'), NO_NETWORK_C);
  writeFileSync(join(folder, 'environment.json'), `${JSON.stringify(recorded, null, 2)}\n`);
  for (const source of layout.sources)
    copySources(source, join(folder, 'project', relative(layout.root, source)), request.except);
  mkdirSync(join(folder, 'project', directory), { recursive: true });
  if (lock !== null) writeFileSync(join(folder, 'project', directory, dirname(file), lock.name), lock.text);
  return text;
}

const NOT_COPIED = new Set(['.git', '.hg', '.svn', '.bzr']);

function copySources(from: string, to: string, except: readonly string[]): void {
  if (!existsSync(from)) throw new BuildError(`${from} is not there, and the build file names it`);
  cpSync(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
    filter: (path) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      return !NOT_COPIED.has(name) && !except.includes(path) && !existsSync(join(path, CACHE_TAG));
    },
  });
}

/** Marks what cargo, and others, can make again: https://bford.info/cachedir. */
const CACHE_TAG = 'CACHEDIR.TAG';

/**
 * Copies what of this package a build needs.
 * @returns sha256 over the sorted hashes of the files.
 */
function copyOcx(to: string): string {
  for (const { path, file } of ownFiles()) cpSync(file, join(to, path));
  // Node takes `.js` for a module where the package says so.
  writeFileSync(join(to, 'package.json'), '{"name":"ocx","type":"module"}\n');
  const lines = filesOf(to).map((file) => `${hash(readFileSync(join(to, file)))}  ${file}\n`);
  return hash(lines.join(''));
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function hash(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
