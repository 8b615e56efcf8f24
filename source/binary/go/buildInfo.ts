import type { AddressSpace, FileRange } from '../addressSpace.js';
import { Bytes, decodeText } from '../reader/cursor.js';
import { FormatError, orNull, type ReadProblem } from '../reader/errors.js';
import { parseBuildInfo } from './buildInfoText.js';
import type { GoBuildInfo } from './goBuildInfo.js';

const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');
/** debug/buildinfo: buildInfoAlign. A place in a file has the alignment of its address, in every format. */
const ALIGN = 16;
const HEADER_SIZE = 32;
const FIELD = 'Go build info';
/** Real ones take some ten kilobytes for hundreds of modules. */
const MAX_MODULES = 16 * 1024 * 1024;
/** `go1.26.8 X:nodwarf5`, or the commit and date of a development tree. A longer one would be put into words everywhere. */
const MAX_VERSION = 1024;
/** Bytes. It has a section of its own, or is in the writable data, some ten megabytes; of a file with holes those could be any number. */
const MOST_SEARCHED = 1024 * 1024 * 1024;
/** Below the size from which the reader bypasses its page cache, which the strings are then read from. */
const CHUNK = 32 * 1024;

/**
 * What `go version -m` prints: Go version, modules and build settings, which `strip` leaves in place.
 *
 * Null without a problem when the file holds none. Damaged info goes to `onProblem`: null where it can't be read at all,
 * what is readable where single lines are malformed. Never throws a `FormatError`.
 *
 * Source: debug/buildinfo/buildinfo.go (readRawBuildInfo, searchMagic, decodeString, readString), Go 1.26.8.
 */
export function readGoBuildInfo(space: AddressSpace, onProblem: (problem: ReadProblem) => void): GoBuildInfo | null {
  return orNull(() => {
    const offset = findMagic(space);
    if (offset === null) return null;
    const raw = readStrings(space, offset);
    if (raw.version === '') return null;
    const lineProblem = (problem: string): void => onProblem({ field: FIELD, offset, problem });
    return { goVersion: raw.version, ...parseBuildInfo(withoutFraming(raw.modules), lineProblem) };
  }, onProblem);
}

function findMagic(space: AddressSpace): number | null {
  let left = MOST_SEARCHED;
  for (const place of space.buildInfoPlaces) {
    left -= Math.max(0, Math.min(place.size, space.source.size - place.offset));
    if (left < 0)
      throw new FormatError(
        space.source.name,
        place.offset,
        FIELD,
        `is looked for in ${MOST_SEARCHED.toLocaleString('en')} bytes at most`,
      );
    const found = searchMagic(space, place);
    if (found !== null) return found;
  }
  return null;
}

/** Chunks begin aligned, and so does the magic: it never lies across two. */
function searchMagic({ source }: AddressSpace, { offset, size }: FileRange): number | null {
  // Damaged headers may promise more than the file has: what is there is looked at.
  const end = Math.min(offset + size, source.size);
  for (let start = alignUp(offset); start + HEADER_SIZE <= end; start += CHUNK) {
    const bytes = source.read(start, Math.min(CHUNK, end - start), FIELD);
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = chunk.indexOf(MAGIC);
    // Elsewhere than on a multiple of 16 it is a string constant of a program that reads build info.
    while (at >= 0 && at % ALIGN !== 0) at = chunk.indexOf(MAGIC, alignUp(at));
    if (at >= 0 && start + at + HEADER_SIZE <= end) return start + at;
  }
  return null;
}

interface RawBuildInfo {
  readonly version: string;
  /** With its framing; empty when built without modules. */
  readonly modules: Uint8Array;
}

/** The header: magic [14], pointer size, flags (1: big endian, 2: strings follow inline), then two pointers. */
function readStrings(space: AddressSpace, offset: number): RawBuildInfo {
  const header = Bytes.of(space.source, offset, HEADER_SIZE, space.endian, FIELD);
  const flags = header.u8(15, FIELD);
  if ((flags & 2) !== 0) return readInline(space, offset + HEADER_SIZE);
  return readPointed(space, header, flags);
}

/** Since Go 1.18: two strings, each behind its length as a varint. */
function readInline({ source }: AddressSpace, offset: number): RawBuildInfo {
  const version = readCounted(offset, MAX_VERSION);
  const modules = readCounted(version.end, MAX_MODULES);
  return { version: decodeText(version.bytes), modules: modules.bytes };

  function readCounted(at: number, most: number): { readonly bytes: Uint8Array; readonly end: number } {
    const { value, size } = readVarint(at);
    if (value > most) throw new FormatError(source.name, at, FIELD, `has a string of ${value} bytes`);
    return { bytes: source.read(at + size, value, FIELD), end: at + size + value };
  }

  /** encoding/binary: Uvarint, for lengths that fit a file. */
  function readVarint(at: number): { readonly value: number; readonly size: number } {
    let value = 0;
    for (let size = 1; size <= 5; size++) {
      const byte = source.read(at + size - 1, 1, FIELD)[0] ?? 0;
      value += (byte & 0x7f) * 2 ** (7 * (size - 1));
      if (byte < 0x80) return { value, size };
    }
    throw new FormatError(source.name, at, FIELD, 'has a string length of more than five bytes');
  }
}

/** Before Go 1.18: two addresses of Go string headers, whose size and byte order the header gives. */
function readPointed(space: AddressSpace, header: Bytes, flags: number): RawBuildInfo {
  const pointerSize = header.u8(14, FIELD);
  if (pointerSize !== 4 && pointerSize !== 8) header.fail(14, FIELD, `has pointers of ${pointerSize} bytes`);
  const bits = pointerSize === 8 ? 64 : 32;
  const endian = (flags & 1) !== 0 ? 'big' : 'little';
  const pointers = Bytes.of(space.source, header.start, HEADER_SIZE, endian, FIELD);
  return {
    version: decodeText(readString(pointers.word(16, bits, FIELD), MAX_VERSION)),
    modules: readString(pointers.word(16 + pointerSize, bits, FIELD), MAX_MODULES),
  };

  function readString(address: number, most: number): Uint8Array {
    const headerOffset = space.offsetOf(address);
    // A zero pointer, or one that only the dynamic linker fills in, is an empty string to Go's reader too.
    if (headerOffset === null) return new Uint8Array(0);
    const string = Bytes.of(space.source, headerOffset, 2 * pointerSize, endian, FIELD);
    const dataOffset = space.offsetOf(string.word(0, bits, FIELD));
    const length = string.word(pointerSize, bits, FIELD);
    if (dataOffset === null || length === 0) return new Uint8Array(0);
    if (length > most) string.fail(pointerSize, FIELD, `has a string of ${length} bytes`);
    return space.source.read(dataOffset, length, FIELD);
  }
}

/** cmd/go/internal/modload: infoStart and infoEnd, 16 random bytes at either end of the module text. */
function withoutFraming(modules: Uint8Array): string {
  if (modules.length < 33 || modules[modules.length - 17] !== 0x0a) return '';
  return decodeText(modules.subarray(16, modules.length - 16));
}

function alignUp(offset: number): number {
  return Math.ceil(offset / ALIGN) * ALIGN;
}
