import { ElfFile } from '../binary/elf/elfFile.js';
import { threadLocal } from '../binary/elf/threadLocal.js';
import { isFoundByDlsym } from '../binary/elf/unversioned.js';
import { readGoBuildInfo } from '../binary/go/buildInfo.js';
import { readPluginModule } from '../binary/go/linkHashes.js';
import { MachoFile } from '../binary/macho/machoFile.js';
import { PeFile } from '../binary/pe/peFile.js';
import type { ByteSource } from '../binary/reader/byteSource.js';
import { orNull } from '../binary/reader/errors.js';
import { findManifests, sidecarOnly } from './carriers.js';
import { ENTRY_SYMBOLS, type Evidence, type GoEvidence, type ManifestEvidence } from './evidence.js';
import { goByBuildInfo, goEvidence } from './goEvidence.js';
import { linkerEvidence } from './linkerEvidence.js';
import { loadFaults } from './loadFaults.js';
import { moduleFaults } from './moduleFaults.js';
import { appearance, NotAnObject } from './notAnObject.js';
import { elfObject, foreignObject } from './objectEvidence.js';
import { Problems } from './problems.js';
import { rustEvidence } from './rustEvidence.js';

/** What is known of a file beside its bytes. */
export interface GatherOptions {
  /** Text of `<file>.manifest.json`, or null when there is none. */
  readonly sidecar: string | null;
  /** Names that a host looks up in a Go plugin, beside the RFC's. */
  readonly entryNames?: readonly string[];
}

/**
 * Everything the bytes of a file say, of plugins and hosts alike. Reads by position, a few hundred kilobytes of any file.
 * A malformed part becomes a problem and the rest stands.
 * @throws NotAnObject (a `FormatError`) when the file is of no object format;
 * FormatError when it is of one, but its very header is malformed.
 */
export function gatherEvidence(source: ByteSource, options: GatherOptions): Evidence {
  if (ElfFile.isElf(source)) return elfEvidence(ElfFile.read(source), options);
  if (MachoFile.isMacho(source)) return foreignEvidence('macho', MachoFile.read(source), options);
  if (PeFile.isPe(source)) return foreignEvidence('pe', PeFile.read(source), options);
  throw new NotAnObject(source.name, appearance(source));
}

function elfEvidence(elf: ElfFile, { sidecar, entryNames = [] }: GatherOptions): Evidence {
  const problems = new Problems();
  const object = elfObject(elf);
  const linker = linkerEvidence(elf, problems.attempt);
  const module = problems.attempt(() => readPluginModule(elf, () => readGoBuildInfo(elf, () => {})?.goVersion ?? null));
  const go = goEvidence(elf, module, problems);
  const manifest = problems.attempt(() => findManifests(elf, sidecar)) ?? NO_MANIFEST;
  const rust = rustEvidence(elf, problems, CLAIMS_RUST.test(manifest.found?.text ?? ''));
  const entrySymbols = elfEntrySymbols(elf, go, [...namedEntry(manifest), ...(go?.linkHashes ? entryNames : [])]);
  const faults = [...loadFaults(elf), ...(module ? moduleFaults(elf, module, go?.version ?? null, problems.add) : [])];
  const storage = orNull(() => threadLocal(elf));
  for (const problem of elf.problems) problems.add(problem);
  return {
    path: elf.source.name,
    size: elf.source.size,
    object,
    linker,
    go,
    rust,
    manifest,
    entrySymbols,
    problems: problems.list,
    ...(faults.length > 0 && { loadFaults: faults }),
    ...(storage && { threadLocal: storage }),
  };
}

/** Mach-O and PE: recognised, shown, not judged. */
function foreignEvidence(format: 'macho' | 'pe', file: MachoFile | PeFile, { sidecar }: GatherOptions): Evidence {
  const problems = new Problems();
  return {
    path: file.source.name,
    size: file.source.size,
    object: foreignObject(format, file),
    linker: null,
    go: goByBuildInfo(readGoBuildInfo(file, problems.add)),
    rust: null,
    manifest: sidecarOnly(sidecar),
    entrySymbols: [],
    problems: problems.list,
  };
}

/** Enough to look for more; whether the manifest is a good one is said elsewhere. */
const CLAIMS_RUST = /"language"\s*:\s*"rust"/;

const NO_MANIFEST: ManifestEvidence = { found: null, others: [], descriptors: null };

/**
 * `plugin.Lookup` goes by the plugin's own list of exports (runtime/plugin.go: ptab), `dlsym` by the dynamic symbols: in a Go
 * plugin a C function of the right name is not what a host finds. What is listed counts only where `<plugin path>.<name>` is
 * among the dynamic symbols as well: plugin/plugin_dlopen.go fails without it (-ldflags=-pluginpath, a version script).
 */
function elfEntrySymbols(elf: ElfFile, go: GoEvidence | null, named: readonly string[]): readonly string[] {
  const isGoPlugin = go?.linkHashes != null;
  return [...new Set([...ENTRY_SYMBOLS, ...named])].filter((name) => {
    if (!isGoPlugin || name === 'register_collector_plugin') return isFoundByDlsym(elf, name);
    if (go.exports && !go.exports.some((exported) => exported.name === name)) return false;
    if (go.pluginPath === null) return go.exports !== null;
    return isFoundByDlsym(elf, `${go.pluginPath}.${name}`);
  });
}

/** The name a manifest gives its entry symbol (`entry_symbol`), when it is JSON that has one: a host looks that up. */
function namedEntry({ found }: ManifestEvidence): readonly string[] {
  const name = found ? /"entry_symbol"\s*:\s*("(?:[^"\\]|\\.){1,200}")/.exec(found.text)?.[1] : undefined;
  if (name === undefined) return [];
  try {
    return [String(JSON.parse(name))];
  } catch {
    return []; // The manifest is faulty, and said to be.
  }
}
