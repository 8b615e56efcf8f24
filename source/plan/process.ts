import type { Candidate } from './candidate.js';
import type { Loaded } from './loaded.js';

/** Who brought something into the process: the place in the order, from 1, and the name. */
export interface Origin {
  readonly order: number;
  readonly candidate: Candidate;
  /** False where it is not certain that it got in. */
  readonly certain: boolean;
}

export interface Provider extends Origin {
  readonly hash: string;
}

/**
 * What became of a file that plugin.Open was given: it remembers by real path (plugin/plugin_dlopen.go: plugins). `stuck`: it failed when it looked
 * up its exports, and whoever opens it again waits for a channel that nobody closes.
 */
export type Memory = 'open' | 'failed' | 'stuck';

/** A file that plugin.Open was given. */
export interface Remembered extends Origin {
  readonly memory: Memory;
  /** Of one that failed, the error without the file: it is given again. */
  readonly words: string | null;
}

/** A module in the runtime's list, which only grows (runtime/symtab.go: lastmoduledatap). */
export type Tail = 'none' | 'good' | 'bad' | 'unsure';

/**
 * What earlier plugins left in one process of the host. plugin.Open uses RTLD_GLOBAL and closes nothing, so that a plugin that failed
 * its hash check stays, and its packages with it.
 */
export class Process {
  /** Providers of packages the host lacks, in scope order; what comes behind the first that is certain is never asked. */
  readonly packages = new Map<string, Provider[]>();
  /** Modules that passed their checks, by plugin path: what `activeModules` of the runtime gives. */
  readonly pluginPaths = new Map<string, Origin>();
  readonly inodes = new Map<string, Origin>();
  readonly realPaths = new Map<string, Remembered>();
  /** Files that are mapped because a plugin needs them as libraries. */
  readonly libraryInodes = new Map<string, Origin>();
  readonly components = new Map<string, Origin>();
  /** Null where no plugin lacks anything that another may have brought: then nobody asks. */
  readonly loaded: Loaded | null;
  /** The last module of the list. */
  tail: Tail = 'none';
  /** The module that `tail` is about. */
  last: Origin | null = null;
  /** A plugin of another layout wrote its link into the wrong field of the last module: the runtime finds no module that comes after. */
  cutBy: Origin | null = null;

  constructor(loaded: Loaded | null) {
    this.loaded = loaded;
  }

  /** Adds a provider unless an earlier one is certain to have the package; gives back whether it did. */
  provide(packagePath: string, provider: Provider): boolean {
    const known = this.packages.get(packagePath);
    if (!known) {
      this.packages.set(packagePath, [provider]);
      return true;
    }
    if (known.some(({ certain }) => certain)) return false;
    known.push(provider);
    return true;
  }

  addModule(state: 'good' | 'bad', origin: Origin): void {
    this.tail = origin.certain ? state : 'unsure';
    this.last = origin;
  }
}
