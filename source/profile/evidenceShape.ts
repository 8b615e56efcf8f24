import type {
  Evidence,
  FoundManifest,
  GoEvidence,
  GoModule,
  LinkerEvidence,
  ObjectEvidence,
  RustEvidence,
} from '../evidence/evidence.js';
import { flag, form, listOf, oneOf, orNull, record, type Shape, text, whole } from './shape.js';

// The evidence of a host as its profile has it: every field that rules may ask for. A field that `Evidence` gains is a type error
// here until the profile has it too.

const object: Shape<ObjectEvidence> = record({
  format: oneOf('elf', 'macho', 'pe'),
  bits: oneOf(32, 64),
  endian: oneOf('little', 'big'),
  machine: text,
  kind: text,
  goPlatform: orNull(text),
  truncated: orNull(record({ segment: whole, segments: whole, needs: whole, pages: flag })),
  hasSymbolTable: flag,
  headerFaults: listOf(text),
});

const linker: Shape<LinkerEvidence> = record({
  interpreter: orNull(text),
  soname: orNull(text),
  needed: listOf(text),
  rpath: orNull(text),
  runpath: orNull(text),
  versionNeeds: listOf(record({ library: text, version: text, weak: flag })),
  unversionedUndefined: listOf(text),
  hasRelr: flag,
  filters: listOf(text),
  symbolic: flag,
  androidRelocations: flag,
  staticTls: whole,
  noOpen: flag,
  pie: flag,
  dynamic: flag,
});

const nothing: Shape<null> = { schema: { type: 'null' }, read: () => null };
const moduleAlone = { path: text, version: text, sum: text };
/** A replacement is not replaced itself (cmd/go writes one `=>` line a module). */
const goModule: Shape<GoModule> = record({
  ...moduleAlone,
  replace: orNull(record({ ...moduleAlone, replace: nothing })),
});

const go: Shape<GoEvidence> = record({
  buildInfo: orNull(
    record({
      goVersion: text,
      path: orNull(text),
      main: orNull(goModule),
      deps: listOf(goModule),
      settings: listOf(record({ key: text, value: text })),
    }),
  ),
  version: orNull(text),
  linkHashes: orNull(listOf(record({ package: text, hash: form(/^[0-9a-f]{16}$/, '8 bytes in hex'), offset: whole }))),
  providesHashes: flag,
  loaderWithoutHashes: flag,
  exportsLastModule: flag,
  pluginPath: orNull(text),
  exports: orNull(listOf(record({ name: text, type: orNull(text), packages: listOf(text), typeSymbol: orNull(text) }))),
  layout: orNull(record({ moduledataSize: orNull(whole), pkghashesOffset: orNull(whole) })),
});

const rust: Shape<RustEvidence> = record({
  comment: orNull(text),
  rustcVersion: orNull(text),
  crates: orNull(listOf(record({ name: text, version: text, source: text, kind: oneOf('runtime', 'build') }))),
});

const found: Shape<FoundManifest> = record({
  carrier: oneOf('note', 'symbol', 'section', 'sidecar'),
  offset: whole,
  size: whole,
  text,
});

/** `path` is the file's name alone: where it lay on the machine of whoever made the profile is nobody's business. */
export const evidence: Shape<Evidence> = record({
  path: text,
  size: whole,
  object,
  linker: orNull(linker),
  go: orNull(go),
  rust: orNull(rust),
  manifest: record({ found: orNull(found), others: listOf(found), descriptors: orNull(found) }),
  entrySymbols: listOf(text),
  problems: listOf(record({ field: text, offset: whole, problem: text })),
});
