import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { sha256 } from '../folderHash.js';

/**
 * A crate from a folder has no checksum in Cargo.lock. It is hashed over the sorted hashes of those of its files that
 * `cargo package` would look at (cargo: src/cargo/sources/path.rs): no `target`, nothing hidden, no crate below it.
 *
 * @param except folders that are left out: what a build writes must not change what it is built from.
 */
export function crateFolderHash(folder: string, except: readonly string[]): string {
  const lines = crateFiles(folder, folder, except)
    .sort()
    .map((file) => `${sha256(readFileSync(join(folder, file)))}  ${file}\n`);
  return `dir:sha256-${sha256(lines.join(''))}`;
}

function crateFiles(root: string, folder: string, except: readonly string[]): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) return [];
    // What it locks is in the manifest by itself, and that of a dependency is not looked at.
    if (entry.isFile()) return entry.name === 'Cargo.lock' ? [] : [relative(root, path).split(sep).join('/')];
    if (!entry.isDirectory() || (entry.name === 'target' && folder === root) || except.includes(path)) return [];
    if (existsSync(join(path, 'Cargo.toml'))) return [];
    return crateFiles(root, path, except);
  });
}
