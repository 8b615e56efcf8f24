import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ElfFile } from '../binary/elf/elfFile.js';
import { ProvidedHashes } from '../binary/go/providedHashes.js';
import { type ByteSource, FileSource } from '../binary/reader/byteSource.js';
import { FormatError } from '../binary/reader/errors.js';
import type { Evidence } from '../evidence/evidence.js';
import { gatherEvidence } from '../evidence/gather.js';
import { whyNoProgram } from '../evidence/program.js';
import { factsOfBytes, factsOfManifest } from '../manifest/buildFacts.js';
import { goPlatformOf, goToolchain } from '../manifest/normalise.js';
import { type ManifestReading, readFound } from '../manifest/readManifest.js';
import { looksLikeProfile, MAX_BYTES as MAX_PROFILE_BYTES, ProfileError, readProfile } from '../profile/readProfile.js';
import type { Host } from '../verdict/context.js';
import { PlaceError, reason } from './discovery.js';
import { entryAt } from './entries.js';
import type { HostRead, HostRecord } from './record.js';
import { readSidecar } from './sidecar.js';

/** A host ready to judge against, and its line for the header. Keeps its file open until `close`. */
export interface OpenHost {
  readonly record: HostRead;
  readonly host: Host;
  /** Changes when the file does (`Entry.stamp`). */
  readonly stamp: string;
  close(): void;
}

/**
 * A Collector (any Go program that loads plugins), or the profile of one.
 * @throws PlaceError when the file is missing, unreadable, no program (a plugin is none), or a damaged profile.
 */
export function openHost(path: string): OpenHost {
  const { stamp } = entryAt(path, path, basename(path));
  let source: FileSource;
  try {
    source = new FileSource(path);
  } catch (error) {
    throw new PlaceError(`host ${path}: ${reason(error)}`);
  }
  try {
    if (looksLikeProfile(source.read(0, Math.min(64, source.size), 'file'))) return { ...profiledHost(path, source), stamp };
    const evidence = gatherEvidence(source, { sidecar: readSidecar(path) });
    refuseLibrary(path, evidence);
    const manifest = readFound(evidence.manifest.found);
    const lookUp = evidence.object.format === 'elf' ? lookUps(source) : NO_SYMBOLS;
    const record: HostRead = {
      state: 'read',
      path,
      evidence,
      form: 'binary',
      ...headerFacts(basename(path), evidence, manifest),
      hasManifest: manifest?.manifest != null,
    };
    return { record, host: { evidence, manifest, policy: 'exact', ...lookUp }, stamp, close: () => source.close() };
  } catch (error) {
    source.close();
    if (error instanceof ProfileError) throw new PlaceError(`host ${path} ${error.message}`);
    if (error instanceof FormatError) throw new PlaceError(`host ${path} is not a Collector: ${error.field} ${error.problem}`);
    if (error instanceof Error && 'syscall' in error) throw new PlaceError(`host ${path}: ${reason(error)}`);
    throw error;
  }
}

/** The host of a profile: the file is read once and closed. */
function profiledHost(path: string, source: FileSource): Omit<OpenHost, 'stamp'> {
  if (source.size > MAX_PROFILE_BYTES) throw new ProfileError('is too large to be a host profile');
  const { profile, host } = readProfile(source.read(0, source.size, 'file'));
  source.close();
  refuseLibrary(path, host.evidence);
  const record: HostRead = {
    state: 'read',
    path,
    evidence: host.evidence,
    form: 'profile',
    ...headerFacts(profile.file, host.evidence, host.manifest),
    hasManifest: host.manifest?.manifest != null,
  };
  return { record, host, close: () => {} };
}

/** @throws PlaceError for a file that is opened by a Collector, and none itself: its verdicts would be of nothing. */
function refuseLibrary(path: string, evidence: Evidence): void {
  const because = whyNoProgram(evidence);
  if (because !== null) throw new PlaceError(`host ${path} is not a Collector: ${because}; name the program that opens it`);
}

const NO_SYMBOLS: Pick<Host, 'hashOf' | 'defines' | 'surelyDefines'> = {
  hashOf: () => null,
  defines: () => false,
  surelyDefines: () => false,
};

/** Symbol look-ups in the host, each answered once from the file: 200 plugins ask for much the same packages. */
function lookUps(source: ByteSource): Pick<Host, 'hashOf' | 'defines' | 'surelyDefines'> {
  const elf = ElfFile.read(source);
  const provided = new ProvidedHashes(elf);
  const defined = new Map<string, boolean>();
  const defines = (symbol: string): boolean => {
    let known = defined.get(symbol);
    if (known === undefined) {
      known = elf.rawDynamicSymbol(symbol) !== null;
      defined.set(symbol, known);
    }
    return known;
  };
  return { hashOf: (packagePath) => provided.hash(packagePath), defines, surelyDefines: defines };
}

function headerFacts(file: string, evidence: Evidence, manifest: ManifestReading | null) {
  const claimed = manifest?.manifest ?? null;
  const facts = factsOfBytes(evidence) ?? (claimed ? factsOfManifest(claimed) : null);
  const main = evidence.go?.buildInfo?.main;
  const version = claimed?.version ?? (main && main.version !== '(devel)' ? main.version : null);
  const name = claimed?.name ?? file;
  const cgo = evidence.go?.buildInfo?.settings.find(({ key }) => key === 'CGO_ENABLED')?.value;
  return {
    title: version ? `${name} ${version.replace(/^(?=\d)/, 'v')}` : name,
    toolchain: facts?.toolchain ? goToolchain(facts.toolchain) : null,
    platform: evidence.object.goPlatform ?? (facts?.target ? goPlatformOf(facts.target) : null),
    flags: [...(facts?.flags ?? [])].map(([flag, value]) => (value === '' ? flag : `${flag}=${value}`)),
    cannotLoad: cgo === '0' ? 'built with CGO_ENABLED=0' : evidence.go?.providesHashes ? null : 'it exports no link hashes',
  };
}

/** Enough for any directory a plugin directory lies in; more would make opening the explorer wait for /usr/bin. */
const MAX_CANDIDATES = 400;

/**
 * The one host-like executable in or beside the directories: an ELF program that exports Go link hashes.
 * Beside means in the parent directory. None, or more than one: the reason why none was taken.
 */
export function findHost(directories: readonly string[]): OpenHost | HostRecord {
  const found: OpenHost[] = [];
  for (const path of executablesOf(directories)) {
    const host = hostLike(path);
    if (host) found.push(host);
  }
  const [only] = found;
  if (only && found.length === 1) return only;
  for (const host of found) host.close();
  if (!only) return { state: 'absent', because: `no executable that can load plugins in or beside ${directories.join(', ')}` };
  return {
    state: 'absent',
    because: `${found.length} candidates: ${found.map(({ record }) => record.path).join(', ')}; name one with --collector`,
  };
}

/** Executable files in and beside the directories, each once. */
export function executablesOf(directories: readonly string[]): string[] {
  const places = new Set(directories.flatMap((directory) => [directory, dirname(directory)]));
  // `otelcol -> otelcol-1.2` is one Collector under two names: the first name counts.
  const files = new Map<string, string>();
  for (const path of [...places].flatMap(executables)) {
    const stat = statSync(path, { throwIfNoEntry: false });
    const file = `${stat?.dev}:${stat?.ino}`;
    if (stat && !files.has(file)) files.set(file, path);
  }
  return [...files.values()].slice(0, MAX_CANDIDATES);
}

function executables(directory: string): string[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch {
    return []; // The parent of a plugin directory need not be readable; the directory itself is reported by the scan.
  }
  return names.sort().flatMap((name) => {
    if (name.endsWith('.so') || name.startsWith('.')) return [];
    const path = join(directory, name);
    const entry = entryAt(path, path, name);
    if (entry.what.kind !== 'ignored' || entry.size < 4096 || !entry.stamp) return [];
    try {
      accessSync(path, constants.X_OK);
      return [path];
    } catch {
      return [];
    }
  });
}

function hostLike(path: string): OpenHost | null {
  try {
    const host = openHost(path);
    if (host.record.evidence.go?.providesHashes) return host;
    host.close();
    return null;
  } catch (error) {
    if (error instanceof PlaceError) return null; // A script, a directory, a library: no candidate.
    throw error;
  }
}
