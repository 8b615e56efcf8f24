import { PT } from '../elf/constants.js';
import type { ElfFile } from '../elf/elfFile.js';
import { FormatError } from '../reader/errors.js';

/** The call of dlopen in the package plugin (plugin/plugin_dlopen.go, through cgo). With CGO_ENABLED=0 it is not compiled. */
const FUNCTION = Buffer.from('plugin._Cfunc_pluginOpen');
const FIELD = 'Go function names';
const CHUNK = 1 << 20;
/** Bytes. Collectors have some hundred megabytes; of a file with holes it could be any number. */
const MOST_SEARCHED = 1024 * 1024 * 1024;

/**
 * Whether the program has the cgo part of the package plugin linked in. Every function's name is in Go's own table of them, between zero
 * bytes (runtime/symtab.go: funcnametab; cmd/link/internal/ld/pcln.go), which no strip takes away; the linker leaves out
 * what is never called. The table has no address that is easy to come by in every release, so all that is mapped is searched.
 * @throws FormatError when that is more than any program has.
 */
export function linksPluginLoader({ segments, source }: ElfFile): boolean {
  let left = MOST_SEARCHED;
  return segments.some(({ type, offset, fileSize }) => {
    if (type !== PT.LOAD) return false;
    const end = Math.min(offset + fileSize, source.size);
    left -= Math.max(0, end - offset);
    if (left < 0)
      throw new FormatError(source.name, offset, FIELD, `are looked for in ${MOST_SEARCHED.toLocaleString('en')} bytes at most`);
    // A name, and the zeros around it, may lie across two chunks.
    for (let start = offset; start < end; start += CHUNK) {
      const bytes = source.read(start, Math.min(CHUNK + FUNCTION.length + 2, end - start), FIELD);
      if (holdsName(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))) return true;
    }
    return false;
  });
}

/** Between zeros: else it is a text of a program that looks for the name. */
function holdsName(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(FUNCTION); at >= 0; at = bytes.indexOf(FUNCTION, at + 1)) {
    if (bytes[at - 1] === 0 && bytes[at + FUNCTION.length] === 0) return true;
  }
  return false;
}
