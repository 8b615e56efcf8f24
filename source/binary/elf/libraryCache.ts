const MAGIC = 'glibc-ld.so.cache1.1';
const HEADER = 48;
const ENTRY = 24;
/** dl-cache.h: the library type in the low byte, and the machine above it. */
const FLAG_ELF_LIBC6 = 3;
const MACHINE_FLAGS: Readonly<Record<number, number>> = { 62: 0x0300, 183: 0x0a00 };
const MAX_ENTRIES = 100_000;

/**
 * `/etc/ld.so.cache`, as ldconfig writes it: for a soname the files of that machine, in the order in which ld.so tries them.
 * glibc sysdeps/generic/dl-cache.h (struct cache_file_new): a header of 48 bytes, `nlibs` entries {flags, key, value, osversion, hwcap}, strings.
 * What is malformed, or of the older format, reads as empty: then the directories are searched, as ld.so does without a cache.
 *
 * @param machine ELF e_machine.
 * @returns paths by soname.
 */
export function readLibraryCache(bytes: Uint8Array, machine: number): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wanted = MACHINE_FLAGS[machine];
  if (wanted === undefined || text.length < HEADER || text.toString('latin1', 0, MAGIC.length) !== MAGIC) return found;
  const count = text.readUInt32LE(20);
  if (count > MAX_ENTRIES || HEADER + count * ENTRY > text.length) return found;
  const string = (offset: number): string | null => {
    const end = offset < text.length ? text.indexOf(0, offset) : -1;
    return end < 0 ? null : text.toString('utf8', offset, end);
  };
  for (let index = 0; index < count; index++) {
    const entry = HEADER + index * ENTRY;
    // Entries with hardware capabilities are for some processors only; the plain one is there too.
    if (text.readUInt32LE(entry) !== (wanted | FLAG_ELF_LIBC6) || text.readBigUInt64LE(entry + 16) !== 0n) continue;
    const [name, path] = [string(text.readUInt32LE(entry + 4)), string(text.readUInt32LE(entry + 8))];
    if (name === null || path === null) continue;
    const known = found.get(name);
    if (known) known.push(path);
    else found.set(name, [path]);
  }
  return found;
}
