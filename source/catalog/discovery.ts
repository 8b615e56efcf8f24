import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Place } from './record.js';

/** A discovery file, read: what to load, in its order, and against which host. */
export interface Discovery {
  readonly file: string;
  /** Absolute; null when the file names none. */
  readonly host: string | null;
  readonly plugins: readonly PinnedPlugin[];
}

export interface PinnedPlugin {
  /** Absolute. */
  readonly path: string;
  /** As written in the file. */
  readonly name: string;
  /** 64 hex digits, lower case; null when the file pins none. */
  readonly sha256: string | null;
}

/** A directory, host or discovery file that can't be used: one sentence, exit code 2. */
export class PlaceError extends Error {
  override readonly name = 'PlaceError';
}

const ONE_PLUGIN = 'To look at one plugin: ocx plugins inspect FILE';

/** Larger ones are no list of plugins; reading one would only cost memory. */
const MAX_DISCOVERY_BYTES = 4 * 1024 * 1024;

/**
 * Whether the paths given are directories or one discovery file.
 * @throws PlaceError when one is missing, unreadable, or neither.
 */
export function placeOf(paths: readonly string[]): Place {
  const kinds = paths.map((path) => {
    const stat = statOrThrow(path);
    if (stat.isDirectory()) return 'directory';
    if (stat.isFile()) return 'file';
    throw new PlaceError(`${path} is neither a directory nor a discovery file`);
  });
  const absolute = paths.map((path) => resolve(path));
  if (kinds.every((kind) => kind === 'directory')) return { kind: 'directories', paths: absolute };
  if (kinds.length === 1) return { kind: 'discovery file', paths: absolute };
  throw new PlaceError('give directories, or one discovery file, not both');
}

/** @throws PlaceError naming the line and field that is wrong. */
export function readDiscovery(file: string): Discovery {
  const stat = statOrThrow(file);
  // It was a file when the place was given; one that became a pipe is not waited for.
  if (!stat.isFile()) throw new PlaceError(`${file} is no file`);
  if (stat.size > MAX_DISCOVERY_BYTES)
    throw new PlaceError(`${file} is no discovery file: ${stat.size.toLocaleString('en')} bytes. ${ONE_PLUGIN}`);
  const text = readFileSync(file, 'utf8');
  if (text.includes('\0')) throw new PlaceError(`${file} is not a discovery file: it is not text. ${ONE_PLUGIN}`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [syntax] = document.errors;
  if (syntax) throw new PlaceError(`${file}:${lines.linePos(syntax.pos[0]).line}: not YAML or JSON: ${syntax.message}`);
  const wrong = (field: readonly (string | number)[], problem: string): never => {
    const node = document.getIn(field, true) ?? document.getIn(field.slice(0, -1), true) ?? document.contents;
    const offset = hasRange(node) ? (node.range[0] ?? 0) : 0;
    const name = field
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
      .join('')
      .replace(/^\./, '');
    throw new PlaceError(`${file}:${lines.linePos(offset).line}: ${name === '' ? 'the file' : name} ${problem}`);
  };
  // Aliases could expand without end: a list of plugins has no use for more than a few.
  const value: unknown = plainValue(file, document);
  if (!isRecord(value)) return wrong([], 'must be a mapping with the field plugins');
  for (const key of Object.keys(value))
    if (key !== 'plugins' && key !== 'host') wrong([key], 'is not a field of a discovery file (host, plugins)');
  const { host, plugins } = value;
  if (host !== undefined && typeof host !== 'string') wrong(['host'], 'must be a path');
  if (!Array.isArray(plugins)) return wrong(['plugins'], plugins === undefined ? 'is missing' : 'must be a list');
  const base = dirname(resolve(file));
  return {
    file: resolve(file),
    host: typeof host === 'string' ? resolve(base, host) : null,
    plugins: plugins.map((entry: unknown, index): PinnedPlugin => {
      const at = ['plugins', index] as const;
      if (!isRecord(entry)) return wrong(at, 'must be a mapping with the field path');
      for (const key of Object.keys(entry))
        if (key !== 'path' && key !== 'sha256') wrong([...at, key], 'is not a field of a plugin (path, sha256)');
      const { path, sha256 } = entry;
      if (typeof path !== 'string' || path === '')
        return wrong([...at, 'path'], path === undefined ? 'is missing' : 'must be a path');
      if (sha256 === undefined) return { path: resolve(base, path), name: path, sha256: null };
      // YAML reads a hash of digits alone as a number, and loses most of it: the text as written is what counts.
      const written = document.getIn([...at, 'sha256'], true);
      const digits = isScalar(written) ? (written.source ?? String(written.value)) : '';
      if (!/^[0-9a-f]{64}$/i.test(digits)) return wrong([...at, 'sha256'], 'must be 64 hex digits');
      return { path: resolve(base, path), name: path, sha256: digits.toLowerCase() };
    }),
  };
}

function plainValue(file: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof ReferenceError) throw new PlaceError(`${file}: too many aliases for a list of plugins`);
    throw error;
  }
}

function statOrThrow(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw new PlaceError(`${path}: ${reason(error)}`);
  }
}

/** A system error in words: `no such file or directory`. */
export function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EPERM: 'operation not permitted',
    EISDIR: 'is a directory',
    ENOTDIR: 'a part of the path is not a directory',
    ENXIO: 'is a pipe, a socket or a device',
    ELOOP: 'too many symbolic links',
    EIO: 'the disk reports an error',
    EMFILE: 'too many open files',
    ENAMETOOLONG: 'the name is too long',
    ENOSPC: 'no space is left',
  };
  return words[code] ?? (code === '' ? String(error instanceof Error ? error.message : error) : code);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasRange(node: unknown): node is { range: readonly number[] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
