import type { Evidence } from '../evidence/evidence.js';
import type { ComparisonRow } from '../manifest/comparison.js';
import type { FileIdentity, Linking } from '../plan/candidate.js';
import type { LoadPlan, PlanStep } from '../plan/plan.js';
import type { Context } from '../verdict/context.js';
import type { Judgement } from '../verdict/judgement.js';

/**
 * One line of the plugin list: a directory entry, and all that is known of it by now.
 * Strings come from the file system and from files: clean them at the sink.
 */
export type PluginRecord = ReadingRecord | SettlingRecord | IgnoredRecord | JudgedRecord;

interface RecordBase {
  /** Absolute path: the identity of the row across re-scans. */
  readonly path: string;
  /** File name, or the path relative to the scanned directory. */
  readonly name: string;
  /** Bytes; 0 when unknown. */
  readonly size: number;
  /** `symbolic link to ../x.so`, shown beside the name; null for a plain file. */
  readonly link: string | null;
  /** Place in load order, from 1; null for what the host does not try to load. */
  readonly order: number | null;
}

/** Seen, not read yet. */
export interface ReadingRecord extends RecordBase {
  readonly state: 'reading';
}

/** Being copied: its size or time changed between two looks. Judged when it has settled. */
export interface SettlingRecord extends RecordBase {
  readonly state: 'settling';
}

/** Not a plugin: `because` says what it is (`text file`, `directory, not followed`, `hidden file`). */
export interface IgnoredRecord extends RecordBase {
  readonly state: 'ignored';
  readonly because: string;
}

/** Read and judged. `evidence` is null when the file could not be read as any object file: the findings say why. */
export interface JudgedRecord extends RecordBase {
  readonly state: 'judged';
  readonly evidence: Evidence | null;
  /** How the host opens it; null when it could not be read. */
  readonly opener: Context['opener'] | null;
  /** At its place in the load plan, with what earlier plugins left in the process. */
  readonly judgement: Judgement;
  /** Against the host with nothing else in it. */
  readonly alone: Judgement;
  /** Its place in the load plan; null for a file that was given alone, and without a host. */
  readonly step: PlanStep | null;
  /** Null when it is not there. */
  readonly file: FileIdentity | null;
  /** SHA-256 that a discovery file pins; null when none does. */
  readonly pin: string | null;
  readonly linking: Linking | null;
  /** The one line for lists: first cause, or what the plugin brings. */
  readonly cause: string;
  readonly language: Language | null;
  /** `1.26.8`, without the `go` or `rustc`; null when the bytes and the manifest don't say. */
  readonly builtBy: string | null;
  /** Plugin beside host, sorted: `x`, `!`, `?`, `-`, `~`, `=`, then information. */
  readonly comparison: readonly ComparisonRow[];
  /** When it was read, and how long that took. */
  readonly readAt: number;
}

export type Language = 'go' | 'rust' | 'c';

/** The host the directory is judged against. */
export type HostRecord = HostAbsent | HostUnreadable | HostRead;

/** No host was named and none was found: verdicts say `unknown: no host given`. */
export interface HostAbsent {
  readonly state: 'absent';
  /** Why none was taken: `no executable with Go link hashes beside /opt/plugins`, `two candidates: a, b`. */
  readonly because: string;
}

export interface HostUnreadable {
  readonly state: 'unreadable';
  readonly path: string;
  readonly because: string;
}

export interface HostRead {
  readonly state: 'read';
  readonly path: string;
  /** A profile (`ocx collector profile`) can be judged against, and not run. */
  readonly form: 'binary' | 'profile';
  readonly evidence: Evidence;
  /** `otelcol-custom v0.149.0`: from its manifest, else its build info, else the file name. */
  readonly title: string;
  /** `go1.26.8`. */
  readonly toolchain: string | null;
  /** `linux/amd64`. */
  readonly platform: string | null;
  /** Flags worth a place in the header: `-trimpath`, `-race`. */
  readonly flags: readonly string[];
  /** True when verdicts compare manifests; false when the host has none, so its build info is compared and policy is `none`. */
  readonly hasManifest: boolean;
  /** Why it can load no Go plugin at all (`built with CGO_ENABLED=0`); null when it can. */
  readonly cannotLoad: string | null;
}

/** What was looked at: shown in the title, and in the sentence of an empty list. */
export interface Place {
  /** Directories in the order given, or the discovery file. */
  readonly paths: readonly string[];
  readonly kind: 'directories' | 'discovery file';
}

/** One immutable picture of everything; the explorer's state holds the latest. */
export interface CatalogSnapshot {
  readonly place: Place;
  readonly host: HostRecord;
  /** In load order, then what is not loaded, by name. */
  readonly plugins: readonly PluginRecord[];
  /** Of what is read by now; null without a host, and for files given one by one. */
  readonly plan: LoadPlan | null;
  /** A directory that can't be read, a discovery file that is wrong: sentences. */
  readonly problems: readonly string[];
}

/** A catalog that is kept true while files change. */
export interface LiveCatalog {
  readonly snapshot: CatalogSnapshot;
  /** Called after each change, at most four times a second but for the first. Returns the way to stop. */
  subscribe(listener: (snapshot: CatalogSnapshot) => void): () => void;
  /** Reads and judges these first: what is on the screen. */
  prefer(paths: readonly string[]): void;
  /**
   * Reads one file from the disk and judges it again, whether it seems to have changed or not. Nothing of it is run.
   * Null when it is not, or no longer, among the plugins.
   */
  recheck(path: string): Promise<Recheck | null>;
  close(): void;
}

export interface Recheck {
  readonly record: PluginRecord;
  /** What reading and judging took. */
  readonly milliseconds: number;
}
