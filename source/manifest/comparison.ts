/**
 * A row of the comparison of a plugin with its host, as SCREENS and `inspect` show it.
 *
 * `=` same, `x` differs and decides the load, `-` differs and the policy refuses it, `~` differs and is allowed,
 * `!` claim and bytes disagree, `?` one side has no value, ` ` shown for information.
 */
export type ComparisonSign = 'x' | '-' | '!' | '?' | '~' | '=' | ' ';

/** What each says, for people. The Collector prints the same (runtime/go/verdict/comparison.go). */
export const SIGN_MEANINGS: readonly (readonly [sign: ComparisonSign, meaning: string])[] = [
  ['x', 'differs and decides the load'],
  ['!', 'claim and bytes disagree'],
  ['?', 'only one side has it'],
  ['-', 'differs and is refused'],
  ['~', 'differs and is allowed'],
  ['=', 'the same'],
];

export interface ComparisonRow {
  readonly sign: ComparisonSign;
  /** `field`: one of the manifest; `dependency`: a module or crate under `dependency_hashes`; `claim`: claim against bytes; `about`: carrier and the like. */
  readonly group: 'field' | 'dependency' | 'claim' | 'about';
  /** The manifest's own name of it: `build_flags`, `go.uber.org/zap`. Untrusted. */
  readonly name: string;
  readonly plugin: string | null;
  readonly host: string | null;
}
