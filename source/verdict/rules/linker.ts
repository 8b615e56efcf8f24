import { checked, NOTHING, notChecked, type Rule, together } from '../context.js';
import { finding } from '../finding.js';

/** Part of glibc itself: where a host runs that needs libc.so.6, all of these are installed (one package, one version). */
const GLIBC =
  /^(lib(c|m|dl|pthread|rt|util|resolv|anl|nsl|mvec|thread_db|BrokenLocale)\.so\.\d+|ld-linux[\w.-]*\.so\.\d+|ld64\.so\.\d+)$/;

const libraries: Rule = ({ plugin, host }) => {
  const { linker } = plugin;
  if (!linker) return NOTHING;
  // What the host needs is in memory by the time a plugin is opened: the same soname is not searched again.
  const inHost = new Set(host?.evidence.linker?.needed ?? []);
  const open = linker.needed.filter((name) => !GLIBC.test(name) && !inHost.has(name));
  if (open.length === 0) return checked('needed libraries');
  return notChecked(
    'needed libraries outside glibc',
    open.map((name) =>
      finding('OCX0201', {
        subject: name,
        plugin: name,
        evidence: 'dynamic section, DT_NEEDED',
        message: `needs ${name}, which is not part of glibc and was not looked for`,
        fix: `on the Collector's machine: ldd ${quoted(plugin.path)}`,
      }),
    ),
  );
};

/**
 * A host that runs proves the versions it asks for itself. Newer ones are not proven.
 * ld.so checks each DT_VERNEED entry that is not weak (elf/dl-version.c: match_symbol).
 */
const symbolVersions: Rule = ({ plugin, host }) => {
  const { linker } = plugin;
  if (!linker || !host) return NOTHING;
  const proven = new Map<string, readonly number[]>();
  for (const { library, version } of host.evidence.linker?.versionNeeds ?? []) {
    const numbers = glibcVersion(version);
    // glibc is one package: libm's 2.29 proves libc's.
    if (numbers && GLIBC.test(library) && isNewer(numbers, proven.get('glibc') ?? [])) proven.set('glibc', numbers);
    proven.set(`${library} ${version}`, []);
  }
  const unproven = linker.versionNeeds.filter(({ library, version, weak }) => {
    if (weak || proven.has(`${library} ${version}`)) return false;
    const numbers = glibcVersion(version);
    return !(numbers && GLIBC.test(library) && !isNewer(numbers, proven.get('glibc') ?? []));
  });
  if (unproven.length === 0) return checked('symbol versions');
  return notChecked(
    'symbol versions newer than the host proves',
    unproven.map(({ library, version }) =>
      finding('OCX0202', {
        subject: `${library} ${version}`,
        plugin: version,
        host: proven.has('glibc') ? `GLIBC_${proven.get('glibc')?.join('.')}` : null,
        evidence: 'dynamic section, DT_VERNEED',
        message: `needs ${version} of ${library}, the host proves no more than its own needs`,
        loaderMessage: `version \`${version}' not found (required by ${plugin.path})`,
        fix: 'build the plugin on the system the host was built on, or an older one',
      }),
    ),
  );
};

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

const undefinedSymbols: Rule = ({ plugin, host }) => {
  const { linker } = plugin;
  if (!linker || !host) return NOTHING;
  const missing = linker.unversionedUndefined.filter((name) => !host.defines(name));
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
};

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

/** The dynamic linker's part, as far as it can be told without looking at the machine's libraries. */
export const linker: Rule = (context) =>
  together(flags(context), libraries(context), symbolVersions(context), undefinedSymbols(context));

/** A path as one word of a shell command. */
export function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
