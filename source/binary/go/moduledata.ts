import { DT } from '../elf/constants.js';
import type { ElfFile } from '../elf/elfFile.js';
import type { Image } from '../elf/image.js';
import { orNull } from '../reader/errors.js';
import { addressPassedBy } from './initFunction.js';
import { layoutOf } from './layoutTable.js';
import type { LoadedWords } from './loadedWords.js';

/** What the runtime walks when a plugin is opened (runtime/plugin.go: plugin_lastmoduleinit). Addresses. */
export interface Moduledata {
  /** Where it begins; null when only its `pkghashes` field was found. */
  readonly start: number | null;
  /** Address of its field `pkghashes`. */
  readonly pkghashesField: number;
  /** The table `go:link.pkghashes`. */
  readonly table: number;
  /** Entries of the table: of a damaged length that goes beyond it, or is 0, those that are there. */
  readonly count: number;
}

/** moduledata is about 600 bytes, as `runtime.firstmoduledata` says; without that symbol, this much is looked at. */
const MAX_WORDS = 128;
/** The table has one pointer by that symbol, and GOT entries look no different; a program has a few thousand packages. */
const MAX_PLACES = 8;
const MAX_ENTRIES = 65_536;
/** A `modulehash` (runtime/symtab.go): two strings and a pointer. */
export const ENTRY_WORDS = 5;
/** `l.Fingerprint` (cmd/internal/goobj: FingerprintType). */
export const HASH_SIZE = 8;

/**
 * Finds a plugin's moduledata, without section headers where it can be.
 *
 * 1. The function of `.init_array` that the linker makes: it passes moduledata to `runtime.addmoduledata`
 *    (cmd/link/internal/{amd64,arm64}/asm.go: gentext).
 * 2. The section `.go.module`, which is it alone from Go 1.26 on (cmd/link/internal/ld/data.go).
 * 3. The hash table itself: the relocation by `go:link.pkghash.runtime` is inside it, and `pkghashes` points to it.
 *
 * Each candidate counts only when it has a field of the shape of `pkghashes`: so the dynsym `runtime.firstmoduledata`, which in
 * a plugin is the runtime's own and empty, never passes for it. Only a damaged file has none of that shape, and then the release it was
 * built with says where the field is.
 *
 * @param goVersion asked for where nothing else tells.
 */
export function findModuledata(elf: ElfFile, words: LoadedWords, goVersion: () => string | null): Moduledata | null {
  const size = elf.rawDynamicSymbol('runtime.firstmoduledata')?.size ?? 0;
  const candidates = initArrayCandidates(elf, words);
  for (const start of candidates) {
    const found = orNull(() => atStart(elf.image, words, start, size));
    if (found) return found;
  }
  const section = elf.section('.go.module');
  const inSection = section ? orNull(() => atStart(elf.image, words, section.address, section.size)) : null;
  const found = inSection ?? byTable(elf, words);
  if (found) return found;
  for (const start of [...candidates, ...(section ? [section.address] : [])]) {
    const damaged = orNull(() => atOffset(elf, words, start, goVersion()));
    if (damaged) return damaged;
  }
  return null;
}

/**
 * By the release alone: a length of the slice or of the table's strings is not as any linker writes it. The runtime goes by the length of the
 * slice; where that can't be, the entries that are there are what there is to compare.
 */
function atOffset({ image, bits }: ElfFile, words: LoadedWords, start: number, goVersion: string | null): Moduledata | null {
  const layout = goVersion === null || bits !== 64 ? null : layoutOf(goVersion);
  if (!layout) return null;
  const pkghashesField = start + layout.pkghashes;
  const [value = 0, length = 0, capacity = 0] = words.read(pkghashesField, 3, 'pkghashes');
  const table = words.pointer(pkghashesField, value);
  if (table === 0) return null;
  const room = Math.min(MAX_ENTRIES, Math.floor(image.bytesFrom(table) / (ENTRY_WORDS * image.wordSize)));
  const hasLength = length > 0 && length <= room && (length <= capacity || capacity === 0 || capacity > room);
  const count = hasLength ? length : capacity > 0 && capacity <= room ? capacity : entriesFrom(image, table, room);
  return count > 0 ? { start, pkghashesField, table, count } : null;
}

function entriesFrom(image: Image, table: number, room: number): number {
  let count = 0;
  while (count < room && isHashTable(image, table + count * ENTRY_WORDS * image.wordSize, 1)) count++;
  return count;
}

/** The first word of moduledata that points to a hash table and is followed by its length and capacity, which are equal. */
function atStart(image: Image, words: LoadedWords, start: number, size: number): Moduledata | null {
  const known = size > 0 ? size / image.wordSize : MAX_WORDS;
  const count = Math.floor(Math.min(MAX_WORDS, known, image.bytesFrom(start) / image.wordSize));
  const fields = words.read(start, count, 'moduledata');
  // From the end: `pkghashes` is the last but one.
  const slices: SliceField[] = [];
  for (let index = 0; index + 2 < fields.length; index++) {
    const length = fields[index + 1] ?? 0;
    if (length > 0 && length === fields[index + 2])
      slices.unshift({ field: start + index * image.wordSize, pointer: fields[index] ?? 0, length });
  }
  return (
    hashTableAmong(slices) ??
    hashTableAmong(slices.map((slice) => ({ ...slice, pointer: words.pointer(slice.field, slice.pointer) })))
  );

  function hashTableAmong(candidates: readonly SliceField[]): Moduledata | null {
    const found = candidates.find(
      ({ pointer, length }) => pointer !== 0 && orNull(() => isHashTable(image, pointer, length)) === true,
    );
    return found ? { start, pkghashesField: found.field, table: found.pointer, count: found.length } : null;
  }
}

interface SliceField {
  readonly field: number;
  readonly pointer: number;
  readonly length: number;
}

/** A table whose first and last entry have a name of sensible length and a hash of 8 bytes: lengths that no relocation touches. */
function isHashTable(image: Image, table: number, count: number): boolean {
  const entrySize = ENTRY_WORDS * image.wordSize;
  if (count > MAX_ENTRIES || count * entrySize > image.bytesFrom(table)) return false;
  return [table, table + (count - 1) * entrySize].every((entry) => {
    const nameLength = image.word(entry + image.wordSize, 'modulename length');
    return image.word(entry + 3 * image.wordSize, 'linktimehash length') === HASH_SIZE && nameLength > 0 && nameLength <= 4096;
  });
}

/** What functions of DT_INIT_ARRAY pass to what they call, as the one does that hands a plugin's moduledata to the runtime; the last of them first. */
export function initArrayCandidates(elf: ElfFile, words: LoadedWords): readonly number[] {
  const { image, dynamic } = elf;
  const array = dynamic?.get(DT.INIT_ARRAY) ?? null;
  if (array === null) return [];
  const count = Math.min(MAX_WORDS, Math.floor((dynamic?.get(DT.INIT_ARRAYSZ) ?? 0) / image.wordSize));
  const functions = orNull(() =>
    words.read(array, count, 'DT_INIT_ARRAY').map((value, index) => words.pointer(array + index * image.wordSize, value)),
  );
  // Go's is the last, but for linkers that order otherwise.
  return (functions ?? []).reverse().flatMap((code) => orNull(() => addressPassedBy(image, code)) ?? []);
}

/** From an entry of the table to both its ends, then to the field that points to it. Reads all relocations. */
function byTable(elf: ElfFile, words: LoadedWords): Moduledata | null {
  const runtime = elf.rawDynamicSymbol('go:link.pkghash.runtime');
  if (!runtime) return null;
  const { image } = elf;
  const entrySize = ENTRY_WORDS * image.wordSize;
  const isEntry = (address: number): boolean => orNull(() => isHashTable(image, address, 1)) === true;
  const tables = new Set<number>();
  for (const place of (orNull(() => words.addressesOf(runtime.index)) ?? []).slice(0, MAX_PLACES)) {
    let table = place - (ENTRY_WORDS - 1) * image.wordSize;
    if (!isEntry(table)) continue;
    for (let steps = 0; steps < MAX_ENTRIES && isEntry(table - entrySize); steps++) table -= entrySize;
    tables.add(table);
  }
  if (tables.size === 0) return null;
  for (const { address, target } of words.pointersTo(tables)) {
    const found = orNull(() => atField(image, words, address, target));
    if (found) return found;
  }
  return null;
}

function atField(image: Image, words: LoadedWords, field: number, table: number): Moduledata | null {
  const [, count = 0, capacity] = words.read(field, 3, 'pkghashes');
  if (count === 0 || count !== capacity || !isHashTable(image, table, count)) return null;
  return { start: null, pkghashesField: field, table, count };
}
