import { basename } from 'node:path';
import { entryAt } from '../../source/catalog/entries.js';
import type { OpenHost } from '../../source/catalog/host.js';
import { judgeReading, type Reading, readEntry } from '../../source/catalog/readPlugin.js';
import type { Load } from '../../source/verdict/judgement.js';

/** What ocx says of one file and one host. */
export interface Judged {
  readonly load: Load;
  /** Code of the finding that decides; null when it loads. */
  readonly code: string | null;
  /** The runtime's words, as far as ocx foretells them. */
  readonly message: string | null;
  /** Packages whose hash differs, in the runtime's order. */
  readonly packages: readonly string[];
}

export function readPlugin(path: string): Reading {
  return readEntry(entryAt(path, path, basename(path)), null, 0);
}

/** Go files, and those of which nothing can be told, go to plugin.Open; others are opened as Rust plugins are. */
export function openedAs({ evidence }: Reading): 'go' | 'c' {
  return evidence && !evidence.go ? 'c' : 'go';
}

/** Exports and their types, as the file has them. */
export function exportsOf({ evidence }: Reading): ReadonlyMap<string, string | null> {
  return new Map((evidence?.go?.exports ?? []).map(({ name, type }) => [name, type]));
}

export function judged(reading: Reading, { host }: OpenHost): Judged {
  const { judgement } = judgeReading(reading, 1, host);
  const decides = judgement.findings.find(({ severity }) => severity === judgement.load);
  const hashes = judgement.findings.find(({ code }) => code === 'OCX0410');
  return {
    load: judgement.load,
    code: decides?.code ?? null,
    message: decides?.loaderMessage ?? null,
    packages: hashes?.items.map(({ subject }) => subject) ?? [],
  };
}
