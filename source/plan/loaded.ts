import type { Before, FoundLibrary, StaticBlock } from '../verdict/context.js';
import type { Judgement } from '../verdict/judgement.js';
import { GLIBC } from '../verdict/rules/linker/scope.js';
import type { Candidate, Linking } from './candidate.js';

/** A library, a version of one or a symbol is lacking, which a plugin before may have brought. */
const LACKING: ReadonlySet<string> = new Set(['OCX0201', 'OCX0203', 'OCX0210', 'OCX0211', 'OCX0212', 'OCX0213', 'OCX0214']);

function lacksSomething({ alone }: Candidate): boolean {
  return alone.findings.some(({ code }) => LACKING.has(code));
}

/** Needs a library that is not the system's C library: of a name that is loaded already it gets another. */
export function bringsLibraries({ evidence }: Candidate): boolean {
  return evidence?.linker?.needed.some((name) => !GLIBC.test(name)) ?? false;
}

/** Has thread-local storage that is not Go's: of the static block everybody takes. */
function hasThreadLocal({ evidence }: Candidate): boolean {
  return evidence?.threadLocal !== undefined;
}

/** Whether libraries of others can decide about it, or its own about others. */
export function hasLibraries(candidate: Candidate): boolean {
  return lacksSomething(candidate) || bringsLibraries(candidate) || hasThreadLocal(candidate);
}

/**
 * Libraries and symbols of plugins that were opened. A SONAME that is loaded satisfies, whoever asked for it (elf/dl-load.c: _dl_map_object); symbols
 * are found in what plugin.Open opened, with RTLD_GLOBAL, and not in what dlopen did with RTLD_LOCAL.
 */
export class Loaded implements Before {
  readonly #libraries = new Map<string, FoundLibrary>();
  readonly staticTls: StaticBlock[] = [];
  readonly #global: { readonly path: string | null; defines(symbol: string): boolean }[] = [];

  add(candidate: Candidate, scope: 'global' | 'local'): void {
    const { linking } = candidate;
    if (!linking) return;
    const takes = hasThreadLocal(candidate) || bringsLibraries(candidate);
    if (takes) this.staticTls.push(...linking.staticBlocks(this));
    if (scope === 'global') this.#global.push({ path: null, defines: (symbol) => linking.defines(symbol) });
    for (const [name, library] of linking.libraries()) {
      // Alone it would get its own; here the one of that name that is there.
      if (this.#isAnother(name, library)) continue;
      for (const key of [name, library.soname, library.path])
        if (key !== null && !this.#libraries.has(key)) this.#libraries.set(key, library);
      if (scope === 'global') this.#global.push(library);
    }
  }

  get isEmpty(): boolean {
    return this.#libraries.size === 0 && this.#global.length === 0;
  }

  library(name: string): FoundLibrary | null {
    return this.#libraries.get(name) ?? null;
  }

  #isAnother(name: string, { soname, path }: FoundLibrary): boolean {
    const known = this.library(name) ?? (soname === null ? null : this.library(soname));
    return known !== null && known.path !== path;
  }

  defines(symbol: string, besides?: FoundLibrary): boolean {
    return this.#global.some((one) => one.path !== (besides?.path ?? '') && one.defines(symbol));
  }
}

/** As alone, but for what others brought. */
export function besides(candidate: Candidate, loaded: Loaded | null): Judgement {
  const { linking, alone } = candidate;
  if (!loaded || loaded.isEmpty || !linking) return alone;
  const takes = () => loaded.staticTls.length > 0 && linking.staticBlocks(loaded).length > 0;
  const mayTake = hasThreadLocal(candidate) || bringsLibraries(candidate);
  const matters =
    lacksSomething(candidate) || (bringsLibraries(candidate) && getsAnother(linking, loaded)) || (mayTake && takes());
  return matters ? linking.judgeAfter(loaded) : alone;
}

/** A library that is loaded under its name is taken, wherever its own would have been found. */
function getsAnother(linking: Linking, loaded: Loaded): boolean {
  return [...linking.libraries()].some(([name, { soname, path }]) => {
    const other = loaded.library(name) ?? (soname === null ? null : loaded.library(soname));
    return other !== null && other.path !== path;
  });
}
