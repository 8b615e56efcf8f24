import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One file that a build delivers. */
export interface Artifact {
  /** Relative to the output directory, with `/`. */
  readonly path: string;
  readonly kind: 'collector' | 'plugin';
  readonly sha256: string;
  readonly size: number;
  /** Of `<path>.manifest.json`, which is the text embedded in the artifact. */
  readonly manifest_sha256: string;
  /** Of `<path>.components.json`: the descriptors embedded in it; null when it has none. */
  readonly components_sha256: string | null;
}

/** `distribution.json`: what was built, and by what. */
export interface Distribution {
  readonly format_version: 1;
  readonly artifacts: readonly Artifact[];
  readonly build: {
    readonly go: string;
    /** The line of `rustc --version`, where a plugin is Rust. */
    readonly rust?: string;
    readonly ocb: string;
    readonly ocx: string;
    readonly target: string;
    readonly flags: readonly string[];
    /** Variables that were set or that decide; empty ones are left out. */
    readonly environment: Readonly<Record<string, string>>;
  };
}

export const DISTRIBUTION_FILE = 'distribution.json';

export function distributionText(distribution: Distribution): string {
  return `${JSON.stringify(distribution, null, 2)}\n`;
}

/** The distribution that lies in a directory; null when there is none, or none that can be understood. */
export function readDistribution(directory: string): Distribution | null {
  try {
    const value: Distribution = JSON.parse(readFileSync(join(directory, DISTRIBUTION_FILE), 'utf8'));
    return value.format_version === 1 && Array.isArray(value.artifacts) ? value : null;
  } catch {
    return null;
  }
}

/** Artifacts of an earlier build that this one no longer makes: a Collector would find such a plugin and refuse to start. */
export function leftOver(before: Distribution | null, now: readonly Artifact[]): string[] {
  const made = new Set(now.map(({ path }) => path));
  return (before?.artifacts ?? [])
    .map(({ path }) => path)
    .filter((path) => !made.has(path) && /^(plugins\/)?[^/\\]+$/.test(path) && !path.startsWith('.'));
}
