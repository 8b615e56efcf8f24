import type { VersionNeed } from '../../../evidence/evidence.js';
import { type Context, checked, type FoundLibrary, NOTHING, notChecked, type Ruling } from '../../context.js';
import { finding } from '../../finding.js';
import type { Finding } from '../../judgement.js';
import { GLIBC, type Scope } from './scope.js';

/**
 * ld.so checks each DT_VERNEED entry that is not weak, of the plugin and of the libraries that come with it (elf/dl-version.c: match_symbol). Where this system could run the host, its libraries decide.
 */
export function symbolVersions(context: Context, scope: Scope): Ruling {
  const { plugin, host } = context;
  if (!plugin.linker || !host) return NOTHING;
  if (!scope.isHere) return provenByHost(context, scope);
  const wanted = [
    ...plugin.linker.versionNeeds.map((need) => ({ need, by: plugin.path })),
    ...scope.added.flatMap(({ path, versionNeeds }) => versionNeeds.map((need) => ({ need, by: path }))),
  ];
  const findings = wanted.flatMap(({ need, by }) => {
    const library = libraryOf(need, scope);
    if (need.weak || !library || library.versions.has(need.version)) return [];
    if (library.versions.size === 0) return library.isVersioned ? [] : [unversioned(need, by, library, plugin.path)];
    return [lacks(need, by, library, plugin.path)];
  });
  return checked('symbol versions', findings);
}

function lacks({ library: name, version }: VersionNeed, by: string, library: FoundLibrary, plugin: string): Finding {
  return finding('OCX0212', {
    subject: `${name} ${version}`,
    plugin: version,
    host: newestOf(library),
    evidence: `dynamic section, DT_VERNEED; ${library.path} of this system`,
    message: `${by === plugin ? 'needs' : `${by} needs`} ${version} of ${name}, which ${library.path} of this system does not have`,
    loaderMessage: `${library.path}: version \`${version}' not found (required by ${by})`,
    fix: 'build the plugin on the system the host runs on, or an older one',
  });
}

/** elf/dl-lookup.c: check_match asserts that a file of which a version is asked has versions at all, and ends the process. */
function unversioned({ library: name, version }: VersionNeed, by: string, library: FoundLibrary, plugin: string): Finding {
  return finding('OCX0214', {
    subject: `${name} ${version}`,
    plugin: version,
    host: 'no versions',
    evidence: `dynamic section, DT_VERNEED; ${library.path} of this system`,
    message: `${by === plugin ? 'needs' : `${by} needs`} ${version} of ${name}, and ${library.path} of this system has no versions: ld.so ends the process`,
    loaderMessage: 'Inconsistency detected by ld.so: dl-lookup.c: check_match: Assertion failed',
    fix: `install the ${name} that the plugin was linked against`,
  });
}

function libraryOf({ library }: VersionNeed, { found }: Scope): FoundLibrary | null {
  return found.get(library) ?? [...found.values()].find(({ soname }) => soname === library) ?? null;
}

/** `GLIBC_2.36`: of versions with numbers, the highest. */
function newestOf({ versions }: FoundLibrary): string | null {
  let newest: readonly number[] = [];
  for (const version of versions) {
    const numbers = glibcVersion(version);
    if (numbers && isNewer(numbers, newest)) newest = numbers;
  }
  return newest.length > 0 ? `GLIBC_${newest.join('.')}` : null;
}

/** A host that runs proves the versions it asks for itself; a library of this system proves what it defines. Newer ones are not proven. */
function provenByHost({ plugin, host }: Context, { found }: Scope): Ruling {
  const asked = new Set<string>();
  let glibc: readonly number[] = [];
  for (const { library, version } of host?.evidence.linker?.versionNeeds ?? []) {
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
  const impossible = (plugin.linker?.versionNeeds ?? []).filter((need) => !need.weak && isOfAnotherMachine(need, host));
  if (impossible.length > 0)
    return checked(
      'symbol versions',
      impossible.map((need) => ofAnotherMachine(need, plugin.path)),
    );
  const unproven = (plugin.linker?.versionNeeds ?? []).filter((need) => !proven(need));
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

/** The first release of glibc for a machine: no older version is in any of its libraries (sysdeps/unix/sysv/linux/aarch64/shlib-versions). */
const FIRST_GLIBC: ReadonlyMap<string, readonly number[]> = new Map([['aarch64', [2, 17]]]);

function isOfAnotherMachine({ library, version }: VersionNeed, host: Context['host']): boolean {
  const first = FIRST_GLIBC.get(host?.evidence.object.machine ?? '');
  const numbers = glibcVersion(version);
  return first !== undefined && numbers !== null && GLIBC.test(library) && isNewer(first, numbers);
}

function ofAnotherMachine({ library, version }: VersionNeed, path: string): Finding {
  return finding('OCX0212', {
    subject: `${library} ${version}`,
    plugin: version,
    evidence: 'dynamic section, DT_VERNEED',
    message: `needs ${version} of ${library}, which is older than the first glibc for the host's machine`,
    loaderMessage: `version \`${version}' not found (required by ${path})`,
    fix: "link it against the C library of the host's machine",
  });
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
