import type { LinkHash } from '../../evidence/evidence.js';
import { explainMismatch } from '../cause.js';
import { type Context, checked, NOTHING, notChecked, type Rule } from '../context.js';
import { count, finding } from '../finding.js';

/** 8 bytes in hex. */
const HASH_DIGITS = 16;

/** A package whose export data is another in plugin and host. */
export interface Mismatch {
  readonly package: string;
  readonly plugin: string;
  /** Null of an entry whose own hash has not the length of one: it equals none, whoever brings the package. */
  readonly host: string | null;
  /** File offset of the plugin's entry. */
  readonly offset: number;
  /** The file contradicts itself: no other build of it would differ in this. */
  readonly isDamage: boolean;
}

/**
 * runtime/plugin.go: each entry of the plugin's table has the hash seen at link time and a pointer that the dynamic linker
 * resolves to the first provider in scope: the host, if it has the package. `lastmoduleinit` throws the first that differs
 * back as an error; a package the host lacks resolves to the plugin itself, and matches unless the file is damaged.
 */
export function mismatches(table: readonly LinkHash[], hashOf: (packagePath: string) => string | null): Mismatch[] {
  return table.flatMap(({ package: name, hash, offset, own }): Mismatch[] => {
    const byHost = hashOf(name);
    const theirs = byHost ?? own ?? null;
    const isHash = hash.length === HASH_DIGITS;
    if (theirs === null ? isHash : theirs === hash) return [];
    return [{ package: name, plugin: hash, host: theirs, offset, isDamage: byHost === null || !isHash }];
  });
}

export const linkHashes: Rule = (context) => {
  const { plugin, opener, host } = context;
  const table = plugin.go?.linkHashes;
  if (opener !== 'plugin.Open' || !host?.evidence.go?.providesHashes || !table) return NOTHING;
  if (table.length === 0) {
    return notChecked('link hashes', [
      finding('OCX0404', {
        subject: 'package hash table',
        evidence: 'moduledata',
        message: 'the package hash table is empty: no Go plugin is built without packages',
        fix: 'copy or build the file again',
      }),
    ]);
  }
  const differing = mismatches(table, host.hashOf);
  const what = `link hashes of ${count(table.length, 'package')}`;
  return differing.length === 0 ? checked(what) : checked(what, [mismatchFinding(context, differing)]);
};

const DAMAGE = {
  cause: 'the file contradicts itself: no compiler writes such a table',
  fix: 'copy the file again and compare its size with the original',
};

function mismatchFinding(context: Context, differing: readonly Mismatch[]) {
  const [first] = differing;
  if (!first) throw new Error('a mismatch finding needs a mismatch');
  const { cause, fix } = differing.every(({ isDamage }) => isDamage) ? DAMAGE : explainMismatch(context, differing);
  return finding('OCX0410', {
    subject: first.package,
    plugin: first.plugin,
    host: first.host,
    evidence: `link hash of ${first.package}, at 0x${first.offset.toString(16)}`,
    message: `plugin was built with a different version of ${differing.length === 1 ? `package ${first.package}` : count(differing.length, 'package')}`,
    cause,
    loaderMessage: openMessage(context.plugin.path, `plugin was built with a different version of package ${first.package}`),
    fix,
    items: differing.map(({ package: subject, plugin, host }) => ({ subject, plugin, host })),
  });
}

/** An error of plugin.Open as it prints. plugin/plugin_dlopen.go: the name has lost its `.so` by the time a module is looked at. */
export function openMessage(path: string, words: string): string {
  return `plugin.Open(${JSON.stringify(path.endsWith('.so') ? path.slice(0, -3) : path)}): ${words}`;
}
