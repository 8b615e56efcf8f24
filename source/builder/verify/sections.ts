import { isElf, readHeader } from '../../binary/elf/header.js';
import { readSections, type Section } from '../../binary/elf/sections.js';
import { type ByteSource, FileSource } from '../../binary/reader/byteSource.js';
import type { Difference } from './differences.js';

/** SHT_NOBITS: the file has none of it. */
const NOBITS = 8;
const PIECE = 1 << 20;

/**
 * The first section, in the order of the file, in which two ELF files differ: by its name, size or bytes; where no section differs, or
 * one has none, the first byte of the file that does.
 * @returns null when they are the same to the bit.
 */
export function firstDifference(distribution: string, rebuilt: string): Difference | null {
  const [a, b] = [new FileSource(distribution), new FileSource(rebuilt)];
  try {
    return ofSections(a, b) ?? ofBytes(a, b);
  } finally {
    a.close();
    b.close();
  }
}

function ofSections(a: ByteSource, b: ByteSource): Difference | null {
  const [mine, theirs] = [sectionsOf(a), sectionsOf(b)];
  for (let index = 0; index < Math.max(mine.length, theirs.length); index++) {
    const [one, other] = [mine[index], theirs[index]];
    const name = (one ?? other)?.name ?? '';
    const differs = (distribution: string, rebuilt: string): Difference => ({ what: 'section', name, distribution, rebuilt });
    if (!one || !other || one.name !== other.name) return differs(one?.name ?? 'none', other?.name ?? 'none');
    if (one.size !== other.size) return differs(`${one.size} bytes`, `${other.size} bytes`);
    const at = one.type === NOBITS ? null : firstByte(a, one.offset, b, other.offset, one.size);
    if (at !== null) return differs(byteText(a, one.offset + at, one, at), byteText(b, other.offset + at, other, at));
  }
  return null;
}

function ofBytes(a: ByteSource, b: ByteSource): Difference | null {
  const at = firstByte(a, 0, b, 0, Math.min(a.size, b.size));
  if (at === null && a.size === b.size) return null;
  const text = (source: ByteSource) => (at === null ? `${source.size} bytes` : byteText(source, at, null, at));
  return { what: 'file', name: 'outside of every section', distribution: text(a), rebuilt: text(b) };
}

/** Section headers; none of a file that has none, or a damaged table. */
function sectionsOf(source: ByteSource): readonly Section[] {
  try {
    if (!isElf(source)) return [];
    return [...readSections(source, readHeader(source))].sort((a, b) => a.offset - b.offset);
  } catch {
    return [];
  }
}

/** Where two stretches of bytes first differ, from their beginning; null where they do not, as far as both files go. */
function firstByte(a: ByteSource, atA: number, b: ByteSource, atB: number, size: number): number | null {
  const length = Math.min(size, a.size - atA, b.size - atB);
  for (let from = 0; from < length; from += PIECE) {
    const piece = Math.min(PIECE, length - from);
    const [one, other] = [a.read(atA + from, piece, 'section'), b.read(atB + from, piece, 'section')];
    for (let index = 0; index < piece; index++) if (one[index] !== other[index]) return from + index;
  }
  return null;
}

function byteText(source: ByteSource, offset: number, section: Section | null, at: number): string {
  const byte = source.read(offset, 1, 'byte')[0] ?? 0;
  const address = section !== null && section.address !== 0 ? `, address 0x${(section.address + at).toString(16)}` : '';
  return `0x${byte.toString(16).padStart(2, '0')} at 0x${offset.toString(16)}${address}`;
}
