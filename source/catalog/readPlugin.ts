import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { FileSource } from '../binary/reader/byteSource.js';
import { FormatError } from '../binary/reader/errors.js';
import type { Evidence } from '../evidence/evidence.js';
import { gatherEvidence } from '../evidence/gather.js';
import type { ComparisonRow } from '../manifest/comparison.js';
import { isOfRustc } from '../manifest/ofRustc.js';
import { readFound } from '../manifest/readManifest.js';
import type { FileIdentity, Linking } from '../plan/candidate.js';
import { unvouched } from '../trust/vouching.js';
import { type Before, type Host, NOTHING_BEFORE } from '../verdict/context.js';
import { byDecision, finding } from '../verdict/finding.js';
import { judge, judgeUnreadable, openerOf } from '../verdict/judge.js';
import type { Finding, Judgement, Load } from '../verdict/judgement.js';
import { librariesOf } from '../verdict/rules/linker/scope.js';
import { staticBlocksOf } from '../verdict/rules/linker/staticTls.js';
import type { Asked } from './asked.js';
import { causeOf } from './cause.js';
import { compareWithHost } from './comparisonRows.js';
import { reason } from './discovery.js';
import { type Entry, entryAt } from './entries.js';
import { definesNow } from './libraryFile.js';
import type { JudgedRecord, Language } from './record.js';
import { readSidecar } from './sidecar.js';
import { signatureStamp, signedPlugin } from './signedPlugin.js';
import { SYSTEM_LIBRARIES } from './systemLibraries.js';

/** What one look at a file gave: its evidence, and findings that no host changes. Judged as often as hosts change. */
export interface Reading {
  readonly entry: Entry;
  /** Null when it could not be read as an object file: `findings` say why. */
  readonly evidence: Evidence | null;
  readonly findings: readonly Finding[];
  /** Of what vouches for it (`signatureStamp`); null when no trusted key was asked about it. */
  readonly signature: string | null;
  /** Names that were looked for in it as entry symbols of a Go plugin; null: those of the RFC. */
  readonly entryNames: readonly string[] | null;
  /** Under which names a loader knows it; null when it is not there. */
  readonly file: FileIdentity | null;
  /** SHA-256 that a discovery file pins; null when none does. */
  readonly pin: string | null;
  readonly readAt: number;
}

/**
 * Opens one file and reads its evidence. Never throws for what a file holds or how it fails to be read.
 *
 * @param sha256 pinned by a discovery file, or null.
 * @param asked what the host asks of it that decides what is read.
 */
export function readEntry(
  entry: Entry,
  sha256: string | null,
  now: number,
  { entryNames = null, trusted = [] }: Pick<Asked, 'entryNames' | 'trusted'> = {},
): Reading {
  const result = (evidence: Evidence | null, findings: readonly Finding[]): Reading => ({
    entry,
    evidence,
    findings,
    signature: trusted.length > 0 ? signatureStamp(entry) : null,
    entryNames,
    file: identityOf(entry),
    pin: sha256,
    readAt: now,
  });
  if (entry.what.kind === 'missing') return result(null, [missing(entry, entry.what.because)]);
  if (entry.isDirectory) return result(null, [directory(entry)]);
  if (entry.what.kind === 'ignored') return result(null, [forbidden(entry, entry.what.because)]);
  let source: FileSource;
  try {
    source = new FileSource(entry.open);
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return result(null, [gone ? missing(entry, 'no such file or directory') : forbidden(entry, reason(error))]);
  }
  try {
    const evidence = gatherEvidence(source, { sidecar: readSidecar(entry.path), entryNames: entryNames ?? [] });
    const unsigned = trusted.length === 0 ? [] : unvouched(signedPlugin(entry, evidence), trusted);
    return result(evidence, [...unsigned, ...(sha256 === null ? [] : pinned(source, sha256)), ...beingWritten(entry)]);
  } catch (error) {
    const writing = beingWritten(entry);
    if (writing.length > 0) return result(null, writing);
    if (error instanceof FormatError) return result(null, [notAnObject(entry, error)]);
    if (error instanceof Error && 'code' in error) return result(null, [forbidden(entry, reason(error))]);
    throw error;
  } finally {
    source.close();
  }
}

/** Links followed, as realpath(3) does. */
function identityOf({ inode, open }: Entry): FileIdentity | null {
  if (inode === null) return null;
  try {
    return { inode, realPath: realpathSync(open).toString() };
  } catch {
    return null; // It vanished: its reading says so.
  }
}

/** True when the file changed under the reader: what was read is no answer yet. */
export function changedWhileRead({ findings }: Reading): boolean {
  return findings.some(({ code }) => code === 'OCX0110');
}

/** The line of a plugin that was read, judged against a host. */
export function judgeReading(
  { entry, evidence, findings, signature, entryNames, file, pin, readAt }: Reading,
  order: number | null,
  host: Host | null,
): JudgedRecord {
  let comparison: readonly ComparisonRow[] | null = null;
  const judgeAfter = (before: Before): Judgement => {
    if (!evidence) return judgeUnreadable(findings);
    const judgement = withFindings(judge(evidence, host, SYSTEM_LIBRARIES, before, entryNames), findings);
    return signature !== null ? { ...judgement, checked: [...judgement.checked, 'signature'] } : judgement;
  };
  const judgement = judgeAfter(NOTHING_BEFORE);
  return {
    path: entry.path,
    name: entry.name,
    size: entry.size,
    link: entry.link,
    order,
    state: 'judged',
    evidence,
    opener: evidence && openerOf(evidence, entryNames),
    judgement,
    alone: judgement,
    step: null,
    file,
    pin,
    linking: evidence && host ? linkingOf(evidence, host, judgeAfter) : null,
    cause: causeOf(judgement, evidence),
    language: evidence ? languageOf(evidence) : null,
    builtBy: evidence ? builtBy(evidence) : null,
    // Only who looks at the plugin asks for it: a list of a thousand doesn't.
    get comparison() {
      comparison ??= evidence ? compareWithHost(evidence, host, judgement) : [];
      return comparison;
    },
    readAt,
  };
}

function linkingOf(evidence: Evidence, host: Host, judgeAfter: Linking['judgeAfter']): Linking {
  return {
    judgeAfter,
    libraries: () => librariesOf(evidence, host, SYSTEM_LIBRARIES),
    staticBlocks: (before) => staticBlocksOf(evidence, host, SYSTEM_LIBRARIES, before),
    defines: (symbol) => definesNow(evidence.path, symbol),
  };
}

function missing(entry: Entry, because: string): Finding {
  return finding('OCX0109', {
    subject: entry.name,
    evidence: entry.link === null ? 'the file system' : `symbolic link to ${entry.link}`,
    message: because,
    loaderMessage: 'cannot open shared object file: No such file or directory',
    fix: entry.link === null ? 'put the file there, or take it from the list' : 'remove the link, or let it point to a plugin',
  });
}

function forbidden(entry: Entry, because: string): Finding {
  return finding('OCX0108', {
    subject: entry.name,
    evidence: 'the file system',
    message: `can't be read: ${because}`,
    fix: 'run ocx as the user the Collector runs as',
  });
}

/** It can be opened like a file, and not be read (elf/dl-load.c: open_verify). */
function directory(entry: Entry): Finding {
  return finding('OCX0101', {
    subject: entry.name,
    plugin: 'a directory',
    evidence: 'the file system',
    message: 'not an object file: a directory',
    loaderMessage: `${entry.path}: cannot read file data: Is a directory`,
    fix: 'name the plugin in it',
  });
}

function notAnObject(entry: Entry, error: FormatError): Finding {
  return finding('OCX0101', {
    subject: entry.name,
    plugin: error.problem,
    evidence: `${error.field} at 0x${error.offset.toString(16)}`,
    message: `not an object file: ${error.problem}`,
    loaderMessage: entry.size < 64 ? 'file too short' : 'invalid ELF header',
    fix: 'copy the plugin again; this is not what a compiler writes',
  });
}

function beingWritten(entry: Entry): Finding[] {
  const after = entryAt(entry.path, entry.open, entry.name);
  if (after.stamp === entry.stamp) return [];
  return [
    finding('OCX0110', {
      subject: entry.name,
      plugin: `${after.size.toLocaleString('en')} bytes by now`,
      evidence: 'size and time before and after reading',
      message: 'the file is being written: it changed while it was read',
      fix: 'wait until the copy is complete, then look again',
    }),
  ];
}

const HASH_CHUNK = 1 << 20;

function pinned(source: FileSource, wanted: string): Finding[] {
  const hash = createHash('sha256');
  for (let offset = 0; offset < source.size; offset += HASH_CHUNK) {
    hash.update(source.read(offset, Math.min(HASH_CHUNK, source.size - offset), 'file'));
  }
  const actual = hash.digest('hex');
  if (actual === wanted) return [];
  return [
    finding('OCX0901', {
      subject: 'sha256',
      plugin: actual,
      evidence: 'the whole file; the discovery file',
      message: 'sha256 is not the one the discovery file pins',
      fix: 'restore the file that was pinned, or pin this one after looking at it',
      // Not a value of the host: whoever wrote the list said it.
      items: [
        { subject: 'pinned', plugin: wanted, host: null },
        { subject: 'this file', plugin: actual, host: null },
      ],
    }),
  ];
}

/** A verdict after all: what was found outside the rules counts like a rule's finding. */
function withFindings(judgement: Judgement, extra: readonly Finding[]): Judgement {
  if (extra.length === 0) return judgement;
  const refused = extra.some(({ severity }) => severity === 'refused');
  const load = loadWith(judgement, extra);
  const policy = refused ? 'refused' : judgement.policy;
  const decided = load === 'fails' || load === 'crashes' ? load : policy === 'refused' ? 'refused' : load;
  return { ...judgement, load, policy, verdict: decided, findings: byDecision([...extra, ...judgement.findings], load) };
}

/** What ld.so refuses before it walks the tables of a file that it mapped: headers, libraries and their versions. */
const BEFORE_TABLES: ReadonlySet<string> = new Set(['OCX0105', 'OCX0106', 'OCX0107', 'OCX0204', 'OCX0210', 'OCX0211', 'OCX0212']);

/** Damage kills or fails behind what was refused before it is met; of a file that is being written nothing is known yet. */
function loadWith({ load, findings }: Judgement, extra: readonly Finding[]): Load {
  const unknown = extra.filter(({ severity }) => severity === 'unknown');
  if (findings[0]?.severity === load && unknown.every((damage) => isDecidedBy(findings[0], damage))) return load;
  const refused = load === 'fails' && findings.some(({ severity, code }) => severity === 'fails' && BEFORE_TABLES.has(code));
  if (unknown.length > 0 && (!refused || unknown.some(({ code }) => code === 'OCX0110'))) return 'unknown';
  return load === 'loads' && extra.some(({ severity }) => severity === 'crashes') ? 'crashes' : load;
}

/**
 * Whether damage in a table is nothing more than what decided already: met before it, but for segments, which are mapped first; or said in
 * other words.
 */
function isDecidedBy(decided: Finding | undefined, { code, subject }: Finding): boolean {
  if (code === 'OCX0110') return false;
  if (decided?.code === 'OCX0213') return subject === 'DT_GNU_HASH';
  // The runtime compares hashes before it goes through the tables of the module.
  if (decided?.code === 'OCX0410') return subject.startsWith('moduledata');
  if (decided?.code === 'OCX0114' && decided.subject === 'PT_GNU_RELRO') return subject === decided.subject;
  // Symbols are bound before init functions are called.
  if (decided?.subject.startsWith('DT_INIT') && subject === 'DT_JMPREL') return false;
  return (decided?.code === 'OCX0113' || decided?.code === 'OCX0114') && !subject.startsWith('p_');
}

function languageOf({ go, rust, manifest, object }: Evidence): Language | null {
  if (go) return 'go';
  if (rust) return 'rust';
  const claimed = readFound(manifest.found)?.manifest;
  if (claimed?.language === 'rust' && !isOfRustc(claimed)) return 'c';
  return claimed?.language ?? (object.format === 'elf' ? 'c' : null);
}

/** Bytes first, then the claim: `1.26.8`. */
function builtBy({ go, rust, manifest }: Evidence): string | null {
  const fromBytes = go?.version?.replace(/^go/, '') ?? /^rustc (\d\S*)/.exec(rust?.rustcVersion ?? '')?.[1];
  if (fromBytes) return fromBytes;
  const claimed = readFound(manifest.found)?.manifest?.toolchain_version;
  // No digit before it: see `releaseIn`.
  return claimed === undefined ? null : (/(?<!\d)\d+\.\d+[.\w]*/.exec(claimed)?.[0] ?? null);
}
