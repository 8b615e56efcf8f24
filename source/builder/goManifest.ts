import type { Manifest } from '../manifest/manifest.js';
import { targetTriple } from '../manifest/normalise.js';
import type { ClosureModule } from './closure.js';

/** What of `go env` decides how things are built. */
export interface GoEnvironment {
  readonly GOVERSION: string;
  readonly GOOS: string;
  readonly GOARCH: string;
  readonly GOAMD64: string;
  readonly GOFLAGS: string;
  readonly GOEXPERIMENT: string;
  readonly CC: string;
  readonly CGO_CFLAGS: string;
  readonly CGO_LDFLAGS: string;
}

export const GO_ENVIRONMENT = [
  'GOVERSION',
  'GOOS',
  'GOARCH',
  'GOAMD64',
  'GOFLAGS',
  'GOEXPERIMENT',
  'CC',
  'CGO_CFLAGS',
  'CGO_LDFLAGS',
] as const satisfies readonly (keyof GoEnvironment)[];

/** The symbol plugins made here export: the RFC's first draft. */
export const ENTRY_SYMBOL = 'CollectorPluginInit';

export interface ManifestFacts {
  readonly name: string;
  readonly version: string | null;
  readonly kind: 'collector' | 'plugin';
  readonly flags: readonly string[];
  readonly closure: readonly ClosureModule[];
  readonly go: GoEnvironment;
  readonly buildTime: string;
}

/** Flags that say how the go command works, or what is stamped beside the code: a plugin made by hand need not have them. */
const ABOUT_THE_COMMAND = /^--?(buildvcs|mod|modcacherw|p|v|x|work)(=|$)/;

/** The manifest of one artifact (docs/manifest.md), with the RFC's fields first. */
export function goManifest({ name, version, kind, flags, closure, go, buildTime }: ManifestFacts): Manifest {
  return {
    language: 'go',
    toolchain_version: toolchain(go),
    build_profile: 'release',
    dependency_hashes: Object.fromEntries(closure.map(({ path, hash }) => [path, hash])),
    build_flags: [...flags, ...go.GOFLAGS.split(/\s+/)].filter((flag) => flag !== '' && !ABOUT_THE_COMMAND.test(flag)),
    target: platformOf(go),
    build_time: buildTime,
    schema_version: 1,
    name,
    ...(version === null ? {} : { version }),
    ...(go.GOARCH === 'amd64' ? { goamd64: go.GOAMD64 } : {}),
    ...(kind === 'plugin' ? { entry_symbol: ENTRY_SYMBOL } : {}),
    // A folder's version is what go.mod happens to say of it; its hash is what counts.
    dependency_versions: Object.fromEntries(
      closure.filter(({ hash }) => hash.startsWith('h1:')).map(({ path, version: of }) => [path, of]),
    ),
  };
}

/** The triple of what is built for: `x86_64-unknown-linux-gnu`. */
export function platformOf({ GOOS, GOARCH }: Pick<GoEnvironment, 'GOOS' | 'GOARCH'>): string {
  return targetTriple(`${GOOS}/${GOARCH}`);
}

/** As build info has it: experiments behind the version. `go env GOVERSION` gives them too, since 1.21. */
function toolchain({ GOVERSION, GOEXPERIMENT }: GoEnvironment): string {
  return GOEXPERIMENT === '' || GOVERSION.includes(' X:') ? GOVERSION : `${GOVERSION} X:${GOEXPERIMENT}`;
}

/** Text of a manifest, the same in the artifact and in the file beside it. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/**
 * When it was built: `SOURCE_DATE_EPOCH` (seconds since 1970) where it is set, so that builds reproduce; else now.
 * Null for a value that is no such number.
 */
export function buildTime(environment: NodeJS.ProcessEnv, now: number): string | null {
  const { SOURCE_DATE_EPOCH: epoch } = environment;
  const seconds = epoch === undefined || epoch === '' ? Math.floor(now / 1000) : Number(epoch);
  if (!Number.isSafeInteger(seconds) || seconds < 0 || seconds > 253_402_300_799) return null;
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
