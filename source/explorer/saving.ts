import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { SavedText } from './savedText.js';

/** How long one stretch of writing may take (ms): less than a frame. */
const STRETCH = 8;

/** What is at a path where something is to be written. */
export type Target =
  | { readonly kind: 'free' }
  | { readonly kind: 'file'; readonly size: number; readonly at: Date }
  | { readonly kind: 'directory' }
  | { readonly kind: 'nowhere' };

export function targetAt(path: string): Target {
  const there = statOf(path);
  if (there) return there.isDirectory() ? { kind: 'directory' } : { kind: 'file', size: there.size, at: there.mtime };
  return statOf(dirname(path))?.isDirectory() ? { kind: 'free' } : { kind: 'nowhere' };
}

function statOf(path: string): Stats | null {
  try {
    // A link to nothing is in the way as well: writing would replace it.
    return statSync(path, { throwIfNoEntry: false }) ?? lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null; // Writing will say what is wrong with it.
  }
}

export type Over = 'nothing' | 'what is there';

/**
 * Writes the lines to a file that appears whole or not at all: beside it first, then in its place. Over `nothing`, a file
 * that came into the way meanwhile is left alone.
 *
 * @param isStopped asked between two stretches; true leaves nothing behind.
 * @returns null when something is in the way, or it was stopped.
 * @throws the system's error.
 */
export async function saveText(path: string, text: SavedText, over: Over, isStopped: () => boolean): Promise<number | null> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  const file = openSync(temporary, 'wx', 0o666);
  try {
    try {
      for (let index = 0; index < text.lines; ) {
        index = writeStretch(file, text, index);
        if (index < text.lines) await new Promise((resolve) => setImmediate(resolve));
        if (isStopped()) return null;
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return moved(temporary, path, over) ? text.lines : null;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function writeStretch(file: number, text: SavedText, from: number): number {
  const end = performance.now() + STRETCH;
  let lines = '';
  let index = from;
  do lines += `${text.line(index++)}\n`;
  while (index < text.lines && performance.now() < end);
  writeSync(file, lines);
  return index;
}

/** A link is made only where nothing is; not every file system has them. */
function moved(temporary: string, path: string, over: Over): boolean {
  if (over === 'nothing') {
    try {
      linkSync(temporary, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      if (statOf(path)) return false;
    }
  }
  renameSync(temporary, path);
  return true;
}
