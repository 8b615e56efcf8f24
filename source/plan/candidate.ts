import type { Evidence } from '../evidence/evidence.js';
import type { Before, Context, FoundLibrary, StaticBlock } from '../verdict/context.js';
import type { Judgement } from '../verdict/judgement.js';

/** A plugin on its way into a host: what was read of it, and how it fares alone. */
export interface Candidate {
  /** Identity, and what the loader is given. */
  readonly path: string;
  /** Its place, from 1. */
  readonly order: number;
  /** As a list shows it. */
  readonly name: string;
  /** Null when it could not be read as an object file. */
  readonly evidence: Evidence | null;
  /** How the host opens it; null when it could not be read. */
  readonly opener: Context['opener'] | null;
  /** Against the host with nothing else in it. */
  readonly alone: Judgement;
  /** Null when it is not there. */
  readonly file: FileIdentity | null;
  /** What the dynamic linker would do with it beside others; null for what is no ELF file. */
  readonly linking: Linking | null;
  /** `processor batch` of each component its descriptors name. */
  readonly components: readonly string[];
}

/** Asked only where a plugin lacks something that one before it may have brought. */
export interface Linking {
  judgeAfter(before: Before): Judgement;
  /** What is loaded with it, by the names that were asked for. */
  libraries(): ReadonlyMap<string, FoundLibrary>;
  /** What it takes of static thread-local storage. */
  staticBlocks(before: Before): readonly StaticBlock[];
  /** Of its own dynamic symbols. */
  defines(symbol: string): boolean;
}

/** Under which name the loader knows a file: plugin.Open goes by the real path, dlopen by the inode. */
export interface FileIdentity {
  /** Device and inode: the same for hard links. */
  readonly inode: string;
  /** With links followed, as realpath(3) gives it. */
  readonly realPath: string;
}

/** The host that opens them. */
export interface PlanHost {
  readonly opens: HostOpens;
  /** Whether it has the package; plugins that bring another version of it can only fail. */
  hashOf(packagePath: string): string | null;
  /** Bytes of its runtime.moduledata; null when it does not tell. */
  readonly moduledataSize: number | null;
  /** `processor batch` of each component built into it, as far as its descriptors name them. */
  readonly components: readonly string[];
}

/**
 * What a host does with a plugin that can't load. A Collector with the ocx runtime judges before it opens, and opens `what loads`. Any
 * other Go program opens `everything`, or, where it carries a manifest, what its policy does not refuse. `nothing`: it has no loader.
 */
export type HostOpens = 'what loads' | 'what is not refused' | 'everything' | 'nothing';

/** Whether code of the file gets into the process: the reason why a failure may harm others. */
export type Opened = 'yes' | 'no' | 'maybe';
