import { createHash } from 'node:crypto';
import { SHN } from '../binary/elf/constants.js';
import { ElfFile } from '../binary/elf/elfFile.js';
import { ProvidedHashes } from '../binary/go/providedHashes.js';
import type { ByteSource } from '../binary/reader/byteSource.js';
import type { Evidence } from '../evidence/evidence.js';
import { evidence as evidenceShape } from './evidenceShape.js';
import { FORMAT_VERSION, isPlain, KIND, type ProfiledHost } from './hostProfile.js';
import { packNames } from './nameSet.js';

const HASH_PREFIX = 'go:link.pkghashbytes.';
const CHUNK = 1 << 20;

/**
 * The profile of a host binary as JSON text: all that a verdict asks of it. The same bytes give the same text.
 *
 * @param file name of the binary, without its folder.
 * @param evidence of the same bytes.
 * @throws FormatError when it is no ELF file, or its header is malformed.
 */
export function makeProfile(source: ByteSource, file: string, evidence: Evidence): string {
  const elf = ElfFile.read(source);
  const names = definedNames(elf);
  const plain = names.filter(isPlain);
  const host: Unmapped<ProfiledHost> = {
    file,
    size: source.size,
    sha256: sha256Of(source),
    build_ids: buildIds(elf),
    // Through the shape: nothing gets in that it does not name.
    evidence: evidenceShape.read({ ...evidence, path: file }, 'evidence'),
    packages: packagesOf(elf, names),
    symbols: { plain, others: packNames(names.filter((name) => !isPlain(name) && !name.startsWith(HASH_PREFIX))) },
  };
  const digest = createHash('sha256').update(JSON.stringify(host)).digest('hex');
  return `${JSON.stringify({ format_version: FORMAT_VERSION, kind: KIND, sha256: digest, host })}\n`;
}

/** As JSON has it: an object where the reader gives a map. */
type Unmapped<T> = { readonly [K in keyof T]: T[K] extends ReadonlyMap<string, infer V> ? Readonly<Record<string, V>> : T[K] };

/** Each name once, sorted by its UTF-16 units. */
function definedNames(elf: ElfFile): readonly string[] {
  const table = elf.dynamicSymbols;
  const names = new Set<string>();
  for (let index = 1; index < table.count; index++) {
    if (table.raw(index).sectionIndex !== SHN.UNDEF) names.add(table.name(index));
  }
  return [...names].sort();
}

function packagesOf(elf: ElfFile, names: readonly string[]): Readonly<Record<string, string>> {
  const provided = new ProvidedHashes(elf);
  return Object.fromEntries(
    names.flatMap((name) => {
      if (!name.startsWith(HASH_PREFIX)) return [];
      const path = name.slice(HASH_PREFIX.length);
      const hash = provided.hash(path);
      return hash === null ? [] : [[path, hash]];
    }),
  );
}

/** cmd/link/internal/ld/elf.go: note GNU of type 3, note Go of type 4. */
function buildIds(elf: ElfFile): ProfiledHost['build_ids'] {
  const note = (owner: string, type: number) =>
    elf
      .notes()
      .find((one) => one.owner === owner && one.type === type)
      ?.bytes();
  const [gnu, go] = [note('GNU', 3), note('Go', 4)];
  return { gnu: gnu ? Buffer.from(gnu).toString('hex') : null, go: go ? Buffer.from(go).toString('utf8') : null };
}

function sha256Of(source: ByteSource): string {
  const hash = createHash('sha256');
  for (let offset = 0; offset < source.size; offset += CHUNK) {
    hash.update(source.read(offset, Math.min(CHUNK, source.size - offset), 'file'));
  }
  return hash.digest('hex');
}
