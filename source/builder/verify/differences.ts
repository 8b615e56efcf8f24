import type { Manifest } from '../../manifest/manifest.js';

/** One thing that two builds of an artifact do not have alike, most telling first. */
export interface Difference {
  readonly what: 'manifest' | 'dependency' | 'environment' | 'descriptors' | 'section' | 'file';
  /** The manifest's field, the dependency, the part of the environment, the section. */
  readonly name: string;
  readonly distribution: string | null;
  readonly rebuilt: string | null;
}

/** What decides more than one dependency does, in the order in which it is said. */
const FIRST = ['language', 'toolchain_version', 'target', 'goamd64', 'build_profile', 'build_flags', 'abi_version'] as const;
const LAST = ['schema_version', 'name', 'version', 'entry_symbol', 'accepts', 'build_time'] as const;

/**
 * Where two manifests differ. Toolchain and flags come first, since everything follows from them; then dependencies, the container,
 * and what is only said.
 */
export function manifestDifferences(distribution: Manifest, rebuilt: Manifest): Difference[] {
  const field = (name: (typeof FIRST | typeof LAST)[number]): Difference[] => {
    const [before, now] = [textOf(distribution[name]), textOf(rebuilt[name])];
    return before === now ? [] : [{ what: 'manifest', name, distribution: before, rebuilt: now }];
  };
  return [
    ...FIRST.flatMap(field),
    ...mapDifferences('dependency', dependenciesOf(distribution), dependenciesOf(rebuilt)),
    ...mapDifferences('environment', distribution.build_environment?.parts ?? {}, rebuilt.build_environment?.parts ?? {}),
    ...LAST.flatMap(field),
  ];
}

/** `v1.27.0 h1:...` of each dependency. */
function dependenciesOf({ dependency_hashes, dependency_versions = {} }: Manifest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(dependency_hashes).map(([name, hash]) => [name, [dependency_versions[name], hash].filter(Boolean).join(' ')]),
  );
}

function mapDifferences(
  what: Difference['what'],
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): Difference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((name) => before[name] !== now[name])
    .sort()
    .map((name) => ({ what, name, distribution: before[name] ?? null, rebuilt: now[name] ?? null }));
}

function textOf(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
