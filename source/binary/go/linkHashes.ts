import type { ElfFile } from '../elf/elfFile.js';
import { decodeText } from '../reader/cursor.js';
import { FormatError } from '../reader/errors.js';
import { TextBudget } from '../reader/textBudget.js';
import { LoadedWords } from './loadedWords.js';
import { ENTRY_WORDS, findModuledata, HASH_SIZE, type Moduledata } from './moduledata.js';

/** One entry of `go:link.pkghashes`: a package, and the fingerprint of the export data the plugin was linked against. */
export interface PackageHash {
  /** Import path. Untrusted. */
  readonly package: string;
  /** 8 bytes in hex. */
  readonly hash: string;
  /** File offset of the entry. */
  readonly offset: number;
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

/**
 * Reads the table the runtime checks (runtime/plugin.go: the loop over `md.pkghashes`; written by cmd/link/internal/ld/symtab.go).
 * An entry is {modulename string, linktimehash string, runtimehash *string}; `runtimehash` is resolved by the dynamic linker to
 * whichever object brought the package first, so it is nothing this file can tell.
 *
 * Null when the file has no such table: no Go plugin.
 * @throws FormatError when the table is there, but malformed.
 */
export function readPluginModule(elf: ElfFile): PluginModule | null {
  const words = new LoadedWords(elf);
  const moduledata = findModuledata(elf, words);
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
    const name = string(0, 'modulename');
    budget.spend(name.length, 'modulename');
    if (hash.length !== HASH_SIZE) {
      throw new FormatError(
        image.source.name,
        image.offsetOf(entry) ?? 0,
        'linktimehash',
        `of entry ${index} has ${hash.length} bytes, not ${HASH_SIZE}`,
      );
    }
    hashes.push({ package: decodeText(name), hash: hex(hash), offset: image.offsetOf(entry) ?? 0 });
  }
  return hashes;
}

/** `pluginpath` is the string just before `pkghashes`, in every version of the struct. */
function readPluginPath(elf: ElfFile, words: LoadedWords, { pkghashesField }: Moduledata): string | null {
  const { image } = elf;
  const field = pkghashesField - 2 * image.wordSize;
  const [value = 0, length = 0] = words.read(field, 2, 'pluginpath');
  if (length === 0 || length > MAX_NAME) return null;
  return decodeText(image.at(words.pointer(field, value), length, 'pluginpath').raw(0, length, 'pluginpath'));
}

/** Bytes as lower-case hex. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
