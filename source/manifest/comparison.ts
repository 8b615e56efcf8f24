/**
 * A row of the comparison of a plugin with its host, as SCREENS and `inspect` show it.
 *
 * `=` same, `x` differs and decides the load, `-` differs and the policy refuses it, `~` differs and is allowed,
 * `!` claim and bytes disagree, `?` one side has no value, ` ` shown for information.
 */
export type ComparisonSign = 'x' | '-' | '!' | '?' | '~' | '=' | ' ';

export interface ComparisonRow {
  readonly sign: ComparisonSign;
  /** `field`: one of the manifest; `dependency`: a module or crate under `dependency_hashes`; `claim`: claim against bytes; `about`: carrier and the like. */
  readonly group: 'field' | 'dependency' | 'claim' | 'about';
  /** The manifest's own name of it: `build_flags`, `go.uber.org/zap`. Untrusted. */
  readonly name: string;
  readonly plugin: string | null;
  readonly host: string | null;
}
