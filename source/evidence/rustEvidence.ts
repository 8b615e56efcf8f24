import type { ElfFile } from '../binary/elf/elfFile.js';
import { Bytes } from '../binary/reader/cursor.js';
import { readAuditableCrates } from '../binary/rust/auditable.js';
import { readRustComments } from '../binary/rust/comment.js';
import { readStandardLibrary } from '../binary/rust/standardLibrary.js';
import type { RustEvidence } from './evidence.js';
import type { Problems } from './problems.js';

/** Both sections are small; a larger one is not what its name says. */
const MAX_SECTION = 4 * 1024 * 1024;

/**
 * What an ELF file has of Rust; null when nothing in it is. All traces are in sections, so a file without section headers has none.
 *
 * @param claimsRust a manifest says that it is Rust: then the standard library's paths are looked for where no rustc signed
 * (Debian's 1.63 signs nothing). In any other file that would be much to read for nothing.
 */
export function rustEvidence(elf: ElfFile, problems: Problems, claimsRust: boolean): RustEvidence | null {
  const comments = problems.attempt(() => sectionOf(elf, '.comment', readRustComments)) ?? [];
  const crates = problems.attempt(() => sectionOf(elf, '.dep-v0', (bytes) => readAuditableCrates(bytes, problems.add)));
  const [first] = comments;
  const library =
    !first && (claimsRust || crates) ? problems.attempt(() => sectionOf(elf, '.rodata', readStandardLibrary)) : null;
  if (!first && !crates && !library) return null;
  return { comment: first?.comment ?? null, rustcVersion: first?.rustcVersion ?? library ?? null, crates };
}

function sectionOf<T>(elf: ElfFile, name: string, read: (bytes: Bytes) => T): T | null {
  const section = elf.section(name);
  if (!section) return null;
  return read(Bytes.of(elf.source, section.offset, Math.min(section.size, MAX_SECTION), elf.endian, name));
}
