import type { Evidence, LoadFault, ThreadLocal, VersionNeed } from '../evidence/evidence.js';
import type { ManifestReading } from '../manifest/readManifest.js';
import type { Finding } from './judgement.js';
import type { PolicyName } from './policyName.js';

/** The host side of a comparison: its evidence, and look-ups that read only what is asked for. */
export interface Host {
  readonly evidence: Evidence;
  /** Null when it carries none. */
  readonly manifest: ManifestReading | null;
  /** What it is told to ask of plugins; not a thing of its file. */
  readonly policy: PolicyName;
  /** Link hash of a package this host provides (hex, as in `LinkHash.hash`), or null when it has not that package. */
  hashOf(packagePath: string): string | null;
  /** Whether its dynamic symbols define this name. */
  defines(symbol: string): boolean;
  /** The same, but never by mistake: a profile has of most names only a hash, so that `defines` may take one for another. */
  surelyDefines(symbol: string): boolean;
}

/** A file that asks for libraries, as ld.so's search sees it (elf/dl-load.c: _dl_map_object). */
export interface Requester {
  /** For `$ORIGIN`. */
  readonly path: string;
  readonly rpath: string | null;
  /** With one, DT_RPATH counts for nothing: neither its own nor those of its loaders. */
  readonly runpath: string | null;
  /** What loaded it: its DT_RPATH counts too. */
  readonly loader: Requester | null;
}

/** A shared library of this system. */
export interface FoundLibrary {
  readonly path: string;
  readonly soname: string | null;
  /** Its own DT_NEEDED. */
  readonly needed: readonly string[];
  readonly rpath: string | null;
  readonly runpath: string | null;
  /** Versions it defines (DT_VERDEF); empty when it has none. */
  readonly versions: ReadonlySet<string>;
  /** Has a version for each symbol (DT_VERSYM), if only those it asks of others. */
  readonly isVersioned: boolean;
  readonly versionNeeds: readonly VersionNeed[];
  /** Strong undefined symbols without a version. */
  readonly undefined: readonly string[];
  /** Damage that ld.so is certain to refuse or to die of. */
  readonly loadFaults: readonly LoadFault[];
  /** Null when it has none. */
  readonly threadLocal: ThreadLocal | null;
  /** `device:inode`: the same file under another name is the same library. */
  readonly inode: string;
  defines(symbol: string): boolean;
  /** Whether it has the symbol in that version (elf/dl-lookup.c: check_match). */
  satisfies(symbol: string, version: string): boolean;
}

/** A symbol that a file wants from a library in a version of it; null where the file's own tables do not agree. */
export interface WantedSymbol {
  readonly name: string;
  readonly version: string | null;
  readonly library: string | null;
}

/** Found, and no library: ld.so looks no further, and fails. `fault` in its words: `invalid ELF header`. */
export interface UnusableLibrary {
  readonly path: string;
  readonly fault: string;
  /** It is mapped all the same, and touching what is not there ends the process (SIGBUS). */
  readonly kills: boolean;
}

/** Where a needed library would be found on this system. */
export interface Libraries {
  /** ELF machines this system runs, by the names evidence has: `x86-64`. */
  readonly machine: string | null;
  /** As ld.so would find it for this requester; null when it is not there. */
  find(name: string, requester: Requester | null): FoundLibrary | UnusableLibrary | null;
  /** What `$PLATFORM` stands for; null where it is not known. */
  readonly platform: string | null;
  /** Bytes of static thread-local storage that glibc keeps for what is opened later. */
  readonly staticTlsSurplus: number;
  /** Libraries that every program is started with (LD_PRELOAD), in their order. */
  readonly preloaded: readonly string[];
  /** Strong undefined symbols of a file, with a version or without; null when it can't be read. */
  undefinedIn(path: string): readonly string[] | null;
  /** Those that are wanted in a version of another library than glibc's; null when it can't be read. */
  wantedIn(path: string): readonly WantedSymbol[] | null;
  /** Which of these symbols is the first that the file is bound to; null when it is to none, or can't be read. */
  firstBoundIn(path: string, symbols: readonly string[]): string | null;
  /** Whether a file defines a symbol; false when it can't be read. */
  definesIn(path: string, symbol: string): boolean;
  /** With links followed; the path itself when it can't be. */
  realPath(path: string): string;
  /** Where the file lies: the mount of this system that forbids to execute what is on it, or null. */
  noexecMount(path: string): string | null;
}

/** A system of which nothing is known. */
export const NO_LIBRARIES: Libraries = {
  machine: null,
  platform: null,
  staticTlsSurplus: 0,
  preloaded: [],
  find: () => null,
  undefinedIn: () => null,
  wantedIn: () => null,
  firstBoundIn: () => null,
  definesIn: () => false,
  realPath: (path) => path,
  noexecMount: () => null,
};

/** What plugins that were opened before left in the process. */
export interface Before {
  /** A loaded library, by the name it was asked for or its SONAME. */
  library(name: string): FoundLibrary | null;
  /** The global scope: Go plugins and their libraries, which plugin.Open puts there (RTLD_GLOBAL). @param besides a library that is not asked. */
  defines(symbol: string, besides?: FoundLibrary): boolean;
  /** Static thread-local storage that they took, in order. */
  readonly staticTls: readonly StaticBlock[];
}

export const NOTHING_BEFORE: Before = {
  library: () => null,
  defines: () => false,
  staticTls: [],
};

/** The thread-local storage of one file that gets a place in the static block. */
export interface StaticBlock {
  readonly path: string;
  readonly size: number;
  readonly align: number;
  /** It can't be opened without. */
  readonly insists: boolean;
}

/** What a rule sees. */
export interface Context {
  readonly plugin: Evidence;
  /** Null when the file carries none. */
  readonly manifest: ManifestReading | null;
  /** How a host would open the file: Go files and those that claim to be Go go to `plugin.Open`, others to `dlopen`. */
  readonly opener: 'plugin.Open' | 'dlopen';
  readonly host: Host | null;
  readonly libraries: Libraries;
  readonly before: Before;
  /** What the host looks up in a Go plugin, of which one must be there; null: the RFC's names. */
  readonly entryNames: readonly string[] | null;
}

/** A rule: findings, and what it compared, in words a verdict can name. */
export interface Ruling {
  readonly findings: readonly Finding[];
  readonly checked: readonly string[];
  readonly notChecked: readonly string[];
}

export type Rule = (context: Context) => Ruling;

/** A ruling that says nothing: the rule does not apply. */
export const NOTHING: Ruling = { findings: [], checked: [], notChecked: [] };

export function checked(what: string, findings: readonly Finding[] = []): Ruling {
  return { findings, checked: [what], notChecked: [] };
}

export function notChecked(what: string, findings: readonly Finding[] = []): Ruling {
  return { findings, checked: [], notChecked: [what] };
}

export function together(...rulings: readonly Ruling[]): Ruling {
  return {
    findings: rulings.flatMap((ruling) => ruling.findings),
    checked: rulings.flatMap((ruling) => ruling.checked),
    notChecked: rulings.flatMap((ruling) => ruling.notChecked),
  };
}
