import type { ElfFile } from '../elf/elfFile.js';
import { decodeText } from '../reader/cursor.js';
import { FormatError, orNull } from '../reader/errors.js';
import { TextBudget } from '../reader/textBudget.js';
import { LoadedWords } from './loadedWords.js';
import { ENTRY_WORDS, findModuledata, type Moduledata } from './moduledata.js';

/** One entry of `go:link.pkghashes`: a package, and the fingerprint of the export data the plugin was linked against. */
export interface PackageHash {
  /** Import path. Untrusted. */
  readonly package: string;
  /** 8 bytes in hex; of an entry whose length is damaged, what that length takes: it equals none. */
  readonly hash: string;
  /** File offset of the entry. */
  readonly offset: number;
  /** What the file itself brings of the package, where damage made that another hash (`withOwnHashes`). */
  readonly own?: string;
}

/** What a plugin file says to the runtime that opens it. */
export interface PluginModule {
  readonly moduledata: Moduledata;
  /** In the order in which the runtime compares them, which is the order of the table. */
  readonly hashes: readonly PackageHash[];
  /** `-pluginpath`, or what the go command made of the import path. Escaped as symbol names are (cmd/internal/objabi: PathToPrefix). Null when unreadable. */
  readonly pluginPath: string | null;
  readonly words: LoadedWords;
}

const MAX_NAME = 4096;
const RUNTIME_HASH = 'go:link.pkghash.';

/**
 * Reads the table the runtime checks (runtime/plugin.go: the loop over `md.pkghashes`; written by cmd/link/internal/ld/symtab.go).
 * An entry is {modulename string, linktimehash string, runtimehash *string}; `runtimehash` is resolved by the dynamic linker to
 * whichever object brought the package first, so it is nothing this file can tell.
 *
 * Null when the file has no such table: no Go plugin.
 * @param goVersion what build info says; asked for where the table's own shape does not tell.
 * @throws FormatError when the table is there, but malformed.
 */
export function readPluginModule(elf: ElfFile, goVersion: () => string | null = () => null): PluginModule | null {
  const words = new LoadedWords(elf);
  const moduledata = findModuledata(elf, words, goVersion);
  if (!moduledata) return null;
  return { moduledata, hashes: readHashes(elf, words, moduledata), pluginPath: readPluginPath(elf, words, moduledata), words };
}

function readHashes(elf: ElfFile, words: LoadedWords, { table, count }: Moduledata): readonly PackageHash[] {
  const { image } = elf;
  const fields = words.read(table, count * ENTRY_WORDS, 'go:link.pkghashes');
  const hashes: PackageHash[] = [];
  const budget = new TextBudget(image.source);
  for (let index = 0; index < count; index++) {
    const at = index * ENTRY_WORDS;
    const entry = table + at * image.wordSize;
    const string = (word: number, field: string): Uint8Array => {
      const length = fields[at + word + 1] ?? 0;
      const place = words.pointer(entry + word * image.wordSize, fields[at + word] ?? 0);
      if (length > MAX_NAME)
        throw new FormatError(image.source.name, image.offsetOf(entry) ?? 0, field, `claims ${length} bytes`);
      return image.at(place, length, field).raw(0, length, field);
    };
    const hash = string(2, 'linktimehash');
    // The runtime reads the name only to complain. Of a damaged one the symbol that the entry is compared with tells.
    const named = orNull(() => string(0, 'modulename')) ?? nameBySymbol(elf, words, entry + 4 * image.wordSize);
    const name = named ?? string(0, 'modulename');
    budget.spend(name.length, 'modulename');
    hashes.push({ package: decodeText(name), hash: hex(hash), offset: image.offsetOf(entry) ?? 0 });
  }
  return hashes;
}

/** The package of the symbol `go:link.pkghash.<package>` whose address is put at `runtimehash`. Reads all relocations. */
function nameBySymbol(elf: ElfFile, words: LoadedWords, runtimehash: number): Uint8Array | null {
  const symbol = words.symbolAt(runtimehash);
  if (symbol === null) return null;
  const name = elf.dynamicSymbols.nameBytes(symbol);
  return decodeText(name).startsWith(RUNTIME_HASH) ? name.subarray(RUNTIME_HASH.length) : null;
}

/**
 * `pluginpath` is the string just before `pkghashes`, in every version of the struct. What lies behind a NUL in it no symbol's name has
 * (plugin/plugin_dlopen.go hands it to dlsym): of a length that is damaged it ends there.
 */
function readPluginPath(elf: ElfFile, words: LoadedWords, { pkghashesField }: Moduledata): string | null {
  const { image } = elf;
  const field = pkghashesField - 2 * image.wordSize;
  const [value = 0, length = 0] = words.read(field, 2, 'pluginpath');
  const place = words.pointer(field, value);
  if (length === 0 || length > image.bytesFrom(place)) return null;
  const bytes = image.at(place, Math.min(length, MAX_NAME), 'pluginpath').raw(0, Math.min(length, MAX_NAME), 'pluginpath');
  const end = bytes.indexOf(0);
  return decodeText(end < 0 ? bytes : bytes.subarray(0, end + 1));
}

/** Bytes as lower-case hex. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
