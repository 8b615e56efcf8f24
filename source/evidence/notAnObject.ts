import type { ByteSource } from '../binary/reader/byteSource.js';
import { FormatError } from '../binary/reader/errors.js';

/** What a file that is no object file looks like. */
export type Appearance = 'empty file' | 'text file' | 'linker script' | 'archive' | 'data';

/** The file is no object file of any format: there is no evidence to gather. A `FormatError`, so whoever reads files needs one catch. */
export class NotAnObject extends FormatError {
  readonly looksLike: Appearance;

  constructor(file: string, looksLike: Appearance) {
    super(
      file,
      0,
      'file',
      looksLike === 'data'
        ? 'is data of no known format'
        : `is ${looksLike === 'text file' || looksLike === 'linker script' ? 'a' : 'an'} ${looksLike}`,
    );
    this.looksLike = looksLike;
  }
}

const SAMPLE = 4096;

/** Tells what it is from the first few thousand bytes. */
export function appearance(source: ByteSource): Appearance {
  if (source.size === 0) return 'empty file';
  const bytes = source.read(0, Math.min(SAMPLE, source.size), 'file');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (text.startsWith('!<arch>\n') || text.startsWith('!<thin>\n')) return 'archive';
  // Anything but NUL and control characters (tab, line ends, escape are of text) can be text in some encoding.
  const isText = !bytes.some((byte) => byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 27);
  if (!isText) return 'data';
  // GNU ld (ldlang): a file that is no object is read as a script; `libc.so` of a development package is one.
  return /^\s*(\/\*.*?\*\/\s*)?(OUTPUT_FORMAT|GROUP|INPUT|SECTIONS|VERSION)\s*[({]/s.test(text) ? 'linker script' : 'text file';
}
