import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type Configuration, rustPlugins } from '../configuration.js';

/** Which files of this machine a build is made of, and how they lie to each other: so they lie in the container too. */
export interface Layout {
  /** The folder that all of them are below, absolute: `/project` in the container. */
  readonly root: string;
  /** Folders, none inside another, and the build file; absolute. */
  readonly sources: readonly string[];
  /** Where the command runs, relative to the root. */
  readonly directory: string;
  /** The build file, and where the build writes, relative to `directory`. */
  readonly file: string;
  readonly output: string;
}

/**
 * Works out what a container needs: the build file, and every folder that Go modules and Rust packages come from.
 * What a build writes lies to the sources as it does here, for Go notes in what it builds where a replaced module lies.
 *
 * @param directory where the command runs, absolute.
 */
export function layoutOf(
  configuration: Pick<Configuration, 'file' | 'outputPath' | 'plugins' | 'goFolders'>,
  directory: string,
): Layout {
  const { file, outputPath, goFolders } = configuration;
  const crates = rustPlugins(configuration).flatMap(({ cargo: { source } }) =>
    source.kind === 'folder' ? crateFolders(source.folder) : [],
  );
  const folders = outermost([...goFolders, ...crates]);
  // An output that has the sources in it could not be told from them.
  const output = isInside(directory, outputPath) ? join(directory, 'dist') : outputPath;
  const root = commonFolder([directory, dirname(file), output, ...folders]);
  return {
    root,
    sources: [...folders, ...(folders.some((folder) => isInside(file, folder)) ? [] : [file])],
    directory: relative(root, directory) || '.',
    file: relative(directory, file),
    output: relative(directory, output),
  };
}

/** A path, or one that it is below. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/**
 * The folder of a Rust package, its workspace, and packages that its Cargo.toml names by `path`, and theirs. Cargo knows
 * better, but need not be installed where a container does the work: what is missed is named by cargo there.
 */
export function crateFolders(folder: string): string[] {
  const found = new Set<string>();
  const visit = (at: string) => {
    const text = cargoToml(at);
    if (found.has(at) || text === null) return;
    found.add(at);
    for (const [, path = ''] of text.matchAll(/\bpath\s*=\s*"([^"]+)"/g)) visit(resolve(at, path));
  };
  visit(folder);
  for (const at of [...found]) {
    const workspace = workspaceOf(at);
    if (workspace !== null) visit(workspace);
  }
  return [...found];
}

/** The nearest folder above with a `[workspace]`, as cargo looks for it (cargo: util/workspace, find_workspace_root). */
function workspaceOf(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const text = cargoToml(at);
    if (text !== null && /^\s*\[workspace[\].]/m.test(text)) return at;
    if (dirname(at) === at) return null;
  }
}

function cargoToml(folder: string): string | null {
  const file = join(folder, 'Cargo.toml');
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function outermost(folders: readonly string[]): string[] {
  const all = [...new Set(folders)].sort();
  return all.filter((folder) => !all.some((other) => other !== folder && isInside(folder, other)));
}

function commonFolder(paths: readonly string[]): string {
  const [first = '/', ...others] = paths;
  let folder = first;
  while (!others.every((path) => isInside(path, folder))) folder = dirname(folder);
  return folder;
}
