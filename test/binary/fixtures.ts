import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ElfFile } from '../../source/binary/elf/elfFile.js';
import { FileSource } from '../../source/binary/reader/byteSource.js';

const ROOT = fileURLToPath(new URL('../../fixtures/', import.meta.url));

/** Path of a built fixture; `fixtures/README.md` has the recipe of each. A URL of its own would lose the line feed in one's name. */
export function fixture(name: string): string {
  return join(ROOT, name);
}

/** Opens a fixture for the time of `use`. */
export function withElf<T>(name: string, use: (elf: ElfFile, source: FileSource) => T): T {
  const source = new FileSource(fixture(name));
  try {
    return use(ElfFile.read(source), source);
  } finally {
    source.close();
  }
}

/** What the real loader did with one fixture (`node fixtures/build.mjs --measure`). */
export interface Outcome {
  readonly how: 'plugin.Open' | 'dlopen';
  readonly outcome: 'loads' | 'fails' | 'crashes';
  readonly message?: string;
  readonly exports?: Readonly<Record<string, string>>;
}

/** By host, then by plugin, both relative to `fixtures/`. */
export const expected: Readonly<Record<string, Readonly<Record<string, Outcome>>>> = JSON.parse(
  readFileSync(fixture('expected.json'), 'utf8'),
);
