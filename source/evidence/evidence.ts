import type { ThreadLocal } from '../binary/elf/threadLocal.js';
import type { GoExport } from '../binary/go/exports.js';
import type { GoBuildInfo } from '../binary/go/goBuildInfo.js';
import type { ReadProblem } from '../binary/reader/errors.js';

export type { ThreadLocal } from '../binary/elf/threadLocal.js';
export type { GoExport } from '../binary/go/exports.js';
export type { GoBuildInfo, GoModule, GoSetting } from '../binary/go/goBuildInfo.js';
export type { ReadProblem } from '../binary/reader/errors.js';

/**
 * What the bytes of one file say, each thing with where it was found. No judgement here: `source/verdict` compares
 * the evidence of a plugin with the evidence of a host.
 *
 * Strings are as the file has them: untrusted, and never shown but through `source/terminal/clean.ts`.
 */
export interface Evidence {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly object: ObjectEvidence;
  readonly linker: LinkerEvidence | null;
  readonly go: GoEvidence | null;
  readonly rust: RustEvidence | null;
  readonly manifest: ManifestEvidence;
  /** Names a loader looks up, that the file exports: of `ENTRY_SYMBOLS`, and those a manifest or the user names. */
  readonly entrySymbols: readonly string[];
  /** Parts that could not be read; the rest of the evidence stands. */
  readonly problems: readonly ReadProblem[];
  /** Damage that a loader is certain to refuse or to die of; not there where there is none. */
  readonly loadFaults?: readonly LoadFault[];
  /** Thread-local storage of C code; not there where there is none. */
  readonly threadLocal?: ThreadLocal;
}

/** One thing of a damaged file, and what it does to whoever opens it. */
export interface LoadFault {
  /**
   * When it is met: before the needed libraries, when symbols are bound, when init functions are called, when Go's runtime looks for the
   * last module of its list, when it takes that one, after it compared the link hashes.
   */
  readonly stage: 'mapping' | 'relocation' | 'init' | 'module list' | 'module';
  readonly effect: 'crashes' | 'fails';
  /** By its ELF or Go name: `DT_RELAENT`. */
  readonly field: string;
  /** `is 23, must be 24`. */
  readonly problem: string;
  /** In the words of the loader or the kernel. */
  readonly loaderMessage: string;
}

export type ObjectFormat = 'elf' | 'macho' | 'pe';

export interface ObjectEvidence {
  readonly format: ObjectFormat;
  readonly bits: 32 | 64;
  readonly endian: 'little' | 'big';
  /** The format's own name: `x86-64`, `aarch64`, `machine 243`. */
  readonly machine: string;
  /** `shared object`, `executable`, `relocatable`, ... */
  readonly kind: string;
  /** GOOS/GOARCH if the machine has a Go name, else null: `linux/amd64`. */
  readonly goPlatform: string | null;
  /** Where the file ends inside a segment; null when it is whole. */
  readonly truncated: Truncation | null;
  /** Has `.symtab`, so more than the dynamic symbols can be listed. */
  readonly hasSymbolTable: boolean;
  /** SysV ABI details a dynamic linker refuses, in its words: `ELF file OS ABI invalid`. ELF only. */
  readonly headerFaults: readonly string[];
}

export interface Truncation {
  /** 1-based among the program headers of type PT_LOAD (or the PT_DYNAMIC one). */
  readonly segment: number;
  readonly segments: number;
  /** File bytes the segments need. */
  readonly needs: number;
  /** Whole pages are missing: touching one is SIGBUS. False when only the end of the last page is, which reads as zeros. */
  readonly pages: boolean;
}

/** What the dynamic linker will want. ELF only. */
export interface LinkerEvidence {
  readonly interpreter: string | null;
  readonly soname: string | null;
  /** DT_NEEDED in order. */
  readonly needed: readonly string[];
  readonly rpath: string | null;
  readonly runpath: string | null;
  readonly versionNeeds: readonly VersionNeed[];
  /** Strong undefined dynamic symbols without a version, which only the host or another library could satisfy. */
  readonly unversionedUndefined: readonly string[];
  readonly hasRelr: boolean;
  /** DT_FILTER: libraries that are loaded like needed ones, and stand in for this one's symbols. */
  readonly filters: readonly string[];
  /** DT_SYMBOLIC or DF_SYMBOLIC: references are bound to the file's own symbols first. */
  readonly symbolic: boolean;
  /** Relocations in Android's packed format, of which glibc knows nothing. */
  readonly androidRelocations: boolean;
  /** Bytes of thread-local storage the file wants in the static block (DF_STATIC_TLS); 0 when it takes it as it comes. */
  readonly staticTls: number;
  /** DF_1_NOOPEN. */
  readonly noOpen: boolean;
  /** DF_1_PIE: an executable, which dlopen refuses. */
  readonly pie: boolean;
  /** Has PT_DYNAMIC; without one it is statically linked or not loadable. */
  readonly dynamic: boolean;
}

export interface VersionNeed {
  readonly library: string;
  readonly version: string;
  /** VER_FLG_WEAK: a missing one is not an error. */
  readonly weak: boolean;
}

export interface GoEvidence {
  readonly buildInfo: GoBuildInfo | null;
  /** Go version from build info: `go1.26.8`. */
  readonly version: string | null;
  /** The table the runtime checks when the plugin is opened, in its order; null when the file has none. */
  readonly linkHashes: readonly LinkHash[] | null;
  /** `go:link.pkghashbytes.*` is among the dynamic symbols: this binary can be a host of Go plugins. */
  readonly providesHashes: boolean;
  /** A program whose package plugin is linked in (cgo), and that provides no hashes all the same: static or internal linking. */
  readonly loaderWithoutHashes: boolean;
  /** `runtime.lastmoduledatap` is a dynamic symbol: the host's runtime finds the plugin through it. */
  readonly exportsLastModule: boolean;
  /** From the plugin's moduledata. */
  readonly pluginPath: string | null;
  /** What `plugin.Lookup` finds; null when this is no plugin, or the list could not be read. */
  readonly exports: readonly GoExport[] | null;
  readonly layout: RuntimeLayout | null;
}

/** One entry of `go:link.pkghashes`. */
export interface LinkHash {
  /** Import path. */
  readonly package: string;
  /** 8 bytes of export-data hash at link time, in hex: `5d1e02c7a1b2c3d4`. */
  readonly hash: string;
  /** File offset of the entry. */
  readonly offset: number;
  /** The hash that the file itself brings of the package, where damage made it another. */
  readonly own?: string;
}

/** What decides whether the host's runtime can walk the plugin's moduledata. Bytes. */
export interface RuntimeLayout {
  readonly moduledataSize: number | null;
  /** Offset of `pkghashes` in moduledata. */
  readonly pkghashesOffset: number | null;
}

export interface RustEvidence {
  /** `rustc version 1.95.0 (59807616e 2026-04-14)` as `.comment` has it; null after a strip that dropped it. */
  readonly comment: string | null;
  /** `rustc 1.95.0 (59807616e 2026-04-14)`: what `rustc --version` prints; less of it where only the standard library tells. */
  readonly rustcVersion: string | null;
  /** From `.dep-v0` (cargo-auditable). */
  readonly crates: readonly RustCrate[] | null;
}

export interface RustCrate {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly kind: 'runtime' | 'build';
}

export type Carrier = 'note' | 'symbol' | 'section' | 'sidecar';

/** A manifest as found, before anyone believes it. */
export interface ManifestEvidence {
  /** The one that counts, first in carrier order; null when there is none. */
  readonly found: FoundManifest | null;
  /** Further ones, in carrier order: of a second note, or of a weaker carrier. */
  readonly others: readonly FoundManifest[];
  /** Type-2 notes. */
  readonly descriptors: FoundManifest | null;
}

export interface FoundManifest {
  readonly carrier: Carrier;
  /** File offset of the text; 0 in a sidecar. */
  readonly offset: number;
  /** Bytes of JSON text. */
  readonly size: number;
  readonly text: string;
}

/** Symbols a host looks up in a plugin: the RFC's two Go drafts and its Rust one. */
export const ENTRY_SYMBOLS = ['CollectorPluginInit', 'NewFactory', 'register_collector_plugin'] as const;
