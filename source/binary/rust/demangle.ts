import { demangleLegacy } from './legacy.js';
import { demangleV0 } from './v0/symbol.js';

/** A crate's disambiguator (v0) or a symbol's own hash (legacy): two versions of a crate differ in nothing else. */
export type Hash = 'drop' | 'keep';

/** A demangled name and what followed it in the symbol. */
export interface Demangled {
  readonly text: string;
  readonly rest: string;
}

/** What LLVM appends when it imports a local symbol into another module (ThinLTO): an upper-case hash. */
const LLVM_SUFFIX = /\.llvm\.[A-F0-9@]*$/;
/** Further words of compilers: `.cold`, `.lto_priv.0`. */
const OTHER_SUFFIX = /^\.[!-~]*$/;

/**
 * A Rust symbol name as it stands in the source, legacy (`_ZN4core3fmt5write17h0123456789abcdefE`) or v0 (`_RNvNtC4core3fmt5write`,
 * RFC 2603): what `rustfilt` prints, `rustfilt --include-hash` with `'keep'`. Any other name comes back as it is.
 *
 * Never throws. Names are untrusted: nesting is followed 500 deep and at most 100,000 characters are made, after which
 * `{size limit reached}` stands. Unlike `rustfilt`, a name that turns out malformed behind a back reference comes back as it
 * is, not half demangled. The result may hold any character of the name or of its punycode and literals: clean it.
 */
export function demangle(name: string, hash: Hash = 'drop'): string {
  const symbol = name.replace(LLVM_SUFFIX, '');
  // Both manglings have ASCII alone, and one more underscore on macOS.
  const start = symbol.startsWith('__') ? 1 : 0;
  let demangled: Demangled | null = null;
  if (symbol.startsWith('_ZN', start)) demangled = demangleLegacy(symbol.slice(start + 3), hash);
  else if (symbol.startsWith('_R', start)) demangled = demangleV0(symbol.slice(start + 2), hash);
  if (!demangled) return name;
  if (demangled.rest !== '' && !OTHER_SUFFIX.test(demangled.rest)) return name;
  return demangled.text + demangled.rest;
}
