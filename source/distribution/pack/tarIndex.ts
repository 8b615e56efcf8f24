import { fstatSync, readSync } from 'node:fs';
import { Header } from 'tar';
import { ArchiveError } from './archiveError.js';

/** A regular file in a tar. */
export interface TarEntry {
  readonly path: string;
  readonly size: number;
  /** Of its first byte. */
  readonly offset: number;
}

const BLOCK = 512;
const NO_ARCHIVE = 'it is no archive (ocx dist pack makes one)';
/** More entries than any distribution has. */
const MOST_ENTRIES = 10_000;
const MOST_BYTES_OF_TEXT = 16 * 1024 * 1024;

/**
 * Reads the headers of a tar, and nothing of what is in it. Only regular files and folders are taken: no link, device, or fifo,
 * no absolute path, none that leaves the folder it is unpacked into, none that is there twice.
 * @throws ArchiveError naming the entry and what is wrong with it.
 */
export function readTar(fd: number): TarEntry[] {
  const { size: end } = fstatSync(fd);
  const entries = new Map<string, TarEntry>();
  const block = Buffer.alloc(BLOCK);
  let at = 0;
  if (end < BLOCK) throw new ArchiveError(NO_ARCHIVE);
  for (let count = 0; ; count++) {
    if (count > MOST_ENTRIES) throw new ArchiveError(`it has more than ${MOST_ENTRIES.toLocaleString('en')} entries`);
    if (at + BLOCK > end || readSync(fd, block, 0, BLOCK, at) < BLOCK)
      throw new ArchiveError('it ends before its end: copy it again');
    if (block.every((byte) => byte === 0)) return [...entries.values()];
    const { path, size, type } = headerAt(block, at);
    at += BLOCK;
    if (at + size > end) throw new ArchiveError(`it ends inside ${path}: copy it again`);
    const name = path.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
    if (type === 'Directory') {
      if (name !== '' && name !== '.') refuseUnsafe(name);
    } else {
      refuseUnsafe(name);
      if (entries.has(name)) throw new ArchiveError(`${name} is in it twice`);
      entries.set(name, { path: name, size, offset: at });
    }
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
}

/** The whole of an entry that is text. @throws ArchiveError when it is too large for one. */
export function bytesOf(fd: number, { path, size, offset }: TarEntry): Uint8Array {
  if (size > MOST_BYTES_OF_TEXT) throw new ArchiveError(`${path} has ${size.toLocaleString('en')} bytes: too large`);
  const bytes = new Uint8Array(size);
  readSync(fd, bytes, 0, size, offset);
  return bytes;
}

const UNUSUAL: Readonly<Record<string, string>> = {
  Link: 'a hard link',
  SymbolicLink: 'a symbolic link',
  CharacterDevice: 'a device',
  BlockDevice: 'a device',
  FIFO: 'a fifo',
};

function headerAt(block: Buffer, at: number): { path: string; size: number; type: 'File' | 'Directory' } {
  let header: Header;
  try {
    header = new Header(block);
  } catch {
    throw new ArchiveError(at === 0 ? NO_ARCHIVE : `at byte ${at} is no header of a tar`);
  }
  const { path = '', size = 0, type } = header;
  if (!header.cksumValid || !Number.isSafeInteger(size) || size < 0)
    throw new ArchiveError(at === 0 ? NO_ARCHIVE : `at byte ${at} is no header of a tar`);
  if (type === 'File' || type === 'OldFile' || type === 'ContiguousFile') return { path, size, type: 'File' };
  if (type === 'Directory') return { path, size, type };
  const what = UNUSUAL[type] ?? `an entry of type ${type}`;
  throw new ArchiveError(`${path} is ${what}: only files and folders are unpacked`);
}

function refuseUnsafe(path: string): void {
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) throw new ArchiveError(`${path} is an absolute path`);
  if (
    path === '' ||
    path.includes('\\') ||
    path.includes('\0') ||
    path.split('/').some((part) => part === '' || part === '.' || part === '..')
  )
    throw new ArchiveError(`${path === '' ? 'an entry without a name' : path} is no path below the folder`);
}
