import { DF, DT, PT } from '../binary/elf/constants.js';
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
    filters: attempt(() => filters(elf)) ?? [],
    symbolic: dynamic !== null && (dynamic.has(DT.SYMBOLIC) || (dynamic.flags & DF.SYMBOLIC) !== 0),
    androidRelocations: dynamic !== null && [DT.ANDROID_REL, DT.ANDROID_RELA, DT.ANDROID_RELR].some((tag) => dynamic.has(tag)),
    staticTls: dynamic && (dynamic.flags & DF.STATIC_TLS) !== 0 ? tlsSize(elf) : 0,
    noOpen: dynamic?.noOpen ?? false,
    pie: dynamic?.pie ?? false,
    dynamic: elf.segments.some(({ type, fileSize }) => type === PT.DYNAMIC && fileSize > 0),
  };
}

function filters({ dynamic }: ElfFile): readonly string[] {
  if (!dynamic) return [];
  return dynamic.entries.filter(({ tag }) => tag === DT.FILTER).map(({ value }) => dynamic.string(value, 'DT_FILTER'));
}

function tlsSize({ segments }: ElfFile): number {
  return segments.find(({ type }) => type === PT.TLS)?.memorySize ?? 0;
}
