import type { ElfFile } from '../elf/elfFile.js';
import { orNull } from '../reader/errors.js';
import { hex } from './linkHashes.js';
import { HASH_SIZE } from './moduledata.js';

const PREFIX = 'go:link.pkghashbytes.';

/**
 * The package hashes a file brings to the process that loads it: dynamic symbols `go:link.pkghashbytes.<package>`, of 8 bytes
 * each (cmd/link/internal/ld/symtab.go, where the linker knows that the program can use plugins). Of a host, these are
 * what a plugin's table is compared with.
 *
 * Looked up by name in the file's hash table, each once: a host has tens of thousands of dynamic symbols, and a plugin asks for a few hundred.
 */
export class ProvidedHashes {
  readonly #elf: ElfFile;
  readonly #known = new Map<string, string | null>();

  constructor(elf: ElfFile) {
    this.#elf = elf;
  }

  /** False: no Go program that can load plugins (`plugin` is not linked in, or it was built with CGO_ENABLED=0). */
  get any(): boolean {
    // `runtime` is part of every Go program; the second name is for a damaged table.
    return this.hash('runtime') !== null || this.hash('internal/abi') !== null;
  }

  /** The 8 bytes in hex, or null when this file does not bring the package. */
  hash(packagePath: string): string | null {
    const known = this.#known.get(packagePath);
    if (known !== undefined) return known;
    const found = this.#read(packagePath);
    this.#known.set(packagePath, found);
    return found;
  }

  #read(packagePath: string): string | null {
    const symbol = this.#elf.rawDynamicSymbol(PREFIX + packagePath);
    if (!symbol) return null;
    return orNull(() => hex(this.#elf.image.at(symbol.address, HASH_SIZE, PREFIX).raw(0, HASH_SIZE, PREFIX)));
  }
}
