import { type Bytes, decodeText } from '../reader/cursor.js';

/** One compiler that took part, as rustc signs its object files. */
export interface RustComment {
  /** As the file has it: `rustc version 1.95.0 (59807616e 2026-04-14)`. */
  readonly comment: string;
  /** As `rustc --version` prints it: `rustc 1.95.0 (59807616e 2026-04-14)`. */
  readonly rustcVersion: string;
}

const SIGNATURE = /^rustc version (?=\S)/;
/** gcc, clang and rustc write one short line each; linkers keep one of each. */
const MAX_SIZE = 64 * 1024;

/**
 * The rustc lines of `.comment`, in file order: NUL-parted strings that compilers leave and `strip` keeps. The first is of
 * the code that was linked first, the crate itself; more than one when libraries came from another rustc. Empty when no
 * rustc signed: it is no Rust, was stripped of it, or is of an older rustc (Debian's 1.63 writes none).
 */
export function readRustComments(section: Bytes): readonly RustComment[] {
  const size = Math.min(section.length, MAX_SIZE);
  const lines = decodeText(section.raw(0, size, '.comment')).split('\0');
  return [...new Set(lines)]
    .filter((line) => SIGNATURE.test(line))
    .map((comment) => ({ comment, rustcVersion: comment.replace(SIGNATURE, 'rustc ') }));
}
