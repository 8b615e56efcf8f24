import { statSync } from 'node:fs';
import { DT } from '../binary/elf/constants.js';
import { ElfFile } from '../binary/elf/elfFile.js';
import { threadLocal } from '../binary/elf/threadLocal.js';
import { unversionedUndefined } from '../binary/elf/undefined.js';
import { answersUnversioned } from '../binary/elf/unversioned.js';
import { versionDefinitions } from '../binary/elf/versionDefinitions.js';
import { FileSource } from '../binary/reader/byteSource.js';
import { FormatError, orNull } from '../binary/reader/errors.js';
import type { LoadFault } from '../evidence/evidence.js';
import { loadFaults } from '../evidence/loadFaults.js';
import { elfObject } from '../evidence/objectEvidence.js';
import type { FoundLibrary, UnusableLibrary } from '../verdict/context.js';
import { versionedSymbolsOf } from './versionedLibrary.js';

/** What is at one place: `broken` is neither there nor absent, and ld.so looks no further in that list (elf/dl-load.c: open_path). */
export type AtPlace = FoundLibrary | UnusableLibrary | 'broken' | null;

/** Of an ELF header. */
const MIN_SIZE = 64;

/** What `look` gives of a file that is opened for it; null when the file vanished, or is malformed: its reading says so. */
export function lookInto<T>(path: string, look: (elf: ElfFile) => T): T | null {
  let source: FileSource | null = null;
  try {
    source = new FileSource(path);
    return look(ElfFile.read(source));
  } catch {
    return null;
  } finally {
    source?.close();
  }
}

/**
 * What ld.so makes of the file at a path where it looks for a library (elf/dl-load.c: open_verify, _dl_map_object_from_fd).
 * @param machine `e_machine` of this system: a file of another is passed over, as if it were not there.
 */
export function readLibrary(path: string, machine: number): AtPlace {
  let source: FileSource;
  let inode: string;
  try {
    const found = statSync(path);
    inode = `${found.dev}:${found.ino}`;
    // ld.so opens it, and looks no further when it can't be read (elf/dl-load.c: open_verify).
    if (found.isDirectory()) return unusable(path, 'cannot read file data: Is a directory');
    // A device can be read: of /dev/null that is nothing.
    if (!found.isFile()) return unusable(path, 'file too short');
    source = new FileSource(path);
  } catch (error) {
    // Not in this directory, or not to be read: the next may have it. What can't be followed ends the search of its list.
    return error instanceof Error && 'code' in error && (error.code === 'ELOOP' || error.code === 'ENAMETOOLONG')
      ? 'broken'
      : null;
  }
  let faults: readonly LoadFault[] = [];
  try {
    if (source.size < MIN_SIZE) return unusable(path, 'file too short');
    // `libc.so` of a development package is a linker script.
    if (!ElfFile.isElf(source)) return unusable(path, 'invalid ELF header');
    const elf = ElfFile.read(source);
    // ld.so passes over a file of another machine and goes on to the next directory.
    if (elf.header.machine !== machine || elf.bits !== 64) return null;
    const object = elfObject(elf);
    const [fault] = object.headerFaults;
    if (fault !== undefined) return unusable(path, fault);
    if (object.truncated?.pages) return { path, fault: 'it ends inside a segment', kills: true };
    const refused = whyNoLibrary(object.kind, elf);
    if (refused !== null) return unusable(path, refused);
    faults = loadFaults(elf);
    // Behind these nothing of it can be read.
    const [broken] = faults.filter(
      ({ stage, effect, field }) =>
        effect === 'crashes' && (stage === 'mapping' || field === 'DT_SYMTAB' || field === 'DT_STRTAB'),
    );
    if (broken) return { path, fault: `${broken.field} ${broken.problem}`, kills: true };
    if (!elf.dynamic) return unusable(path, 'object file has no dynamic section');
    const { dynamic } = elf;
    const defined = new Map<string, boolean>();
    return {
      path,
      soname: orNull(() => dynamic.soname),
      needed: dynamic.needed,
      rpath: dynamic.runpath ? null : dynamic.rpath,
      runpath: dynamic.runpath || null,
      versions: versionDefinitions(elf),
      isVersioned: dynamic.has(DT.VERSYM),
      versionNeeds: elf.versionNeeds,
      undefined: unversionedUndefined(elf),
      loadFaults: faults,
      threadLocal: orNull(() => threadLocal(elf)),
      inode,
      satisfies(symbol, version) {
        const versioned = versionedSymbolsOf(path);
        return versioned === null || versioned.has(`${symbol}@${version}`) || versioned.has(`${symbol}@`);
      },
      defines(symbol) {
        let known = defined.get(symbol);
        if (known === undefined) {
          known = answersNow(path, symbol);
          defined.set(symbol, known);
        }
        return known;
      },
    };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const deadly = faults.find(({ effect }) => effect === 'crashes');
    return deadly ? { path, fault: `${deadly.field} ${deadly.problem}`, kills: true } : unusable(path, 'invalid ELF header');
  } finally {
    source.close();
  }
}

function unusable(path: string, fault: string): UnusableLibrary {
  return { path, fault, kills: false };
}

/** elf/dl-load.c: _dl_map_object_from_fd, of what is no library, and of what may not be opened by dlopen, needed or not. */
function whyNoLibrary(kind: string, { dynamic }: ElfFile): string | null {
  if (kind === 'executable') return 'cannot dynamically load executable';
  if (kind !== 'shared object') return 'only ET_DYN and ET_EXEC can be loaded';
  if (dynamic?.pie) return 'cannot dynamically load position-independent executable';
  return dynamic?.noOpen ? 'shared object cannot be dlopen()ed' : null;
}

/** As a library, of a reference without a version. */
function answersNow(path: string, symbol: string): boolean {
  const source = new FileSource(path);
  try {
    return answersUnversioned(ElfFile.read(source), symbol);
  } finally {
    source.close();
  }
}

/** Asked for few symbols of few files: opening again costs less than keeping every library of a system open. */
export function definesNow(path: string, symbol: string): boolean {
  const source = new FileSource(path);
  try {
    return ElfFile.read(source).rawDynamicSymbol(symbol) !== null;
  } finally {
    source.close();
  }
}
