import type { Evidence } from '../evidence/evidence.js';
import { type BuildFacts, factsOfBytes, RECORDED_FLAGS } from './buildFacts.js';
import { dependencyText } from './differences.js';
import type { Manifest } from './manifest.js';
import { comparableFlags, flagsText, goToolchain, sameRustToolchain, targetTriple } from './normalise.js';

/** A place where a manifest and the bytes of its own file disagree. The bytes are believed. */
export interface Contradiction {
  /** The manifest's field, or `dependency_hashes` with the module as `item`. */
  readonly field: string;
  readonly item: string | null;
  readonly claimed: string;
  readonly bytes: string;
  /** Where the bytes say so: `build info`, `ELF header`, `.comment`, `.dep-v0`. */
  readonly source: string;
}

/**
 * Checks a manifest against what the file itself says: Go build info, ELF machine, `.comment`, `.dep-v0`.
 * Only what the bytes record is compared: a flag that build info never holds is no contradiction.
 */
export function contradictions(manifest: Manifest, evidence: Evidence): Contradiction[] {
  const bytes = factsOfBytes(evidence);
  return [
    ...(bytes ? languageAndToolchain(manifest, bytes, evidence) : []),
    ...platform(manifest, evidence),
    ...(bytes ? flags(manifest, bytes) : []),
    ...(bytes ? dependencies(manifest, bytes) : []),
  ];
}

function languageAndToolchain(manifest: Manifest, bytes: BuildFacts, { rust }: Evidence): Contradiction[] {
  const ofRust = rust?.comment === null ? 'path of the standard library' : '.comment';
  const source = bytes.language === 'go' ? 'build info' : ofRust;
  if (bytes.language !== null && manifest.language !== bytes.language) {
    return [{ field: 'language', item: null, claimed: manifest.language, bytes: bytes.language, source }];
  }
  if (bytes.toolchain === null) return [];
  const equal =
    bytes.language === 'go'
      ? goToolchain(manifest.toolchain_version) === goToolchain(bytes.toolchain)
      : sameRustToolchain(manifest.toolchain_version, bytes.toolchain);
  if (equal) return [];
  return [{ field: 'toolchain_version', item: null, claimed: manifest.toolchain_version, bytes: bytes.toolchain, source }];
}

/** CPU names of triples beside the names this project gives ELF, Mach-O and PE machines. */
const CPU_OF_MACHINE: Readonly<Record<string, string>> = { 'x86-64': 'x86_64', aarch64: 'aarch64', i386: 'i686' };

function platform(manifest: Manifest, evidence: Evidence): Contradiction[] {
  const result: Contradiction[] = [];
  const claimed = targetTriple(manifest.target);
  const bytes = factsOfBytes(evidence);
  const cpu = CPU_OF_MACHINE[evidence.object.machine];
  if (bytes?.target) {
    if (claimed !== bytes.target && !sameGoPlatform(claimed, bytes.target)) {
      result.push({ field: 'target', item: null, claimed: manifest.target, bytes: bytes.target, source: 'build info' });
    }
  } else if (cpu !== undefined && !claimed.startsWith(`${cpu}-`)) {
    result.push({ field: 'target', item: null, claimed: manifest.target, bytes: evidence.object.machine, source: 'ELF header' });
  }
  if (manifest.goamd64 !== undefined && bytes?.goamd64 && manifest.goamd64 !== bytes.goamd64) {
    result.push({ field: 'goamd64', item: null, claimed: manifest.goamd64, bytes: bytes.goamd64, source: 'build info' });
  }
  return result;
}

/** Go has no name for a C library: `x86_64-unknown-linux-musl` and `-gnu` are both linux/amd64. */
function sameGoPlatform(a: string, b: string): boolean {
  const family = (triple: string) => triple.replace(/-(gnu|musl)\w*$/, '');
  return family(a) === family(b);
}

function flags(manifest: Manifest, bytes: BuildFacts): Contradiction[] {
  if (bytes.language !== 'go' || !bytes.flags) return [];
  const claimed = comparableFlags(manifest.build_flags);
  return RECORDED_FLAGS.flatMap((name) => {
    const [mine, real] = [claimed.get(name), bytes.flags?.get(name)];
    // A profile's path is rewritten by -trimpath: that there is one is what can be compared.
    if (mine === real || (name === '-pgo' && mine !== undefined && real !== undefined)) return [];
    const show = (value: string | undefined) => (value === undefined ? `no ${name}` : flagsText(new Map([[name, value]])));
    return [{ field: 'build_flags', item: name, claimed: show(mine), bytes: show(real), source: 'build info' }];
  });
}

function dependencies(manifest: Manifest, bytes: BuildFacts): Contradiction[] {
  if (!bytes.dependencies) return [];
  const source = bytes.language === 'go' ? 'build info' : '.dep-v0';
  const field = 'dependency_hashes';
  const result: Contradiction[] = [];
  // Maps: a crate may have the name of something that every object has.
  const hashes = new Map(Object.entries(manifest.dependency_hashes));
  const versions = new Map(Object.entries(manifest.dependency_versions ?? {}));
  for (const [name, real] of bytes.dependencies) {
    const hash = hashes.get(name) ?? hashes.get(`${name}@${real.version}`);
    const version = versions.get(name) ?? versions.get(`${name}@${real.version}`);
    if (hash === undefined) {
      // A crate built by path has no checksum in Cargo.lock, and older writers leave local folders out.
      if (!real.local) result.push({ field, item: name, claimed: 'not listed', bytes: dependencyText(real), source });
    } else if (real.hash !== null && hash !== real.hash) {
      result.push({
        field,
        item: name,
        claimed: dependencyText({ version: version ?? null, hash, local: false }),
        bytes: dependencyText(real),
        source,
      });
    } else if (version !== undefined && real.version !== null && real.version !== version) {
      result.push({ field: 'dependency_versions', item: name, claimed: version, bytes: real.version, source });
    }
  }
  if (bytes.language !== 'go') return result;
  for (const name of hashes.keys()) {
    if (!bytes.dependencies.has(name))
      result.push({ field, item: name, claimed: 'listed', bytes: 'not in the build info', source });
  }
  return result;
}
