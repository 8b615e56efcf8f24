import type { Evidence } from '../../../evidence/evidence.js';
import {
  type Before,
  type Context,
  type FoundLibrary,
  type Host,
  type Libraries,
  NOTHING_BEFORE,
  type Requester,
  type UnusableLibrary,
} from '../../context.js';

/** Part of glibc itself: where a host runs that needs libc.so.6, all of these are installed (one package, one version). */
export const GLIBC =
  /^(lib(c|m|dl|pthread|rt|util|resolv|anl|nsl|mvec|thread_db|BrokenLocale)\.so\.\d+|ld-linux[\w.-]*\.so\.\d+|ld64\.so\.\d+)$/;

/** A needed library that is not to be had. */
export interface Missing {
  readonly name: string;
  /** `needs` of the plugin itself, or of a library it needs. */
  readonly neededBy: string;
  /** What was found instead; null when nothing was. */
  readonly unusable: UnusableLibrary | null;
  /** It is looked for from wherever the Collector was started too: what is there is not known. */
  readonly relative: boolean;
}

/** What will be in memory when the plugin is relocated, as far as it is known. */
export interface Scope {
  /** By DT_NEEDED name: what satisfies it on this system. */
  readonly found: ReadonlyMap<string, FoundLibrary>;
  /** Of those, the ones that come with the plugin: relocated with it, so that all they want must be there too. */
  readonly added: readonly FoundLibrary[];
  readonly missing: readonly Missing[];
  /** This system could run the host: what is not on it is missing, not unknown. */
  readonly isHere: boolean;
}

/** Follows DT_NEEDED, breadth first, as ld.so does (elf/dl-deps.c: _dl_map_object_deps); a SONAME that is loaded satisfies (_dl_map_object). */
export function scopeOf({ plugin, host, libraries, before }: Pick<Context, 'plugin' | 'host' | 'libraries' | 'before'>): Scope {
  const hostRequester: Requester | null = host && requesterOf(host.evidence.path, host.evidence.linker, null);
  // What can't be preloaded is passed over (elf/rtld.c: do_preload).
  const preloaded = closure(libraries.preloaded, hostRequester, libraries, NOTHING_BEFORE, new Map());
  const inHost = closure(host?.evidence.linker?.needed ?? [], hostRequester, libraries, NOTHING_BEFORE, preloaded.found);
  const isHere = host !== null && runsHere(host, libraries, inHost.missing);
  const own = requesterOf(plugin.path, plugin.linker, hostRequester);
  // A filtee is loaded before its filter, and must be there (elf/dl-deps.c).
  const wanted = [...(plugin.linker?.needed ?? []), ...(plugin.linker?.filters ?? [])];
  const { found, missing } = closure(wanted, own, libraries, before, inHost.found);
  const loaded = new Set(inHost.found.values());
  const hostNames = new Set(host?.evidence.linker?.needed ?? []);
  return {
    found,
    added: [...new Set(found.values())].filter((library) => !loaded.has(library) && before.library(library.path) === null),
    missing: missing.filter(({ name }) => !hostNames.has(name) && (isHere || !GLIBC.test(name))),
    isHere,
  };
}

/** The libraries that are in the process after the plugin was opened, by the names they were asked for. */
export function librariesOf(plugin: Evidence, host: Host, libraries: Libraries): ReadonlyMap<string, FoundLibrary> {
  return scopeOf({ plugin, host, libraries, before: NOTHING_BEFORE }).found;
}

/** What dlsym looks through after the plugin itself: the libraries it needs, and theirs (elf/dl-sym.c: do_sym; elf/dl-deps.c: l_searchlist). */
export function searchedBy(plugin: Evidence, { found }: Scope): FoundLibrary[] {
  const names = [...(plugin.linker?.needed ?? []), ...(plugin.linker?.filters ?? [])];
  const searched = new Set<FoundLibrary>();
  for (const name of names) {
    const library = found.get(name);
    if (library === undefined || searched.has(library)) continue;
    searched.add(library);
    names.push(...library.needed);
  }
  return [...searched];
}

function runsHere(host: NonNullable<Context['host']>, libraries: Libraries, missing: readonly Missing[]): boolean {
  const { object, linker } = host.evidence;
  return object.machine === libraries.machine && linker?.interpreter != null && missing.length === 0;
}

function requesterOf(
  path: string,
  linker: { readonly rpath: string | null; readonly runpath: string | null } | null,
  loader: Requester | null,
): Requester {
  return { path, rpath: linker?.runpath ? null : (linker?.rpath ?? null), runpath: linker?.runpath || null, loader };
}

/** From the root, or from where a file lies. */
const KNOWN_PLACE = /^(\/|\$ORIGIN(?![A-Za-z0-9_])|\$\{ORIGIN\})/;

/** A path without a first slash, in DT_NEEDED or in a search path; an empty element of one is the working directory. */
function searchesRelative(name: string, by: Requester | null, { platform }: Libraries): boolean {
  const isKnown = (text: string) => KNOWN_PLACE.test(text) && (platform !== null || !/\$\{?PLATFORM/.test(text));
  if (name.includes('/')) return !isKnown(name);
  const lists: (string | null)[] = [by?.runpath ?? null];
  for (let each = by; each && by?.runpath === null; each = each.loader) lists.push(each.rpath);
  return lists.some((list) => list?.split(':').some((element) => !isKnown(element)));
}

function closure(
  wanted: readonly string[],
  requester: Requester | null,
  libraries: Libraries,
  before: Before,
  loaded: ReadonlyMap<string, FoundLibrary>,
): { found: ReadonlyMap<string, FoundLibrary>; missing: readonly Missing[] } {
  const found = new Map(loaded);
  const missing: Missing[] = [];
  const queue = wanted.map((name) => ({ name, by: requester }));
  const seen = new Set(loaded.keys());
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { name, by } = next;
    // The empty name is the program's own (elf/dl-load.c: _dl_map_object).
    if (name === '' || seen.has(name)) continue;
    seen.add(name);
    const library = [...found.values()].find(({ soname }) => soname === name) ?? before.library(name) ?? libraries.find(name, by);
    if (!library || 'fault' in library) {
      missing.push({
        name,
        neededBy: by?.path ?? '',
        unusable: library,
        relative: !library && searchesRelative(name, by, libraries),
      });
      continue;
    }
    found.set(name, library);
    const loader = { path: library.path, rpath: library.rpath, runpath: library.runpath, loader: by };
    queue.push(...library.needed.map((needed) => ({ name: needed, by: loader })));
  }
  return { found, missing };
}
