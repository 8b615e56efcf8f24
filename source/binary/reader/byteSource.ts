import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { FormatError } from './errors.js';

/**
 * A file read by position. Nothing above this interface opens a file, so that every byte read is counted
 * and a test can assert how little of a plugin is looked at.
 */
export interface ByteSource {
  /** The path as given, for messages. Untrusted text. */
  readonly name: string;
  /** Size in bytes when it was opened. */
  readonly size: number;
  /** Bytes fetched from the file so far (whole pages, each counted once per fetch). */
  readonly bytesRead: number;
  /**
   * The `length` bytes at `offset`. The result is a view that may be shared: never write to it.
   * @throws FormatError (field `field`) when the range is not wholly inside the file, or larger than any table.
   */
  read(offset: number, length: number, field: string): Uint8Array;
}

/** Pages are small because evidence is scattered: 4 KiB costs one page-cache copy and reads a 29 MB plugin in about 130 KB. */
const PAGE_SIZE = 4096;
/** A whole-table read bypasses the page cache from here on: a symbol table is read once, in one piece. */
const DIRECT_READ = 64 * 1024;
const MAX_PAGES = 2048;
/** No table of a real file comes near. A file can have holes: of a few kilobytes on the disk it claims tables of gigabytes. */
const MOST_AT_ONCE = 256 * 1024 * 1024;

/** A `ByteSource` over an open file descriptor; `close` it when done. */
export class FileSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  bytesRead = 0;
  readonly #fd: number;
  readonly #pages = new Map<number, Uint8Array>();

  /**
   * A pipe is not waited for: whoever looks at directories of others must not hang on one.
   * @throws the system's error when the file can't be opened (ENOENT, EACCES, EISDIR, ...); ENXIO for a pipe or a device.
   */
  constructor(path: string | Buffer) {
    this.name = path.toString();
    this.#fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(this.#fd);
    if (!stat.isFile() && !stat.isDirectory()) {
      closeSync(this.#fd);
      // What open(2) says of a socket.
      throw Object.assign(new Error(`ENXIO: no file, open '${this.name}'`), { code: 'ENXIO', syscall: 'open', path: this.name });
    }
    this.size = stat.size;
  }

  read(offset: number, length: number, field: string): Uint8Array {
    checkRange(this, offset, length, field);
    if (length === 0) return new Uint8Array(0);
    if (length >= DIRECT_READ) return this.#fetch(offset, length, field);
    const first = Math.floor(offset / PAGE_SIZE);
    const last = Math.floor((offset + length - 1) / PAGE_SIZE);
    if (first === last) {
      const start = offset - first * PAGE_SIZE;
      return this.#page(first, field).subarray(start, start + length);
    }
    const result = new Uint8Array(length);
    for (let page = first; page <= last; page++) {
      const bytes = this.#page(page, field);
      const pageStart = page * PAGE_SIZE;
      const from = Math.max(offset, pageStart);
      const to = Math.min(offset + length, pageStart + bytes.length);
      result.set(bytes.subarray(from - pageStart, to - pageStart), from - offset);
    }
    return result;
  }

  close(): void {
    this.#pages.clear();
    closeSync(this.#fd);
  }

  #page(index: number, field: string): Uint8Array {
    const cached = this.#pages.get(index);
    if (cached) return cached;
    const start = index * PAGE_SIZE;
    const page = this.#fetch(start, Math.min(PAGE_SIZE, this.size - start), field);
    if (this.#pages.size >= MAX_PAGES) this.#pages.clear();
    this.#pages.set(index, page);
    return page;
  }

  #fetch(offset: number, length: number, field: string): Uint8Array {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const got = readSync(this.#fd, bytes, done, length - done, offset + done);
      // The file shrank after it was opened: it is being replaced. The reader above says so; it must not see zeros.
      if (got === 0) throw new FormatError(this.name, offset + done, field, 'is gone: the file became shorter while it was read');
      done += got;
    }
    this.bytesRead += length;
    return bytes;
  }
}

/** A `ByteSource` over bytes in memory: inflated sections, mutated files of the fuzz suite. */
export class MemorySource implements ByteSource {
  readonly name: string;
  readonly size: number;
  bytesRead = 0;
  readonly #bytes: Uint8Array;

  constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    this.size = bytes.length;
    this.#bytes = bytes;
  }

  read(offset: number, length: number, field: string): Uint8Array {
    checkRange(this, offset, length, field);
    this.bytesRead += length;
    return this.#bytes.subarray(offset, offset + length);
  }
}

/** @throws FormatError where `read` would: for a table whose parts are read when they are asked for. */
export function checkRange(source: ByteSource, offset: number, length: number, field: string): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
    throw new FormatError(source.name, 0, field, `has an impossible place (offset ${offset}, length ${length})`);
  }
  if (offset + length > source.size) {
    throw new FormatError(
      source.name,
      offset,
      field,
      `needs ${length.toLocaleString('en')} bytes, but the file ends at ${source.size.toLocaleString('en')}`,
    );
  }
  if (length > MOST_AT_ONCE) {
    throw new FormatError(
      source.name,
      offset,
      field,
      `needs ${length.toLocaleString('en')} bytes, more than the ${MOST_AT_ONCE.toLocaleString('en')} that are read at once`,
    );
  }
}
