/**
 * The manifest a plugin or host carries: the RFC's seven fields ("Unified Plugin Manifest Schema") and our optional ones.
 * Published as `spec/manifest.schema.json`; `readManifest` enforces the same, field by field.
 */
export interface Manifest {
  readonly language: ManifestLanguage;
  /** `go1.26.8`, or the line `rustc --version` prints. As written; `normalise.ts` reads other spellings. */
  readonly toolchain_version: string;
  readonly build_profile: string;
  /** Go: module path to `h1:...` of go.sum (a folder: `dir:...`). Rust: crate to checksum of Cargo.lock. */
  readonly dependency_hashes: Readonly<Record<string, string>>;
  readonly build_flags: readonly string[];
  /** A Rust target triple, for both languages: `x86_64-unknown-linux-gnu`. */
  readonly target: string;
  /** RFC 3339. */
  readonly build_time: string;

  readonly schema_version?: number;
  readonly name?: string;
  readonly version?: string;
  readonly goamd64?: string;
  readonly entry_symbol?: string;
  /** Of the C ABI of Rust plugins. */
  readonly abi_version?: number;
  readonly dependency_versions?: Readonly<Record<string, string>>;
  /** In a host: what it was built to load besides its own language. */
  readonly accepts?: { readonly rust?: RustAcceptance };
  /** Of a hermetic build: the container it was made in. */
  readonly build_environment?: BuildEnvironment;
}

/** The container of a hermetic build, in parts: `image go`, `dockerfile`, `rust`, `go.sum`. */
export interface BuildEnvironment {
  /** `sha256:...` over the canonical JSON of the parts. */
  readonly digest: string;
  readonly parts: Readonly<Record<string, string>>;
}

export type ManifestLanguage = 'go' | 'rust';

/** What a host takes of Rust plugins. A field that is left out is not compared. */
export interface RustAcceptance {
  readonly toolchain_version?: string;
  readonly abi_version?: number;
  readonly target?: string;
  readonly build_profile?: string;
  readonly build_flags?: readonly string[];
  /** Crates that cross the boundary. */
  readonly dependency_hashes?: Readonly<Record<string, string>>;
  readonly dependency_versions?: Readonly<Record<string, string>>;
}

/** The RFC's fields, in its order. */
export const REQUIRED_FIELDS = [
  'language',
  'toolchain_version',
  'build_profile',
  'dependency_hashes',
  'build_flags',
  'target',
  'build_time',
] as const;
