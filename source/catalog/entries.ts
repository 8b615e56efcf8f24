import { type Dirent, lstatSync, readdirSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { reason } from './discovery.js';

/** A directory entry, sorted into what a host tries to load and what it passes over. */
export interface Entry {
  /** For display and identity. */
  readonly path: string;
  /** To open it with: the path's own bytes, when they are not UTF-8. */
  readonly open: string | Buffer;
  /** Relative to the directory it was found in. */
  readonly name: string;
  /** Target as the link has it; null for what is no symbolic link. */
  readonly link: string | null;
  readonly size: number;
  /** Changes when the file is replaced or written: device, inode, size, mtime in ns. */
  readonly stamp: string;
  /** Device and inode, the same for hard links; null when nothing is there. */
  readonly inode: string | null;
  readonly what: EntryKind;
  readonly isDirectory: boolean;
}

export type EntryKind =
  | { readonly kind: 'plugin' }
  /** Named like a plugin, but nothing can be read: a dangling link, an entry that lstat refuses. */
  | { readonly kind: 'missing'; readonly because: string }
  /** `isFile`: whoever names it means it, whatever its name; else a directory, a pipe or a device, which nobody opens. */
  | { readonly kind: 'ignored'; readonly because: string; readonly isFile: boolean };

/** Which directory entries a host would load: `*.so`, regular files or links to one, not hidden. */
export function isPluginName(name: string): boolean {
  return name.endsWith('.so') && !name.startsWith('.');
}

/**
 * The entries of one directory, in load order: by the bytes of their names, as the Collector takes them.
 *
 * @param recursive whether sub-directories are entered (links to directories never are: they could lead back).
 * @throws the system's error when the directory can't be listed.
 */
export function listDirectory(directory: string, recursive: boolean, prefix = ''): Entry[] {
  const found = readdirSync(directory, { encoding: 'buffer', withFileTypes: true }) as unknown as Dirent<Buffer>[];
  found.sort((a, b) => Buffer.compare(a.name, b.name));
  return found.flatMap((dirent) => {
    const { path, open, name } = pathOf(directory, dirent.name);
    const entry = entryAt(path, open, prefix + name);
    if (!recursive || entry.what.kind !== 'ignored' || !dirent.isDirectory() || typeof open !== 'string') return [entry];
    try {
      return listDirectory(path, recursive, `${prefix}${name}/`);
    } catch (error) {
      return [{ ...entry, what: ignored(`directory that can't be read: ${reason(error)}`, false) }];
    }
  });
}

/** Names are bytes. One that is not UTF-8 is shown with U+FFFD and opened by its bytes. */
function pathOf(directory: string, raw: Buffer): { path: string; open: string | Buffer; name: string } {
  const name = raw.toString('utf8');
  const path = join(directory, name);
  if (Buffer.compare(Buffer.from(name), raw) === 0) return { path, open: path, name };
  return { path, open: Buffer.concat([Buffer.from(`${directory}/`), raw]), name };
}

/** Looks at one path: what it is, without opening it. */
export function entryAt(path: string, open: string | Buffer, name: string): Entry {
  let own: Stats;
  try {
    own = lstatSync(open);
  } catch (error) {
    return {
      path,
      open,
      name,
      link: null,
      size: 0,
      stamp: 'missing',
      inode: null,
      what: { kind: 'missing', because: reason(error) },
      isDirectory: false,
    };
  }
  const link = own.isSymbolicLink() ? linkTarget(open) : null;
  let stat = own;
  if (link !== null) {
    try {
      stat = statSync(open);
    } catch (error) {
      const because = `symbolic link to ${link}: ${reason(error)}`;
      const what: EntryKind = isPluginName(baseName(name)) ? { kind: 'missing', because } : ignored(because, false);
      return { path, open, name, link, size: 0, stamp: `dangling ${link}`, inode: null, what, isDirectory: false };
    }
  }
  const inode = `${stat.dev}:${stat.ino}`;
  const stamp = `${inode}:${stat.size}:${stat.mtimeMs}:${stat.mode}:${link ?? ''}`;
  return {
    path,
    open,
    name,
    link,
    size: stat.isFile() ? stat.size : 0,
    stamp,
    inode,
    what: kindOf(name, stat, link !== null),
    isDirectory: stat.isDirectory(),
  };
}

function linkTarget(open: string | Buffer): string {
  try {
    return readlinkSync(open);
  } catch {
    return '?';
  }
}

function kindOf(name: string, stat: Stats, isLink: boolean): EntryKind {
  const base = baseName(name);
  if (stat.isDirectory()) {
    return ignored(isLink ? 'symbolic link to a directory, not followed' : 'directory, not followed', false);
  }
  if (!stat.isFile()) {
    const special = stat.isFIFO() ? 'named pipe' : stat.isSocket() ? 'socket' : 'device';
    return ignored(`${special}, not opened`, false);
  }
  if (base.startsWith('.')) return ignored('hidden file', true);
  if (base.endsWith('.so')) return { kind: 'plugin' };
  if (base.endsWith('.so.components.json')) return ignored('descriptors of the plugin beside it', true);
  if (base.endsWith('.so.manifest.json')) return ignored('manifest of the plugin beside it', true);
  if (base.endsWith('.so.minisig')) return ignored('signature of the plugin beside it', true);
  return ignored('name does not end in .so', true);
}

function ignored(because: string, isFile: boolean): EntryKind {
  return { kind: 'ignored', because, isFile };
}

function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
