import type { ByteSource } from '../reader/byteSource.js';
import { Bytes, decodeText } from '../reader/cursor.js';
import type { FormatError } from '../reader/errors.js';
import { orNull } from '../reader/errors.js';
import { PT, SHT } from './constants.js';
import type { ElfHeader } from './header.js';
import type { Section } from './sections.js';
import type { Segment } from './segments.js';

/** One note (gABI, chapter 5, "Note Section"). */
export interface Note {
  /** Without its terminating NUL. Untrusted. */
  readonly owner: string;
  readonly type: number;
  /** File offset of the descriptor. */
  readonly offset: number;
  /** Bytes of the descriptor. */
  readonly size: number;
  /** The descriptor, read when asked for. @throws FormatError when the file was cut meanwhile. */
  bytes(): Uint8Array;
}

/** Files have one or two; in crafted ones they lie over each other. */
const MAX_PLACES = 16;
/** Files have about five. A segment full of empty notes must not become a million objects. */
const MAX_NOTES = 4096;
/** Owners are `GNU`, `Go`, `OTelCol`; a longer one is kept, but not beyond this. */
const MAX_OWNER = 4096;

/**
 * Notes of the PT_NOTE segments; of the SHT_NOTE sections when the file has no such segment (relocatable objects).
 * What follows a malformed note in its segment is lost: it goes to `onError`.
 */
export function readNotes(
  source: ByteSource,
  header: ElfHeader,
  segments: readonly Segment[],
  sections: () => readonly Section[],
  onError: (error: FormatError) => void,
): readonly Note[] {
  const notes: Note[] = [];
  const places = segments
    .filter(({ type }) => type === PT.NOTE)
    .map(({ offset, fileSize, align }) => ({ offset, size: fileSize, align }));
  if (places.length === 0) {
    for (const { type, offset, size, align } of sections()) if (type === SHT.NOTE) places.push({ offset, size, align });
  }
  for (const place of places.slice(0, MAX_PLACES)) {
    orNull(() => readNotesOf(source, header, place, notes), onError);
    if (notes.length >= MAX_NOTES) break;
  }
  return notes;
}

function readNotesOf(
  source: ByteSource,
  header: ElfHeader,
  place: { readonly offset: number; readonly size: number; readonly align: number },
  notes: Note[],
): void {
  // binutils, glibc (elf/dl-load.c: open_verify) and the gABI: padded to 4 bytes, unless the segment is aligned to 8.
  const pad = place.align === 8 ? 8 : 4;
  const end = place.offset + place.size;
  let at = place.offset;
  while (at + 12 <= end && notes.length < MAX_NOTES) {
    const head = Bytes.of(source, at, 12, header.endian, 'note header');
    const ownerSize = head.u32(0, 'n_namesz');
    const size = head.u32(4, 'n_descsz');
    const type = head.u32(8, 'n_type');
    const offset = alignUp(at + 12 + ownerSize - place.offset, pad) + place.offset;
    if (offset + size > end) head.fail(0, 'n_descsz', `is ${size}: more than its segment holds`);
    const owner = source.read(at + 12, Math.min(ownerSize, MAX_OWNER), 'note owner');
    const nul = owner.indexOf(0);
    notes.push({
      owner: decodeText(nul < 0 ? owner : owner.subarray(0, nul)),
      type,
      offset,
      size,
      bytes: () => source.read(offset, size, 'note'),
    });
    at = alignUp(offset + size - place.offset, pad) + place.offset;
  }
}

function alignUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
