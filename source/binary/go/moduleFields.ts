import type { ElfFile } from '../elf/elfFile.js';
import type { Image } from '../elf/image.js';
import { type FieldOffsets, fieldOffsets, layoutOf } from './layoutTable.js';
import type { PluginModule } from './linkHashes.js';
import type { LoadedWords } from './loadedWords.js';

/** A slice of moduledata: where its elements are, and how many the runtime takes. */
export interface ModuleSlice {
  readonly pointer: number;
  readonly length: number;
}

/** The fields of a plugin's moduledata as they are after loading at address 0. */
export class ModuleFields {
  readonly offsets: FieldOffsets;
  readonly image: Image;
  readonly words: LoadedWords;
  readonly start: number;
  readonly #values: readonly number[];

  constructor(offsets: FieldOffsets, image: Image, words: LoadedWords, start: number) {
    this.offsets = offsets;
    this.image = image;
    this.words = words;
    this.start = start;
    this.#values = words.read(start, (offsets.next + image.wordSize) / image.wordSize, 'moduledata').map(unsigned);
  }

  /** As the file has it, with the RELATIVE relocations applied: for what no other relocation is at. */
  word(offset: number): number {
    return this.#values[offset / this.image.wordSize] ?? 0;
  }

  /** A pointer that is never null in a file that a linker wrote: looked for among all relocations where it is. */
  pointer(offset: number): number {
    return unsigned(this.words.pointer(this.start + offset, this.word(offset)));
  }

  slice(offset: number): ModuleSlice {
    const length = this.length(offset);
    return { length, pointer: length === 0 ? 0 : this.pointer(offset) };
  }

  /** Of a slice: as far as a loop over it goes, which compares signed numbers. Not where it is, which may take a look at all relocations. */
  length(offset: number): number {
    return this.#signed(offset + this.image.wordSize);
  }

  /** What is sliced of it ends there. */
  capacity(offset: number): number {
    return this.#signed(offset + 2 * this.image.wordSize);
  }

  #signed(offset: number): number {
    const number = this.word(offset);
    return number < 2 ** (this.image.bits - 1) ? number : 0;
  }

  byte(offset: number): number {
    return this.image.at(this.start + offset, 1, 'moduledata').u8(0, 'moduledata');
  }
}

/** An addend is signed, the word that it makes is not. */
function unsigned(word: number): number {
  return word < 0 ? word + 2 ** 64 : word;
}

/**
 * Null where they are not known: the beginning of moduledata was not found, a Go release that was never measured, a layout that is not that of
 * the release it claims, a machine of 32 bits.
 */
export function readModuleFields(
  elf: ElfFile,
  { moduledata, words }: PluginModule,
  goVersion: string | null,
): ModuleFields | null {
  const { start, pkghashesField } = moduledata;
  const layout = goVersion === null ? null : layoutOf(goVersion);
  const offsets = goVersion === null ? null : fieldOffsets(goVersion);
  if (start === null || elf.bits !== 64 || !layout || !offsets || pkghashesField - start !== layout.pkghashes) return null;
  const size = elf.rawDynamicSymbol('runtime.firstmoduledata')?.size ?? 0;
  if (size !== 0 && size !== layout.size) return null;
  return new ModuleFields(offsets, elf.image, words, start);
}
