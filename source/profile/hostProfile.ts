import { evidence } from './evidenceShape.js';
import { form, listOf, mapOf, type Of, oneOf, orNull, record, text, whole } from './shape.js';

/** Fields are added, never renamed or dropped, within a format version; what a reader can't do without raises it. */
export const FORMAT_VERSION = 1;
/** What the file says it is, so that other JSON is told apart. */
export const KIND = 'ocx host profile';

const sha256 = form(/^[0-9a-f]{64}$/, 'a SHA-256 in hex');

/** Dynamic symbols the host defines, but for the package hashes, which `packages` has. */
const symbols = record({
  /** Names as C and Rust code has them: plugins that lack one ask for these. Exact, sorted. */
  plain: listOf(text),
  /** All other names (Go's have a `.` or `:` in them), as a set of hashes (`nameSet.ts`): of names not in it, one in `2^bits` seems to be. */
  others: record({ count: whole, bits: whole, set: form(/^[A-Za-z0-9+/]*={0,2}$/, 'base64') }),
});

/** Everything a verdict asks of a host. */
export const hostShape = record({
  /** Name of the binary, without its folder. */
  file: text,
  size: whole,
  sha256,
  /** The linker's (GNU) and Go's, in hex and as written. */
  build_ids: record({ gnu: orNull(text), go: orNull(text) }),
  evidence,
  /** Link hash of each package the host brings, 8 bytes in hex. */
  packages: mapOf(form(/^[0-9a-f]{16}$/, '8 bytes in hex')),
  symbols,
});

export type ProfiledHost = Of<typeof hostShape>;

/** The file (`spec/host-profile.schema.json`). */
export const profileShape = record({
  format_version: oneOf(FORMAT_VERSION),
  kind: oneOf(KIND),
  /** Of `host` as JSON without blanks: a copy that lost or changed a byte is no host. */
  sha256,
  host: hostShape,
});

/** Whether a name is among those that are kept as they are: no Go symbol, whose names hold a `.`, `:` or `/`. */
export function isPlain(name: string): boolean {
  return !/[.:/]/.test(name);
}
