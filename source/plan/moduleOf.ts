import type { Evidence } from '../evidence/evidence.js';

/** The module a package is of, by the build info of the file that brings it. */
export interface PackageModule {
  readonly path: string;
  /** `v0.149.0`; `(devel)` of the main module. Of a replaced one, the replacement's, if it has one. */
  readonly version: string;
}

/** The module with the longest path that holds the package; null when build info knows none, as of the standard library. */
export function moduleOf(packagePath: string, { go }: Evidence): PackageModule | null {
  const info = go?.buildInfo;
  if (!info) return null;
  let best: PackageModule | null = null;
  for (const { path, version, replace } of [...(info.main ? [info.main] : []), ...info.deps]) {
    if (packagePath !== path && !packagePath.startsWith(`${path}/`)) continue;
    if (best === null || path.length > best.path.length) best = { path, version: replace?.version || version };
  }
  return best;
}
