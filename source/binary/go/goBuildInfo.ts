/** As `runtime/debug.BuildInfo` has it. */
export interface GoBuildInfo {
  readonly goVersion: string;
  /** Import path of the main package. */
  readonly path: string | null;
  readonly main: GoModule | null;
  readonly deps: readonly GoModule[];
  /** `-trimpath`, `GOAMD64`, `CGO_ENABLED`, `vcs.revision`, ... in file order. */
  readonly settings: readonly GoSetting[];
}

export interface GoModule {
  readonly path: string;
  readonly version: string;
  /** `h1:...`; empty for the main module, local replaces and vendored modules. */
  readonly sum: string;
  readonly replace: GoModule | null;
}

export interface GoSetting {
  readonly key: string;
  readonly value: string;
}
