import { DT } from '../binary/elf/constants.js';
import { ElfFile } from '../binary/elf/elfFile.js';
import { machineName } from '../binary/elf/machines.js';
import { tableFaults } from '../binary/elf/tableFaults.js';
import { wantedSymbols } from '../binary/elf/versionedSymbols.js';
import { withOwnHashes } from '../binary/go/ownHashes.js';
import { type ByteSource, FileSource } from '../binary/reader/byteSource.js';
import { orNull, type ReadProblem } from '../binary/reader/errors.js';
import type { Evidence } from '../evidence/evidence.js';
import { moduleTables } from '../evidence/moduleTables.js';
import { NOTHING_BEFORE } from '../verdict/context.js';
import { count, finding } from '../verdict/finding.js';
import type { Finding } from '../verdict/judgement.js';
import { GLIBC, scopeOf } from '../verdict/rules/linker/scope.js';
import { faultFindings } from '../verdict/rules/loadFaults.js';
import { quoted } from '../verdict/shellWord.js';
import type { Reading } from './readPlugin.js';
import { SYSTEM_LIBRARIES } from './systemLibraries.js';
import { versionedSymbolsOf } from './versionedLibrary.js';

/** A reading with what a look at every entry of the file's tables adds to it. */
export function wholeLook(reading: Reading): Reading {
  const { entry, evidence, findings } = reading;
  if (!evidence) return reading;
  let source: FileSource;
  try {
    source = new FileSource(entry.open);
  } catch {
    return reading; // It vanished since: the reading stands.
  }
  try {
    return {
      ...reading,
      evidence: withAllOwnHashes(source, evidence),
      findings: [...findings, ...wholeTableFindings(source, evidence), ...unlinkedModule(source, evidence)],
    };
  } finally {
    source.close();
  }
}

/**
 * What a look at every entry of the dynamic linker's tables finds, as findings: damage where the verdict alone reads nothing, and
 * symbols that the libraries of this system lack in the version that is wanted. A list does without; a file that was named is worth it.
 */
export function wholeTableFindings(source: ByteSource, evidence: Evidence): Finding[] {
  if (!ElfFile.isElf(source)) return [];
  const elf = orNull(() => ElfFile.read(source));
  if (!elf) return [];
  const damage = tableFaults(elf).map(({ field, offset, problem }) =>
    finding('OCX0103', {
      subject: field,
      plugin: problem,
      evidence: `${field}${offset > 0 ? ` at 0x${offset.toString(16)}` : ''}`,
      message: `${field} ${problem}: the dynamic linker refuses it or crashes`,
      fix: 'copy the file again and compare its size with the original',
    }),
  );
  return [...damage, ...damagedLibraries(evidence), ...moduleDamage(elf, evidence), ...lackingSymbols(elf)];
}

/** The system's own: damage there is met long before a plugin is opened. */
const OF_SYSTEM = /^\/(usr\/)?lib(64)?\//;

/** The tables of libraries that come with the plugin. What is certain of them the rules say (`FoundLibrary.loadFaults`). */
function damagedLibraries(plugin: Evidence): Finding[] {
  if (!plugin.linker || plugin.object.machine !== SYSTEM_LIBRARIES.machine) return [];
  const { found } = scopeOf({ plugin, host: null, libraries: SYSTEM_LIBRARIES, before: NOTHING_BEFORE });
  const paths = [...new Set([...found.values()].map(({ path }) => path))].filter((path) => !OF_SYSTEM.test(path));
  return paths.flatMap((path) => {
    // That its symbols can't be found is told by what lacks them.
    const first = faultsOf(path).find(({ field }) => field !== 'DT_GNU_HASH');
    if (!first) return [];
    return [
      finding('OCX0103', {
        subject: path,
        plugin: `${first.field} ${first.problem}`,
        evidence: `${first.field} of ${path}`,
        message: `${path}, which it needs: ${first.field} ${first.problem}: the dynamic linker refuses it or crashes`,
        fix: `put the whole library there: ${quoted(path)}`,
      }),
    ];
  });
}

function faultsOf(path: string): readonly ReadProblem[] {
  let source: FileSource;
  try {
    source = new FileSource(path);
  } catch {
    return []; // It vanished since.
  }
  try {
    return orNull(() => tableFaults(ElfFile.read(source))) ?? [];
  } finally {
    source.close();
  }
}

/** Of a Go plugin, the tables that the runtime goes through. */
function moduleDamage(elf: ElfFile, { go, path }: Evidence): Finding[] {
  const damage = go?.linkHashes ? orNull(() => moduleTables(elf, go.version)) : null;
  if (!damage) return [];
  const problems = damage.problems.map(({ field, offset, problem }) =>
    finding('OCX0103', {
      subject: field,
      plugin: problem,
      evidence: `${field} at 0x${offset.toString(16)}`,
      message: `${field}: ${problem}: Go's runtime may die of it`,
      fix: 'copy the file again and compare its size with the original',
    }),
  );
  return [...faultFindings(damage.faults, path, "Go's runtime"), ...problems];
}

/** Hashes of packages that the file contradicts itself in: the runtime compares the two where the host lacks the package. */
function withAllOwnHashes(source: ByteSource, evidence: Evidence): Evidence {
  const { go } = evidence;
  if (!go?.linkHashes || !ElfFile.isElf(source)) return evidence;
  const table = { hashes: go.linkHashes, pluginPath: go.pluginPath };
  const linkHashes = orNull(() => withOwnHashes(ElfFile.read(source), table, 'all'));
  return linkHashes?.some(({ own }) => own !== undefined) ? { ...evidence, go: { ...go, linkHashes } } : evidence;
}

/**
 * A Go plugin tells the host's runtime of its module by a function of DT_INIT_ARRAY, through the host's runtime.lastmoduledatap (cmd/link:
 * addmoduledata). Without the one, or with the other bound to its own by the linker (mold's -Bsymbolic, which leaves no DT_SYMBOLIC), the runtime
 * finds no module, and throws.
 */
function unlinkedModule(source: ByteSource, { go }: Evidence): Finding[] {
  if (!go?.linkHashes || !go.exportsLastModule || !ElfFile.isElf(source)) return [];
  return (
    orNull(() => {
      const elf = ElfFile.read(source);
      const own = elf.rawDynamicSymbol('runtime.lastmoduledatap');
      const { rela, jmprel } = elf.relocations ?? {};
      const bound = [rela, jmprel].some((table) => [...(table ?? [])].some(({ symbol }) => symbol === own?.index));
      const called = elf.dynamic?.get(DT.INIT_ARRAY) != null;
      if (own === null || (bound && called)) return [];
      return [
        finding('OCX0304', {
          subject: 'runtime.lastmoduledatap',
          plugin: called ? 'bound to its own' : 'no DT_INIT_ARRAY',
          evidence: called ? 'relocations: none names it' : 'dynamic section',
          message: `${called ? 'runtime.lastmoduledatap is bound to its own when it was linked' : 'nothing of it is called when it is opened (DT_INIT_ARRAY)'}: the runtime finds no module, opening it kills the Collector`,
          loaderMessage: 'fatal error: runtime: no plugin module data',
          fix: 'link it without -Bsymbolic',
        }),
      ];
    }) ?? []
  );
}

function lackingSymbols(elf: ElfFile): Finding[] {
  if (machineName(elf.header) !== SYSTEM_LIBRARIES.machine || elf.bits !== 64) return [];
  const wanted = orNull(() => wantedSymbols(elf)) ?? [];
  const lacking = wanted.filter(({ name, version, library }) => {
    if (version === null || library === null) return true;
    // Other libraries are asked by the rules, each as it is found for the file.
    if (!GLIBC.test(library)) return false;
    // A version that the library here has not is the rules' affair: the host's system may be newer than this one.
    const here = SYSTEM_LIBRARIES.find(library, null);
    if (!here || 'fault' in here || !here.versions.has(version)) return false;
    const defined = versionedSymbolsOf(here.path);
    return defined !== null && !defined.has(`${name}@${version}`);
  });
  const [first] = lacking;
  if (!first) return [];
  const words = `${first.name}, version ${first.version ?? 'unknown'}`;
  return [
    finding('OCX0203', {
      subject: first.name,
      plugin: `${first.name}@${first.version ?? '?'}`,
      evidence: 'dynamic symbols, undefined, with a version',
      message: `${lacking.length === 1 ? `undefined symbol ${words}` : `${count(lacking.length, 'undefined symbol')}, first ${words}`}: not in ${first.library ?? 'any needed library'} of this system`,
      loaderMessage: `undefined symbol: ${words}`,
      fix: 'build the plugin on the system the host was built on, or an older one',
      items: lacking.map(({ name, version }) => ({ subject: name, plugin: version, host: null })),
    }),
  ];
}
