import type { Before, FoundLibrary } from '../verdict/context.js';
import type { Judgement } from '../verdict/judgement.js';
import type { Candidate, Linking } from './candidate.js';

/** A library or a symbol is lacking, which a plugin before may have brought. */
const LACKING: ReadonlySet<string> = new Set(['OCX0201', 'OCX0203', 'OCX0210', 'OCX0211', 'OCX0213']);

export function lacksSomething({ alone }: Candidate): boolean {
  return alone.findings.some(({ code }) => LACKING.has(code));
}

/**
 * Libraries and symbols of plugins that were opened. A SONAME that is loaded satisfies, whoever asked for it (elf/dl-load.c: _dl_map_object); symbols
 * are found in what plugin.Open opened, with RTLD_GLOBAL, and not in what dlopen did with RTLD_LOCAL.
 */
export class Loaded implements Before {
  readonly #libraries = new Map<string, FoundLibrary>();
  readonly #global: ((symbol: string) => boolean)[] = [];

  add(linking: Linking, scope: 'global' | 'local'): void {
    if (scope === 'global') this.#global.push((symbol) => linking.defines(symbol));
    for (const [name, library] of linking.libraries()) {
      for (const key of [name, library.soname, library.path])
        if (key !== null && !this.#libraries.has(key)) this.#libraries.set(key, library);
      if (scope === 'global') this.#global.push((symbol) => library.defines(symbol));
    }
  }

  get isEmpty(): boolean {
    return this.#libraries.size === 0 && this.#global.length === 0;
  }

  library(name: string): FoundLibrary | null {
    return this.#libraries.get(name) ?? null;
  }

  defines(symbol: string): boolean {
    return this.#global.some((defines) => defines(symbol));
  }
}

/** As alone, but for what others brought. */
export function besides(candidate: Candidate, loaded: Loaded | null): Judgement {
  return loaded && !loaded.isEmpty && candidate.linking && lacksSomething(candidate)
    ? candidate.linking.judgeAfter(loaded)
    : candidate.alone;
}
