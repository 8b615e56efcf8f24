import type { ElfFile } from '../binary/elf/elfFile.js';
import type { ByteSource } from '../binary/reader/byteSource.js';
import { decodeText } from '../binary/reader/cursor.js';
import { FormatError } from '../binary/reader/errors.js';
import type { FoundManifest, ManifestEvidence } from './evidence.js';

/** No manifest of a real build comes near; a larger one is not worth the memory it would take. */
const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;

/** Note owner and types (docs/manifest.md). */
const NOTE_OWNER = 'OTelCol';
const NOTE_MANIFEST = 1;
const NOTE_DESCRIPTORS = 2;
const SECTION = '.otelcol.manifest';
const SYMBOL = 'collector_plugin_manifest';

/** Where a sidecar manifest lies: beside the file, with this added to its name. */
export const SIDECAR_SUFFIX = '.manifest.json';

/**
 * Looks for manifests in carrier order: ELF note, dynamic symbol, section, sidecar. The first found counts.
 * The text is taken as it is; `readManifest` says what is wrong with it.
 *
 * @param sidecar text of `<file>.manifest.json`, or null.
 * @throws FormatError when a carrier points outside the file: the carriers after it would be weaker, so none is taken.
 */
export function findManifests(elf: ElfFile, sidecar: string | null): ManifestEvidence {
  const notes = elf.notes().filter(({ owner }) => owner === NOTE_OWNER);
  const fromNotes = notes
    .filter(({ type }) => type === NOTE_MANIFEST)
    .map((note) => read(elf.source, 'note', note.offset, note.size));
  const descriptor = notes.find(({ type }) => type === NOTE_DESCRIPTORS);
  const found = [
    ...fromNotes,
    ...present(symbolManifest(elf)),
    ...present(sectionManifest(elf)),
    ...present(sidecarManifest(sidecar)),
  ];
  return {
    found: found[0] ?? null,
    others: found.slice(1),
    descriptors: descriptor ? read(elf.source, 'note', descriptor.offset, descriptor.size) : null,
  };
}

/** A file that is not ELF can only have a sidecar. */
export function sidecarOnly(sidecar: string | null): ManifestEvidence {
  return { found: sidecarManifest(sidecar), others: [], descriptors: null };
}

function present<T>(value: T | null): T[] {
  return value === null ? [] : [value];
}

function read(source: ByteSource, carrier: FoundManifest['carrier'], offset: number, size: number): FoundManifest {
  if (size > MAX_MANIFEST_BYTES) {
    throw new FormatError(
      source.name,
      offset,
      `${carrier} ${NOTE_OWNER}`,
      `claims a manifest of ${size.toLocaleString('en')} bytes`,
    );
  }
  return { carrier, offset, size, text: decodeText(source.read(offset, size, `${carrier} ${NOTE_OWNER}`)) };
}

/** `collector_plugin_manifest`: the text itself, as long as `collector_plugin_manifest_len` says, or as the symbol is. */
function symbolManifest(elf: ElfFile): FoundManifest | null {
  const symbol = elf.dynamicSymbol(SYMBOL);
  if (!symbol) return null;
  const offset = elf.offsetOf(symbol.address);
  if (offset === null)
    throw new FormatError(elf.source.name, 0, SYMBOL, `has address 0x${symbol.address.toString(16)}, where no segment lies`);
  const size = lengthSymbol(elf) ?? symbol.size;
  const found = read(elf.source, 'symbol', offset, size);
  const end = found.text.indexOf('\0');
  return end < 0 ? found : { ...found, text: found.text.slice(0, end) };
}

function lengthSymbol(elf: ElfFile): number | null {
  const symbol = elf.dynamicSymbol(`${SYMBOL}_len`);
  const offset = symbol && elf.offsetOf(symbol.address);
  if (!symbol || offset === null || offset === undefined) return null;
  const width = symbol.size === 4 ? 4 : 8;
  const bytes = elf.source.read(offset, width, `${SYMBOL}_len`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, width);
  const little = elf.endian === 'little';
  return width === 4 ? view.getUint32(0, little) : Number(view.getBigUint64(0, little));
}

function sectionManifest(elf: ElfFile): FoundManifest | null {
  const section = elf.section(SECTION);
  if (!section) return null;
  const found = read(elf.source, 'section', section.offset, section.size);
  let end = found.text.length;
  // No regular expression: /\0+$/ takes the square of a section of zeros.
  while (end > 0 && found.text.charCodeAt(end - 1) === 0) end--;
  return { ...found, text: found.text.slice(0, end) };
}

function sidecarManifest(sidecar: string | null): FoundManifest | null {
  return sidecar === null ? null : { carrier: 'sidecar', offset: 0, size: Buffer.byteLength(sidecar), text: sidecar };
}
