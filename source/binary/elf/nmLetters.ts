import { PF, PT, SHF, SHT } from './constants.js';
import type { Section } from './sections.js';
import type { Segment } from './segments.js';

/**
 * What kind of place a defined symbol is in, as `nm` tells it (binutils, bfd/syms.c: decode_section_type and
 * bfd/elf.c: _bfd_elf_make_section_from_shdr); from the segments where the file has no section headers.
 */
export function placeLetters(
  sections: readonly Section[],
  segments: readonly Segment[],
): (sectionIndex: number, address: number) => string {
  if (sections.length === 0) return (_, address) => segmentLetter(segments, address);
  const letters = sections.map(sectionLetter);
  return (sectionIndex) => letters[sectionIndex] ?? '?';
}

function sectionLetter({ type, flags, name }: Section): string {
  if (flags & SHF.EXECINSTR) return 't';
  const writable = (flags & SHF.WRITE) !== 0;
  if (type === SHT.NOBITS) return 'b';
  if (flags & SHF.ALLOC) return writable ? 'd' : 'r';
  if (/^\.(debug|gnu\.debuglto_\.debug_|gnu\.linkonce\.wi\.|zdebug|line|stab)/.test(name)) return 'N';
  return writable ? '?' : 'n';
}

function segmentLetter(segments: readonly Segment[], address: number): string {
  for (const { type, flags, address: start, fileSize, memorySize } of segments) {
    if (type !== PT.LOAD || address < start || address >= start + memorySize) continue;
    if (flags & PF.X) return 't';
    if ((flags & PF.W) === 0) return 'r';
    return address < start + fileSize ? 'd' : 'b';
  }
  return '?';
}
