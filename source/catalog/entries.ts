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
  | { readonly kind: 'ignored'; readonly because: string };

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
      return [{ ...entry, what: { kind: 'ignored' as const, because: `directory that can't be read: ${reason(error)}` } }];
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
      const what: EntryKind = isPluginName(baseName(name)) ? { kind: 'missing', because } : { kind: 'ignored', because };
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
    return { kind: 'ignored', because: isLink ? 'symbolic link to a directory, not followed' : 'directory, not followed' };
  }
  if (!stat.isFile()) {
    const special = stat.isFIFO() ? 'named pipe' : stat.isSocket() ? 'socket' : 'device';
    return { kind: 'ignored', because: `${special}, not opened` };
  }
  if (base.startsWith('.')) return { kind: 'ignored', because: 'hidden file' };
  if (base.endsWith('.so')) return { kind: 'plugin' };
  if (base.endsWith('.so.components.json')) return { kind: 'ignored', because: 'descriptors of the plugin beside it' };
  if (base.endsWith('.so.manifest.json')) return { kind: 'ignored', because: 'manifest of the plugin beside it' };
  if (base.endsWith('.so.minisig')) return { kind: 'ignored', because: 'signature of the plugin beside it' };
  return { kind: 'ignored', because: 'name does not end in .so' };
}

function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
