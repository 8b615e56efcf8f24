import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { OpenHost } from '../../source/catalog/host.js';
import type { Reading } from '../../source/catalog/readPlugin.js';
import { open } from './real.js';

/** Opens of one file; a list is longer than this only when flags differ, and then the rest is more of the same. */
const MOST = 40;

/**
 * The runtime names one package and stops. So the named package's hash in the file is made the host's, and the file opened
 * again, until it loads or says something else: the names in that order. Ends after `MOST` opens.
 */
export function packagesInTruth(
  binary: { readonly path: string; readonly under: readonly string[] },
  { host }: OpenHost,
  { entry, evidence }: Reading,
  work: string,
): string[] {
  const named: string[] = [];
  copyFileSync(entry.path, work);
  const bytes = readFileSync(work);
  const mine = new Map((evidence?.go?.linkHashes ?? []).map(({ package: name, hash }) => [name, hash]));
  while (named.length < MOST) {
    const [real] = open(binary.path, [{ path: work, how: 'go', names: [] }], binary.under);
    const name = /different version of package (\S+)/.exec(real?.message ?? '')?.[1];
    if (name === undefined || named.includes(name)) break;
    named.push(name);
    const [from, to] = [mine.get(name), host.hashOf(name)];
    if (from === undefined || to === null) break;
    replaceAll(bytes, Buffer.from(from, 'hex'), Buffer.from(to, 'hex'));
    writeFileSync(work, bytes);
  }
  rmSync(work, { force: true });
  return named;
}

function replaceAll(bytes: Buffer, from: Buffer, to: Buffer): void {
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 8)) to.copy(bytes, at);
}
