import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * A module from a folder has no `h1:` in go.sum. It is hashed as Go hashes one: over the sorted hashes of its files,
 * of those files that Go would put into the module's zip (golang.org/x/mod/zip: CreateFromDir): no version control,
 * no vendor folder, no module below it, regular files only.
 *
 * @param except folders that are left out: what a build writes must not change what it is built from.
 */
export function folderHash(folder: string, except: readonly string[]): string {
  const files = moduleFiles(folder, folder, except).sort();
  const lines = files.map((file) => `${sha256(readFileSync(join(folder, file)))}  ${file}\n`);
  return `dir:sha256-${sha256(lines.join(''))}`;
}

const VERSION_CONTROL = new Set(['.git', '.hg', '.svn', '.bzr']);

function moduleFiles(root: string, folder: string, except: readonly string[]): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return [relative(root, path).split(sep).join('/')];
    if (!entry.isDirectory() || VERSION_CONTROL.has(entry.name) || entry.name === 'vendor' || except.includes(path)) return [];
    if (existsSync(join(path, 'go.mod'))) return [];
    return moduleFiles(root, path, except);
  });
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
