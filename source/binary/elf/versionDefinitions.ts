import { DT } from './constants.js';
import type { ElfFile } from './elfFile.js';

/** libc.so.6 defines about forty. */
const MAX_DEFINITIONS = 10_000;

/** Versions a library defines: `GLIBC_2.34`, `GCC_3.0`. @throws FormatError when a record is outside the file. */
export function versionDefinitions(elf: ElfFile): ReadonlySet<string> {
  return new Set(definedVersionNumbers(elf).values());
}

/**
 * The same by the number that DT_VERSYM has for them: DT_VERDEF, a list of `Verdef` {version, flags, ndx, cnt, hash, aux,
 * next}, each with its name in its first `Verdaux` {name, next}. Offsets only go forward, so no list goes in circles.
 * @throws FormatError when a record is outside the file.
 */
export function definedVersionNumbers({ image, dynamic }: ElfFile): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  let record = dynamic?.get(DT.VERDEF) ?? null;
  if (!dynamic || record === null) return names;
  for (let left = Math.min(dynamic.get(DT.VERDEFNUM) ?? 0, MAX_DEFINITIONS); left > 0; left--) {
    const verdef = image.at(record, 20, 'DT_VERDEF');
    const verdaux = image.at(record + verdef.u32(12, 'vd_aux'), 8, 'Verdaux');
    names.set(verdef.u16(4, 'vd_ndx') & 0x7fff, dynamic.string(verdaux.u32(0, 'vda_name'), 'vda_name'));
    const next = verdef.u32(16, 'vd_next');
    if (next === 0) break;
    record += next;
  }
  return names;
}
