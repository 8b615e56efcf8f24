const MAGIC = 'glibc-ld.so.cache1.1';
const HEADER = 48;
const ENTRY = 24;
/** dl-cache.h: the library type in the low byte, and the machine above it. */
const FLAG_ELF_LIBC6 = 3;
const MACHINE_FLAGS: Readonly<Record<number, number>> = { 62: 0x0300, 183: 0x0a00 };
const MAX_ENTRIES = 100_000;
const MAX_SECTIONS = 64;
const MAX_FOLDERS = 1024;

/**
 * `/etc/ld.so.cache`, as ldconfig writes it: for a soname the files of that machine, in the order in which ld.so tries them.
 * glibc sysdeps/generic/dl-cache.h (struct cache_file_new): a header of 48 bytes, `nlibs` entries {flags, key, value, osversion, hwcap}, strings.
 * What is malformed, or of the older format, reads as empty: then the directories are searched, as ld.so does without a cache.
 *
 * @param machine ELF e_machine.
 * @param levels folders of `glibc-hwcaps` that count, the best first (`x86-64-v3`).
 * @returns paths by soname.
 */
export function readLibraryCache(
  bytes: Uint8Array,
  machine: number,
  levels: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, { readonly path: string; readonly rank: number }[]>();
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wanted = MACHINE_FLAGS[machine];
  if (wanted === undefined || text.length < HEADER || text.toString('latin1', 0, MAGIC.length) !== MAGIC) return new Map();
  const count = text.readUInt32LE(20);
  if (count > MAX_ENTRIES || HEADER + count * ENTRY > text.length) return new Map();
  const string = (offset: number): string | null => {
    const end = offset < text.length ? text.indexOf(0, offset) : -1;
    return end < 0 ? null : text.toString('utf8', offset, end);
  };
  const folders = folderNames(text).map(string);
  // Entries of before glibc 2.33 have bits of hardware capabilities, for some processors only; the plain one is there too.
  const rankOf = (low: number, high: number): number | null => {
    if (low === 0 && high === 0) return levels.length;
    const level = high === IS_LEVEL ? levels.indexOf(folders[low] ?? '') : -1;
    return level < 0 ? null : level;
  };
  for (let index = 0; index < count; index++) {
    const entry = HEADER + index * ENTRY;
    const rank = rankOf(text.readUInt32LE(entry + 16), text.readUInt32LE(entry + 20));
    if (text.readUInt32LE(entry) !== (wanted | FLAG_ELF_LIBC6) || rank === null) continue;
    const [name, path] = [string(text.readUInt32LE(entry + 4)), string(text.readUInt32LE(entry + 8))];
    if (name === null || path === null) continue;
    const known = found.get(name);
    if (known) known.push({ path, rank });
    else found.set(name, [{ path, rank }]);
  }
  return new Map([...found].map(([name, paths]) => [name, paths.sort((a, b) => a.rank - b.rank).map(({ path }) => path)]));
}

const EXTENSION_MAGIC = 0xeaa42174;
/** cache_extension_tag_glibc_hwcaps. */
const HWCAPS_TAG = 1;
/** DL_CACHE_HWCAP_EXTENSION: the low word is a number in the extension's list. */
const IS_LEVEL = 0x4000_0000;

/** Offsets of the names of folders, `x86-64-v3` (struct cache_extension, at `extension_offset`: {magic, count}, sections {tag, flags, offset, size}). */
function folderNames(text: Buffer): readonly number[] {
  const word = (at: number): number => (at + 4 <= text.length ? text.readUInt32LE(at) : 0);
  const extension = word(32);
  if (extension === 0 || word(extension) !== EXTENSION_MAGIC) return [];
  for (let index = 0; index < Math.min(word(extension + 4), MAX_SECTIONS); index++) {
    const section = extension + 8 + index * 16;
    if (word(section) !== HWCAPS_TAG) continue;
    return Array.from({ length: Math.min(word(section + 12) / 4, MAX_FOLDERS) }, (_, at) => word(word(section + 8) + at * 4));
  }
  return [];
}
