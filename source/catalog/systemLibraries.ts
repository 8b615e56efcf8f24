import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ElfFile } from '../binary/elf/elfFile.js';
import { versionDefinitions } from '../binary/elf/versionDefinitions.js';
import { FileSource } from '../binary/reader/byteSource.js';
import { FormatError } from '../binary/reader/errors.js';
import type { FoundLibrary, Libraries } from '../verdict/context.js';

/** Where ld.so looks last, on Debian's and on Fedora's families (elf/dl-load.c: system_dirs; ld.so(8)). */
const DIRECTORIES = ['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu', '/lib64', '/usr/lib64', '/lib', '/usr/lib'];
const EM_X86_64 = 62;

/**
 * Libraries of the system ocx runs on, by soname, for x86-64 hosts. That is where most hosts run; a verdict that rests on
 * one names its path, so that it is not taken for more.
 */
export const SYSTEM_LIBRARIES: Libraries = {
  find(soname) {
    let library = cache.get(soname);
    if (library === undefined) {
      library = findLibrary(soname);
      cache.set(soname, library);
    }
    return library;
  },
};

/** Libraries don't change under a running explorer often enough to matter; a process of a one-shot command never sees it. */
const cache = new Map<string, FoundLibrary | null>();

function findLibrary(soname: string): FoundLibrary | null {
  // A name with a slash is a path for ld.so, relative to wherever the Collector was started: not this system's business.
  if (soname.includes('/') || soname.includes('\0')) return null;
  for (const directory of DIRECTORIES) {
    const library = readLibrary(join(directory, soname));
    if (library) return library;
  }
  return null;
}

function readLibrary(path: string): FoundLibrary | null {
  let source: FileSource;
  try {
    if (!statSync(path).isFile()) return null;
    source = new FileSource(path);
  } catch {
    return null; // Not in this directory; the next may have it.
  }
  try {
    const elf = ElfFile.read(source);
    // ld.so passes over a file of another machine and goes on to the next directory.
    if (elf.header.machine !== EM_X86_64 || elf.bits !== 64 || !elf.dynamic) return null;
    const defined = new Map<string, boolean>();
    return {
      path,
      needed: elf.dynamic.needed,
      versions: versionDefinitions(elf),
      defines(symbol) {
        let known = defined.get(symbol);
        if (known === undefined) {
          known = definesNow(path, symbol);
          defined.set(symbol, known);
        }
        return known;
      },
    };
  } catch (error) {
    if (error instanceof FormatError) return null; // `libc.so` of a development package is a linker script.
    throw error;
  } finally {
    source.close();
  }
}

/** Asked for few symbols of few libraries: opening again costs less than keeping every library of a system open. */
function definesNow(path: string, symbol: string): boolean {
  const source = new FileSource(path);
  try {
    return ElfFile.read(source).rawDynamicSymbol(symbol) !== null;
  } finally {
    source.close();
  }
}
