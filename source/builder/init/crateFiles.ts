import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProjectFile } from './project.js';

/** Where the crate is put in a project: it is not on a registry. */
export const CRATE_FOLDER = 'otelcol-plugin';

/** What a project needs of `runtime/rust`: not its tests, not what was built of them. */
const PARTS = ['Cargo.toml', 'README.md', 'build.rs', 'src', 'macros'];

/** The crate otelcol-plugin as this ocx has it, as files of a project. */
export function crateFiles(): ProjectFile[] {
  const crate = findCrate();
  return PARTS.flatMap((part) => filesIn(join(crate, part))).map((file) => {
    const path = relative(crate, file).split(sep).join('/');
    const text = readFileSync(file, 'utf8');
    return { path: `${CRATE_FOLDER}/${path}`, text: path === 'Cargo.toml' ? withoutTests(text) : text };
  });
}

/** The members of its workspace that a project gets. */
export function withoutTests(cargoToml: string): string {
  return cargoToml.replace(/^members = \[.*?\]$/ms, 'members = ["macros"]');
}

/** `runtime/rust` of this package: beside `dist` when installed, beside `source` in the repository. */
function findCrate(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'runtime', 'rust');
    if (existsSync(join(candidate, 'Cargo.toml'))) return candidate;
    if (dirname(folder) === folder) throw new Error('runtime/rust is not in this package');
  }
}

function filesIn(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(join(path, name)));
}
