import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { readLibraryCache } from '../binary/elf/libraryCache.js';
import { firstBound, strongUndefined } from '../binary/elf/undefined.js';
import { wantedSymbols } from '../binary/elf/versionedSymbols.js';
import type { FoundLibrary, Libraries, Requester, UnusableLibrary, WantedSymbol } from '../verdict/context.js';
import { GLIBC } from '../verdict/rules/linker/scope.js';
import { type AtPlace, lookInto, readLibrary } from './libraryFile.js';
import { noexecMountOf } from './mounts.js';
import { levelsHere, platformHere } from './processorLevels.js';
import { surplusOf } from './staticTlsSurplus.js';

interface Machine {
  readonly number: number;
  /** As evidence names it. */
  readonly name: string;
  /** `$LIB` and the directory of Debian's family. */
  readonly triple: string;
}

const MACHINES: Readonly<Record<string, Machine>> = {
  x64: { number: 62, name: 'x86-64', triple: 'x86_64-linux-gnu' },
  arm64: { number: 183, name: 'aarch64', triple: 'aarch64-linux-gnu' },
};

/** Where ld.so looks last, on Debian's and on Fedora's families (elf/dl-load.c: system_dirs; ld.so(8)). */
function systemDirectories({ triple }: Machine): readonly string[] {
  return [`/lib/${triple}`, `/usr/lib/${triple}`, '/lib64', '/usr/lib64', '/lib', '/usr/lib'];
}

/**
 * Libraries of the system ocx runs on, found as ld.so finds them (elf/dl-load.c: _dl_map_object): DT_RPATH of the requester and of what loaded it
 * unless it has DT_RUNPATH, LD_LIBRARY_PATH, DT_RUNPATH, the cache, the system's directories; in each what is made for this processor first. That a verdict rests on one is said with its path.
 */
export class SystemLibraries implements Libraries {
  readonly machine: string | null;
  readonly #machine: Machine | null;
  readonly #environment: string;
  /** Libraries don't change under a running explorer often enough to matter; a process of a one-shot command never sees it. */
  readonly #read = new Map<string, AtPlace>();
  readonly #folders = new Map<string, readonly string[]>();
  #known: readonly string[] | null = null;
  #platform: string | null | undefined;
  #cache: ReadonlyMap<string, readonly string[]> | null = null;

  readonly preloaded: readonly string[];
  readonly staticTlsSurplus: number;

  /**
   * @param libraryPath LD_LIBRARY_PATH of the Collector's start; that of this process is the best guess.
   * @param preload LD_PRELOAD, of which the same is true: names between blanks or colons.
   * @param tunables GLIBC_TUNABLES, of which the same is true.
   */
  constructor(libraryPath: string, preload = '', tunables = '') {
    this.staticTlsSurplus = surplusOf(tunables);
    this.preloaded = preload.split(/[ :]/).filter(Boolean);
    this.#machine = process.platform === 'linux' ? (MACHINES[process.arch] ?? null) : null;
    this.machine = this.#machine?.name ?? null;
    this.#environment = libraryPath;
  }

  get platform(): string | null {
    if (this.#platform === undefined) this.#platform = platformHere(this.#machine?.name);
    return this.#platform;
  }

  find(name: string, requester: Requester | null): FoundLibrary | UnusableLibrary | null {
    if (!this.#machine || name === '' || name.includes('\0')) return null;
    // With a slash it is a path; a relative one depends on where the Collector was started.
    if (name.includes('/')) {
      // elf/dl-deps.c: expand_dst, for the file that needs it.
      const path = requester ? this.#withoutTokens(name, requester.path) : name;
      const library = isAbsolute(path) ? this.#at(path) : null;
      return library === 'broken' ? null : library;
    }
    return (
      this.#inLists(this.#lists(requester), name) ??
      this.#inCache(this.#machine, name) ??
      this.#inLists([systemDirectories(this.#machine)], name)
    );
  }

  undefinedIn(path: string): readonly string[] | null {
    return lookInto(path, (elf) => strongUndefined(elf));
  }

  firstBoundIn(path: string, symbols: readonly string[]): string | null {
    return lookInto(path, (elf) => firstBound(elf, new Set(symbols)));
  }

  wantedIn(path: string): readonly WantedSymbol[] | null {
    return lookInto(path, (elf) => wantedSymbols(elf, (library) => !GLIBC.test(library)));
  }

  definesIn(path: string, symbol: string): boolean {
    return lookInto(path, (elf) => elf.rawDynamicSymbol(symbol) !== null) ?? false;
  }

  realPath(path: string): string {
    try {
      return realpathSync(path);
    } catch {
      return path;
    }
  }

  noexecMount(path: string): string | null {
    return this.#machine ? noexecMountOf(this.realPath(path)) : null;
  }

  /** Of the requester, its loaders and the environment, in ld.so's order: each list is searched by itself. */
  *#lists(requester: Requester | null): Generator<readonly string[]> {
    if (requester && requester.runpath === null) {
      for (let by: Requester | null = requester; by; by = by.loader)
        if (by.runpath === null && by.rpath !== null) yield this.#expand(by.rpath, by.path);
    }
    yield this.#expand(this.#environment, '');
    if (requester && requester.runpath !== null) yield this.#expand(requester.runpath, requester.path);
  }

  /** An empty element, and one without a first slash, would be the working directory: not known here (elf/dl-load.c: fillin_rpath). */
  #expand(list: string, path: string): readonly string[] {
    return list
      .split(/[:;]/)
      .map((element) => this.#withoutTokens(element, path).replace(/(?<=.)\/+$/, ''))
      .filter(isAbsolute);
  }

  /** elf/dl-load.c: is_dst: `$ORIGIN`, `${ORIGIN}`, and no longer word that begins so. */
  #withoutTokens(text: string, path: string): string {
    return text.replace(/\$(?:(ORIGIN|PLATFORM|LIB)(?![A-Za-z0-9_])|\{(ORIGIN|PLATFORM|LIB)\})/g, (token, plain, braced) => {
      const name = plain ?? braced;
      if (name === 'ORIGIN') return this.#originOf(path);
      return (name === 'LIB' ? this.#machine && `lib/${this.#machine.triple}` : this.platform) ?? token;
    });
  }

  /** Programs and plugins are opened by their real path; of a library it is the directory that it was found in, links not followed (elf/dl-object.c). */
  #originOf(path: string): string {
    return dirname(this.#read.has(path) ? path : this.realPath(path));
  }

  #inLists(lists: Iterable<readonly string[]>, name: string): FoundLibrary | UnusableLibrary | null {
    for (const list of lists)
      for (const directory of list) {
        const library = this.#in(directory, name);
        if (library === 'broken') break;
        if (library) return library;
      }
    return null;
  }

  #inCache(machine: Machine, name: string): FoundLibrary | UnusableLibrary | null {
    this.#cache ??= this.#readCache(machine);
    for (const path of this.#cache.get(name) ?? []) {
      const library = this.#at(path);
      if (library && library !== 'broken') return library;
    }
    return null;
  }

  /** elf/dl-load.c: open_path: what is made for the processor comes first, in each directory. */
  #in(directory: string, name: string): AtPlace {
    // Not joined: `..` is the parent of what a link leads to.
    const folder = `${directory}/glibc-hwcaps`;
    let levels = this.#folders.get(folder);
    if (!levels) {
      levels = existsSync(folder) ? this.#levels() : [];
      this.#folders.set(folder, levels);
    }
    for (const level of levels) {
      const library = this.#at(`${folder}/${level}/${name}`);
      if (library) return library;
    }
    return this.#at(`${directory}/${name}`);
  }

  /** ld.so knows these folders from glibc 2.33 on. */
  #levels(): readonly string[] {
    if (this.#machine && this.#known === null) {
      const libc = systemDirectories(this.#machine)
        .map((directory) => this.#at(`${directory}/libc.so.6`))
        .find((library) => library !== null);
      this.#known = libc && typeof libc === 'object' && 'versions' in libc && libc.versions.has('GLIBC_2.33') ? levelsHere() : [];
    }
    return this.#known ?? [];
  }

  #at(path: string): AtPlace {
    let library = this.#read.get(path);
    if (library === undefined) {
      library = this.#machine ? readLibrary(path, this.#machine.number) : null;
      this.#read.set(path, library);
    }
    return library;
  }

  #readCache(machine: Machine): ReadonlyMap<string, readonly string[]> {
    try {
      return readLibraryCache(readFileSync('/etc/ld.so.cache'), machine.number, this.#levels());
    } catch {
      return new Map(); // Musl's systems have none, nor have minimal containers.
    }
  }
}

/** The one of this process. */
export const SYSTEM_LIBRARIES: Libraries = new SystemLibraries(
  process.env.LD_LIBRARY_PATH ?? '',
  process.env.LD_PRELOAD ?? '',
  process.env.GLIBC_TUNABLES ?? '',
);
