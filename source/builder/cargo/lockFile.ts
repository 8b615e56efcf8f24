/** One `[[package]]` of Cargo.lock. */
export interface LockedCrate {
  readonly name: string;
  readonly version: string;
  /** `registry+https://...`, `git+https://...#commit`; null for a folder. */
  readonly source: string | null;
  /** SHA-256 of the crate file; null for what no registry gave. */
  readonly checksum: string | null;
}

/**
 * Reads Cargo.lock. It is written by cargo alone, one key a line (cargo: src/cargo/core/resolver/encode.rs), so that no
 * reader of all TOML is needed. A lock file before version 3 keeps its checksums in `[metadata]`: those are read too.
 */
export function parseLockFile(text: string): LockedCrate[] {
  const metadata = new Map(
    [...text.matchAll(/^"checksum (\S+) (\S+) \([^)]*\)" = "([0-9a-f]+)"$/gm)].map(([, name, version, sum]) => [
      `${name} ${version}`,
      sum ?? '',
    ]),
  );
  return text
    .split(/^\[\[package\]\]$/m)
    .slice(1)
    .flatMap((section): LockedCrate[] => {
      const field = (key: string) => new RegExp(`^${key} = "(.*)"$`, 'm').exec(section)?.[1] ?? null;
      const [name, version] = [field('name'), field('version')];
      if (name === null || version === null) return [];
      return [
        { name, version, source: field('source'), checksum: field('checksum') ?? metadata.get(`${name} ${version}`) ?? null },
      ];
    });
}
