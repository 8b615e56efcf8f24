import { ElfFile } from '../binary/elf/elfFile.js';
import { definedVersions } from '../binary/elf/versionedSymbols.js';
import { FileSource } from '../binary/reader/byteSource.js';
import { orNull } from '../binary/reader/errors.js';

/** Every symbol of a library of this system with its version, `memcpy@GLIBC_2.14`; null when it can't be read. Read once. */
export function versionedSymbolsOf(path: string): ReadonlySet<string> | null {
  let known = read.get(path);
  if (known === undefined) {
    known = readNow(path);
    read.set(path, known);
  }
  return known;
}

const read = new Map<string, ReadonlySet<string> | null>();

function readNow(path: string): ReadonlySet<string> | null {
  const source = new FileSource(path);
  try {
    return orNull(() => definedVersions(ElfFile.read(source)));
  } finally {
    source.close();
  }
}
