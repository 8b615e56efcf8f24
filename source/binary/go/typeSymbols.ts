import { createHash } from 'node:crypto';
import type { ElfFile } from '../elf/elfFile.js';

/**
 * Name of the symbol of a type, given how the linker writes the type (packages by full import path).
 * Go 1.25 on (cmd/link/internal/ld/lib.go: typeSymbolMangle; cmd/internal/hash: Sum32): the first six bytes of its SHA-256, the
 * first byte inverted, in base64, unless the name is short.
 */
function typeSymbol(type: string): string {
  if (type.length + 'type:'.length <= 14) return `type:${type}`;
  const hash = createHash('sha256').update(type).digest();
  hash[0] = (hash[0] ?? 0) ^ 0xff;
  return `type:${hash.subarray(0, 6).toString('base64')}`;
}

/** Qualifiers of a type as `%T` prints it: `api` of `func(api.Registry) error`. */
const QUALIFIER = /([\p{L}_][\p{L}\p{N}_]*)\./gu;

/**
 * The package that a type's one qualifier stands for, when the type's own symbol says so: for each candidate path the symbol's
 * name is made and looked up, a few reads each, and the one at `address` is it. Null when none is, or when there are two qualifiers.
 *
 * @param type as `%T` prints it.
 * @param candidates import paths of the file's packages.
 */
export function packageBySymbol(elf: ElfFile, type: string, address: number, candidates: readonly string[]): string | null {
  const qualifiers = new Set([...type.matchAll(QUALIFIER)].map(([, name]) => name));
  const [qualifier] = qualifiers;
  if (qualifier === undefined || qualifiers.size !== 1) return null;
  const likely = (path: string) => (path.endsWith(`/${qualifier}`) ? 0 : 1);
  const sorted = [...candidates].sort((a, b) => likely(a) - likely(b));
  return sorted.find((path) => symbolOfType(elf, type, address, path) !== null) ?? null;
}

/**
 * The name of a type's own symbol, where the file has it at the type's address: so the name is right whatever the linker makes of types. Who
 * asserts the type has the same symbol (a type assertion compares with the address of the type's description).
 *
 * @param path what the type's one qualifier stands for; null when it has none.
 */
export function symbolOfType(elf: ElfFile, type: string, address: number, path: string | null): string | null {
  const name = typeSymbol(path === null ? type : type.replace(QUALIFIER, `${path}.`));
  return elf.rawDynamicSymbol(name)?.address === address ? name : null;
}
