import { dirname, resolve } from 'node:path';
import type { Host } from '../verdict/context.js';
import type { Asked } from './asked.js';
import { list } from './listing.js';
import { afterOthers } from './planned.js';
import { judgeReading, readEntry } from './readPlugin.js';
import type { JudgedRecord } from './record.js';

/** How a file that was named alone fares in the directory it lies in. */
export interface InDirectory {
  /** Absolute. */
  readonly directory: string;
  /** With the judgement, the order and the step of its place. */
  readonly record: JudgedRecord;
  /** Those that come before it and are why it does not load: their places and names. */
  readonly brokenBy: readonly { readonly order: number; readonly path: string; readonly name: string }[];
}

/**
 * Judges a file where it lies: after the plugins of its directory that a host opens before it, as a list does. Those after it can't matter,
 * and are not read.
 *
 * @param record the file, judged alone.
 * @returns null without a host, and for what is not loaded from a directory: it does not end in .so.
 */
export function inDirectory(record: JudgedRecord, host: Host | null, now: number, asked: Asked = {}): InDirectory | null {
  if (!host) return null;
  const path = resolve(record.path);
  const directory = dirname(path);
  const { plugins } = list({ kind: 'directories', paths: [directory] }, false);
  const own = plugins.find(({ entry }) => entry.path === path);
  if (!own) return null;
  const earlier = plugins
    .slice(0, own.order - 1)
    .map(({ entry, order, sha256 }) => judgeReading(readEntry(entry, sha256, now, asked), order, host));
  const placed = afterOthers(earlier, { ...record, order: own.order, comparison: record.comparison }, host);
  return {
    directory,
    record: placed,
    brokenBy: (placed.step?.brokenBy ?? []).flatMap((order) => {
      const by = earlier[order - 1];
      return by ? [{ order, path: by.path, name: by.name }] : [];
    }),
  };
}
