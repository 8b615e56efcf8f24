import { Bytes } from '../reader/cursor.js';
import { FormatError } from '../reader/errors.js';
import { TextBudget } from '../reader/textBudget.js';
import { DF_1, DT, PT } from './constants.js';
import type { Image } from './image.js';
import type { Segment } from './segments.js';

export interface DynamicEntry {
  /** DT_*. */
  readonly tag: number;
  readonly value: number;
}

/** Read in pieces, so that a table that claims megabytes costs what it has before its DT_NULL. */
const CHUNK = 64;
/** Linkers write about 30. */
const MAX_ENTRIES = 16_384;

/** PT_DYNAMIC: all that the dynamic linker goes by. */
export class DynamicTable {
  readonly entries: readonly DynamicEntry[];
  readonly #image: Image;
  readonly #values = new Map<number, number>();
  #needed: readonly string[] | null = null;

  constructor(image: Image, entries: readonly DynamicEntry[]) {
    this.#image = image;
    this.entries = entries;
    // glibc's elf_get_dynamic_info keeps the last of a tag.
    for (const { tag, value } of entries) this.#values.set(tag, value);
  }

  /** The value of a tag (the last one, as glibc takes it), or null. */
  get(tag: number): number | null {
    return this.#values.get(tag) ?? null;
  }

  has(tag: number): boolean {
    return this.#values.has(tag);
  }

  /** DT_NEEDED in order. @throws FormatError when a name is outside the file. */
  get needed(): readonly string[] {
    this.#needed ??= this.#readNeeded();
    return this.#needed;
  }

  get soname(): string | null {
    return this.#stringOf(DT.SONAME, 'DT_SONAME');
  }

  get rpath(): string | null {
    return this.#stringOf(DT.RPATH, 'DT_RPATH');
  }

  get runpath(): string | null {
    return this.#stringOf(DT.RUNPATH, 'DT_RUNPATH');
  }

  get flags(): number {
    return this.get(DT.FLAGS) ?? 0;
  }

  get flags1(): number {
    return this.get(DT.FLAGS_1) ?? 0;
  }

  get noOpen(): boolean {
    return (this.flags1 & DF_1.NOOPEN) !== 0;
  }

  get pie(): boolean {
    return (this.flags1 & DF_1.PIE) !== 0;
  }

  /** Addresses of tables; null when the file has none. */
  get strtab(): number | null {
    return this.get(DT.STRTAB);
  }

  get symtab(): number | null {
    return this.get(DT.SYMTAB);
  }

  get relr(): number | null {
    return this.get(DT.RELR);
  }

  /** A string of DT_STRTAB. @throws FormatError when there is no such table or no such place in it. */
  string(offset: number, field: string): string {
    return this.#image.cString(this.stringTable(field) + offset, field);
  }

  stringTable(field: string): number {
    if (this.strtab === null) throw new FormatError(this.#image.source.name, 0, 'DT_STRTAB', `is missing, and ${field} needs it`);
    return this.strtab;
  }

  #readNeeded(): readonly string[] {
    const budget = new TextBudget(this.#image.source);
    return this.entries
      .filter(({ tag }) => tag === DT.NEEDED)
      .map(({ value }) => {
        const name = this.string(value, 'DT_NEEDED');
        budget.spend(name.length, 'DT_NEEDED');
        return name;
      });
  }

  #stringOf(tag: number, field: string): string | null {
    const offset = this.get(tag);
    return offset === null ? null : this.string(offset, field);
  }
}

/**
 * The table as glibc finds it (elf/dl-load.c: _dl_map_object_from_fd): the last PT_DYNAMIC with bytes in the file, at its
 * *address*: its `p_offset` may be anything (measured, glibc 2.36). Where no segment has that address, dlopen would crash;
 * that goes to `onError`, and the table is read at its offset. Null when there is none: a static program.
 * @throws FormatError when it is outside the file.
 */
export function readDynamicTable(
  image: Image,
  segments: readonly Segment[],
  onError: (error: FormatError) => void,
): DynamicTable | null {
  const segment = segments.findLast(({ type, fileSize }) => type === PT.DYNAMIC && fileSize > 0);
  if (!segment) return null;
  const mapped = image.offsetOf(segment.address);
  if (mapped === null) {
    onError(
      new FormatError(
        image.source.name,
        segment.offset,
        'PT_DYNAMIC',
        `has address 0x${segment.address.toString(16)}, which no segment of the file holds`,
      ),
    );
  }
  const offset = mapped ?? segment.offset;
  const entrySize = 2 * image.wordSize;
  const entries: DynamicEntry[] = [];
  // It ends with DT_NULL, whatever p_filesz says (elf/get-dynamic-info.h).
  const size = mapped === null ? segment.fileSize : image.bytesFrom(segment.address);
  for (let start = 0; start < size; start += CHUNK * entrySize) {
    const length = Math.min(CHUNK * entrySize, size - start, image.source.size - offset - start);
    if (length < entrySize) break;
    const chunk = Bytes.of(image.source, offset + start, length, image.endian, 'PT_DYNAMIC');
    for (let at = 0; at + entrySize <= length; at += entrySize) {
      const tag = image.bits === 64 ? chunk.i64(at, 'd_tag') : chunk.i32(at, 'd_tag');
      if (tag === DT.NULL) return new DynamicTable(image, entries);
      if (entries.length === MAX_ENTRIES) chunk.fail(at, 'PT_DYNAMIC', `has more than ${MAX_ENTRIES} entries`);
      entries.push({ tag, value: chunk.word(at + image.wordSize, image.bits, 'd_un') });
    }
  }
  if (entries.length === 0) throw new FormatError(image.source.name, offset, 'PT_DYNAMIC', 'is outside the file');
  return new DynamicTable(image, entries);
}
