import type { ByteSource } from '../reader/byteSource.js';
import { Bytes } from '../reader/cursor.js';
import { FormatError } from '../reader/errors.js';

/** One architecture of a universal file. */
export interface Slice {
  readonly offset: number;
  readonly size: number;
}

/** mach-o/fat.h; always big endian. */
const FAT_MAGIC = 0xcafebabe;
const FAT_MAGIC_64 = 0xcafebabf;
/** Java class files share the magic; there a version of at least 45 follows, here the number of architectures. */
const MAX_SLICES = 40;

/** True when the file begins as a universal file does. */
export function isUniversal(source: ByteSource): boolean {
  if (source.size < 8) return false;
  const header = Bytes.of(source, 0, 8, 'big', 'fat_header');
  const magic = header.u32(0, 'magic');
  return (magic === FAT_MAGIC || magic === FAT_MAGIC_64) && header.u32(4, 'nfat_arch') <= MAX_SLICES;
}

/** At least one. @throws FormatError when there is none, or one isn't wholly inside the file. */
export function readSlices(source: ByteSource): readonly Slice[] {
  const header = Bytes.of(source, 0, 8, 'big', 'fat_header');
  const bits = header.u32(0, 'magic') === FAT_MAGIC_64 ? 64 : 32;
  const count = header.u32(4, 'nfat_arch');
  if (count === 0 || count > MAX_SLICES) header.fail(4, 'nfat_arch', `is ${count}`);
  const entry = bits === 64 ? 32 : 20;
  const table = Bytes.of(source, 8, count * entry, 'big', 'fat_arch');
  return Array.from({ length: count }, (_, index) => {
    const at = index * entry + 8;
    const offset = table.word(at, bits, 'fat_arch.offset');
    const size = table.word(at + bits / 8, bits, 'fat_arch.size');
    if (offset + size > source.size) {
      throw new FormatError(source.name, 8 + at, 'fat_arch', 'is not wholly inside the file');
    }
    return { offset, size };
  });
}
