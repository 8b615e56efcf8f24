import type { BuildFacts, Dependency } from './buildFacts.js';
import { flagsText, goToolchain, sameRustToolchain, targetTriple } from './normalise.js';

/**
 * One thing a plugin and a host both could have. `decides` is false for what the policy never refuses:
 * build_time, and what one side does not have.
 */
export interface Difference {
  readonly kind: 'language' | 'toolchain' | 'profile' | 'flags' | 'target' | 'goamd64' | 'abi' | 'build time' | 'dependency';
  /** The manifest's field, or the dependency's name. */
  readonly name: string;
  readonly state: 'same' | 'differs' | 'only plugin' | 'only host';
  readonly decides: boolean;
  readonly plugin: string | null;
  readonly host: string | null;
}

/**
 * Compares how two things were built, field by field and dependency by dependency (policy `exact`: the RFC asks that
 * toolchain, flags and dependencies match exactly). Things neither side knows are left out.
 */
export function differences(plugin: BuildFacts, host: BuildFacts): Difference[] {
  const rust = plugin.language === 'rust';
  const fields: (Difference | null)[] = [
    compare('language', 'language', plugin.language, host.language, same),
    compare('toolchain', 'toolchain_version', plugin.toolchain, host.toolchain, rust ? sameRustToolchain : sameGoToolchain),
    compare('profile', 'build_profile', plugin.profile, host.profile, same),
    compareFlags(plugin, host),
    compare('target', 'target', plugin.target, host.target, (a, b) => targetTriple(a) === targetTriple(b)),
    compare('goamd64', 'goamd64', plugin.goamd64, host.goamd64, same),
    compare('abi', 'abi_version', numberText(plugin.abiVersion), numberText(host.abiVersion), same),
    never(compare('build time', 'build_time', plugin.buildTime, host.buildTime, same)),
  ];
  return [...fields.filter((field) => field !== null), ...compareDependencies(plugin.dependencies, host.dependencies)];
}

const same = (a: string, b: string): boolean => a === b;
const sameGoToolchain = (a: string, b: string): boolean => goToolchain(a) === goToolchain(b);
const numberText = (value: number | null): string | null => (value === null ? null : String(value));

function compare(
  kind: Difference['kind'],
  name: string,
  plugin: string | null,
  host: string | null,
  equal: (a: string, b: string) => boolean,
): Difference | null {
  if (plugin === null && host === null) return null;
  if (plugin === null) return { kind, name, state: 'only host', decides: false, plugin, host };
  if (host === null) return { kind, name, state: 'only plugin', decides: false, plugin, host };
  const state = equal(plugin, host) ? 'same' : 'differs';
  return { kind, name, state, decides: state === 'differs', plugin, host };
}

const never = (difference: Difference | null): Difference | null => difference && { ...difference, decides: false };

function compareFlags(plugin: BuildFacts, host: BuildFacts): Difference | null {
  const texts = [plugin.flags, host.flags].map((flags) => (flags ? flagsText(flags) : null));
  return compare('flags', 'build_flags', texts[0] ?? null, texts[1] ?? null, same);
}

function compareDependencies(
  plugin: ReadonlyMap<string, Dependency> | null,
  host: ReadonlyMap<string, Dependency> | null,
): Difference[] {
  if (!plugin || !host) return [];
  const result: Difference[] = [];
  const copies = copiesIn(plugin, host);
  for (const [name, mine] of plugin) {
    const theirs = host.get(name) ?? theirsOfCopy(name, mine, host, copies);
    const base = {
      kind: 'dependency',
      name,
      plugin: dependencyText(mine),
      host: theirs ? dependencyText(theirs) : null,
    } as const;
    if (!theirs) result.push({ ...base, state: 'only plugin', decides: false });
    else if (sameDependency(mine, theirs)) result.push({ ...base, state: 'same', decides: false });
    else result.push({ ...base, state: 'differs', decides: true });
  }
  for (const [name, theirs] of host) {
    if (plugin.has(name) || copies.has(name)) continue;
    result.push({ kind: 'dependency', name, state: 'only host', decides: false, plugin: null, host: dependencyText(theirs) });
  }
  return result;
}

/** Crates that are in the plugin by name and version (`prost@0.13.5`), with whether one of them is the host's. Once through: lists can be long. */
function copiesIn(
  plugin: ReadonlyMap<string, Dependency>,
  host: ReadonlyMap<string, Dependency>,
): ReadonlyMap<string, 'one fits' | 'none fits'> {
  const copies = new Map<string, 'one fits' | 'none fits'>();
  for (const [name, mine] of plugin) {
    const [crate = '', version] = name.split('@');
    if (version === undefined) continue;
    const theirs = host.get(crate);
    const fits = theirs !== undefined && sameDependency(mine, theirs);
    if (fits || !copies.has(crate)) copies.set(crate, fits ? 'one fits' : 'none fits');
  }
  return copies;
}

/**
 * A crate that is in the plugin twice is `prost@0.13.5` and `prost@0.14.6` there, and `prost` in what a host accepts: one
 * of the two must be the host's, and then the other is the plugin's own affair.
 */
function theirsOfCopy(
  name: string,
  mine: Dependency,
  host: ReadonlyMap<string, Dependency>,
  copies: ReturnType<typeof copiesIn>,
): Dependency | undefined {
  const [crate = '', version] = name.split('@');
  const theirs = version === undefined ? undefined : host.get(crate);
  if (!theirs || sameDependency(mine, theirs)) return theirs;
  return copies.get(crate) === 'one fits' ? undefined : theirs;
}

/** Hashes decide; versions only where a side has no hash (a module built from a folder, a crate read from `.dep-v0`). */
function sameDependency(a: Dependency, b: Dependency): boolean {
  if (a.hash !== null && b.hash !== null) return a.hash === b.hash;
  return a.version === null || b.version === null || a.version === b.version;
}

/** `v1.54.0 h1:Jm5cUxAb...`: whole; whoever shows it cuts it. */
export function dependencyText({ version, hash }: Dependency): string {
  return [version, hash].filter((part) => part !== null).join(' ') || 'no version';
}
