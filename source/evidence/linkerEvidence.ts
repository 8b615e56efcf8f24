import { PT } from '../binary/elf/constants.js';
import type { ElfFile } from '../binary/elf/elfFile.js';
import { unversionedUndefined } from '../binary/elf/undefined.js';
import type { LinkerEvidence } from './evidence.js';
import type { Attempt } from './problems.js';

/** What the dynamic linker will want of an ELF file, from PT_DYNAMIC and PT_INTERP. */
export function linkerEvidence(elf: ElfFile, attempt: Attempt): LinkerEvidence {
  const { dynamic } = elf;
  return {
    interpreter: elf.interpreter,
    soname: attempt(() => dynamic?.soname ?? null) ?? null,
    needed: attempt(() => dynamic?.needed ?? []) ?? [],
    rpath: attempt(() => dynamic?.rpath ?? null) ?? null,
    runpath: attempt(() => dynamic?.runpath ?? null) ?? null,
    versionNeeds: elf.versionNeeds,
    unversionedUndefined: attempt(() => unversionedUndefined(elf)) ?? [],
    hasRelr: dynamic?.relr != null,
    noOpen: dynamic?.noOpen ?? false,
    pie: dynamic?.pie ?? false,
    dynamic: elf.segments.some(({ type, fileSize }) => type === PT.DYNAMIC && fileSize > 0),
  };
}
