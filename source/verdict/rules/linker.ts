import type { VersionNeed } from '../../evidence/evidence.js';
import { quoted } from '../buildCommand.js';
import { type Context, checked, type FoundLibrary, NOTHING, notChecked, type Rule, type Ruling, together } from '../context.js';
import { finding } from '../finding.js';

/** Part of glibc itself: where a host runs that needs libc.so.6, all of these are installed (one package, one version). */
const GLIBC =
  /^(lib(c|m|dl|pthread|rt|util|resolv|anl|nsl|mvec|thread_db|BrokenLocale)\.so\.\d+|ld-linux[\w.-]*\.so\.\d+|ld64\.so\.\d+)$/;

/** What will be in memory when the plugin is relocated, as far as it is known. */
interface Scope {
  /** DT_NEEDED names that are satisfied, with what satisfies them. */
  readonly found: ReadonlyMap<string, FoundLibrary>;
  /** Names nobody could find. */
  readonly missing: readonly string[];
}

/** Follows DT_NEEDED: glibc is where a host runs, the host's own libraries are in memory, others are looked for on this system. */
function scopeOf({ plugin, host, libraries }: Context): Scope {
  const inHost = new Set(host?.evidence.linker?.needed ?? []);
  const found = new Map<string, FoundLibrary>();
  const missing: string[] = [];
  // A filtee is loaded before its filter, and must be there (elf/dl-deps.c).
  const queue = [...(plugin.linker?.needed ?? []), ...(plugin.linker?.filters ?? [])];
  const seen = new Set(queue);
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const library = libraries.find(name);
    if (library) found.set(name, library);
    else if (!GLIBC.test(name) && !inHost.has(name)) missing.push(name);
    for (const next of library?.needed ?? []) {
      if (!seen.has(next)) queue.push(next);
      seen.add(next);
    }
  }
  return { found, missing };
}

function neededLibraries({ plugin }: Context, { found, missing }: Scope): Ruling {
  const here = (plugin.linker?.needed ?? []).flatMap((name) => (GLIBC.test(name) ? [] : (found.get(name)?.path ?? [])));
  const path = plugin.linker?.rpath || plugin.linker?.runpath || null;
  if (missing.length === 0 && here.length > 0 && path !== null) return searchedElsewhere(path, here);
  if (missing.length === 0)
    return checked(here.length === 0 ? 'needed libraries' : `needed libraries (${here.join(', ')} of this system)`);
  return notChecked(
    'needed libraries that are not on this system',
    missing.map((name) =>
      finding('OCX0201', {
        subject: name,
        plugin: name,
        evidence: 'dynamic section, DT_NEEDED',
        message: `needs ${name}, which is not in this system's library directories`,
        loaderMessage: `${name}: cannot open shared object file: No such file or directory`,
        fix: `on the Collector's machine: ldd ${quoted(plugin.path)}`,
      }),
    ),
  );
}

/** Its own search path comes before the system's directories: the library found there may not be the one that is taken. */
function searchedElsewhere(path: string, here: readonly string[]): Ruling {
  return notChecked('needed libraries by RPATH or RUNPATH', [
    finding('OCX0208', {
      subject: path,
      plugin: path,
      evidence: 'dynamic section, DT_RPATH or DT_RUNPATH',
      message: `looks for libraries in ${path} first, which was not searched (this system has ${here.join(', ')})`,
      fix: 'link it without -rpath, or try it on the machine of the host',
    }),
  ]);
}

/** glibc's dl-reloc.c: a file that insists on static TLS gets it from what is left over, about 1.6 kB; Go plugins want 8 bytes. */
const STATIC_TLS_LEFT = 512;

/** What glibc may not be able to give, or to read. */
function beyondTheModel({ plugin }: Context): Ruling {
  const { staticTls = 0, androidRelocations = false } = plugin.linker ?? {};
  const wants = `${staticTls.toLocaleString('en')} bytes`;
  const tls =
    staticTls <= STATIC_TLS_LEFT
      ? NOTHING
      : notChecked('room for static thread-local storage', [
          finding('OCX0209', {
            subject: 'PT_TLS',
            plugin: wants,
            evidence: 'program header PT_TLS, DF_STATIC_TLS',
            message: `wants ${wants} of static thread-local storage, of which little is left in a running process`,
            loaderMessage: 'cannot allocate memory in static TLS block',
            fix: 'build its C code with -ftls-model=global-dynamic',
          }),
        ]);
  if (!androidRelocations) return tls;
  const packed = notChecked('packed relocations of Android', [
    finding('OCX0205', {
      subject: 'DT_ANDROID_RELA',
      plugin: 'used',
      evidence: 'dynamic section',
      message: "its relocations are in Android's packed format, which glibc does not read",
      fix: 'link it without --pack-dyn-relocs=android',
    }),
  ]);
  return together(tls, packed);
}

/**
 * ld.so checks each DT_VERNEED entry that is not weak (elf/dl-version.c: match_symbol). A host that runs proves the versions
 * it asks for itself; a library of this system proves what it defines. Newer ones are not proven.
 */
function symbolVersions({ plugin, host }: Context, { found }: Scope): Ruling {
  if (!plugin.linker || !host) return NOTHING;
  const asked = new Set<string>();
  let glibc: readonly number[] = [];
  for (const { library, version } of host.evidence.linker?.versionNeeds ?? []) {
    asked.add(`${library} ${version}`);
    const numbers = glibcVersion(version);
    // glibc is one package: libm's 2.29 proves libc's.
    if (numbers && GLIBC.test(library) && isNewer(numbers, glibc)) glibc = numbers;
  }
  const proven = ({ library, version, weak }: VersionNeed): boolean => {
    if (weak || asked.has(`${library} ${version}`) || found.get(library)?.versions.has(version)) return true;
    const numbers = glibcVersion(version);
    return numbers !== null && GLIBC.test(library) && !isNewer(numbers, glibc);
  };
  const unproven = plugin.linker.versionNeeds.filter((need) => !proven(need));
  if (unproven.length === 0) return checked('symbol versions');
  return notChecked(
    'symbol versions newer than the host proves',
    unproven.map(({ library, version }) =>
      finding('OCX0202', {
        subject: `${library} ${version}`,
        plugin: version,
        host: glibc.length > 0 && GLIBC.test(library) ? `GLIBC_${glibc.join('.')}` : null,
        evidence: 'dynamic section, DT_VERNEED',
        message: `needs ${version} of ${library}, which neither the host nor this system proves`,
        loaderMessage: `version \`${version}' not found (required by ${plugin.path})`,
        fix: 'build the plugin on the system the host was built on, or an older one',
      }),
    ),
  );
}

function glibcVersion(version: string): readonly number[] | null {
  const match = /^GLIBC_(\d+(?:\.\d+)*)$/.exec(version);
  return match?.[1] ? match[1].split('.').map(Number) : null;
}

function isNewer(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function undefinedSymbols({ plugin, host }: Context, { found }: Scope): Ruling {
  if (!plugin.linker || !host) return NOTHING;
  const libraries = [...found.values()];
  const missing = plugin.linker.unversionedUndefined.filter(
    (name) => !host.defines(name) && !libraries.some((library) => library.defines(name)),
  );
  if (missing.length === 0) return checked('undefined symbols');
  const [first = ''] = missing;
  return notChecked('undefined symbols that a library may provide', [
    finding('OCX0203', {
      subject: first,
      plugin: first,
      evidence: 'dynamic symbols, undefined and without a version',
      message: `${missing.length === 1 ? `undefined symbol ${first}` : `${missing.length} undefined symbols, first ${first}`}: not in the host`,
      loaderMessage: `undefined symbol: ${first}`,
      items: missing.map((subject) => ({ subject, plugin: null, host: null })),
      fix: 'link the library that defines it into the plugin',
    }),
  ]);
}

const flags: Rule = ({ plugin, host }) => {
  const { linker } = plugin;
  if (!linker) return NOTHING;
  const noOpen = linker.noOpen
    ? checked('dynamic flags', [
        finding('OCX0204', {
          subject: 'DF_1_NOOPEN',
          plugin: 'set',
          evidence: 'dynamic section, DT_FLAGS_1',
          message: 'the file is marked as not to be opened with dlopen (-z nodlopen)',
          loaderMessage: 'shared object cannot be dlopen()ed',
          fix: 'link it without -z nodlopen',
        }),
      ])
    : checked('dynamic flags');
  const asksForRelr = linker.versionNeeds.some(({ version }) => version === 'GLIBC_ABI_DT_RELR');
  const hostHasRelr = host?.evidence.linker?.hasRelr === true;
  const relr =
    linker.hasRelr && !asksForRelr && !hostHasRelr
      ? notChecked('packed relocations', [
          finding('OCX0205', {
            subject: 'DT_RELR',
            plugin: 'used, GLIBC_ABI_DT_RELR not asked for',
            evidence: 'dynamic section, DT_RELR',
            message: 'uses packed relocations without asking for GLIBC_ABI_DT_RELR: newer glibc refuses it, older ones crash',
            loaderMessage: 'DT_RELR without GLIBC_ABI_DT_RELR dependency',
            fix: 'link with -z nopack-relative-relocs, or with a linker that asks for the version',
          }),
        ])
      : NOTHING;
  return together(noOpen, relr);
};

/** compiler-rt, asan_linux.cpp: AsanCheckDynamicRTPrereqs ends a process whose first library is not the runtime. */
function sanitizer({ plugin, host }: Context, { found }: Scope): Ruling {
  const needs = (names: readonly string[]) => names.find((name) => /^lib(asan|clang_rt\.asan)[-.\w]*\.so/.test(name));
  const runtime = needs([...(plugin.linker?.needed ?? []), ...found.keys()]);
  if (runtime === undefined || !host || needs(host.evidence.linker?.needed ?? []) !== undefined) return NOTHING;
  return checked('sanitizers', [
    finding('OCX0206', {
      subject: runtime,
      plugin: `needs ${runtime}`,
      host: 'built without it',
      evidence: 'dynamic section, DT_NEEDED',
      message: 'built with -asan, the host without: its runtime ends the process when it is loaded',
      loaderMessage: 'ASan runtime does not come first in initial library list',
      fix: 'build it without -asan',
    }),
  ]);
}

/** Only glibc's dynamic linker is modelled; musl's has rules of its own (ldso/dynlink.c). */
function otherCLibrary({ host }: Context): Ruling {
  const interpreter = host?.evidence.linker?.interpreter ?? null;
  if (interpreter === null || /\/ld(-linux[-\w]*|64)?(-[\d.]+)?\.so/.test(interpreter)) return NOTHING;
  return notChecked('the dynamic linker of the host', [
    finding('OCX0207', {
      subject: interpreter,
      host: interpreter,
      evidence: 'PT_INTERP of the host',
      message: `the host asks for ${interpreter}, which is not glibc's: its rules for libraries are not decided here`,
      fix: 'try it in a child process on the machine of the host',
    }),
  ]);
}

/** The dynamic linker's part, as far as it can be told. */
export const linker: Rule = (context) => {
  if (!context.plugin.linker) return NOTHING;
  const scope = scopeOf(context);
  return together(
    otherCLibrary(context),
    flags(context),
    neededLibraries(context, scope),
    symbolVersions(context, scope),
    undefinedSymbols(context, scope),
    sanitizer(context, scope),
    beyondTheModel(context),
  );
};
