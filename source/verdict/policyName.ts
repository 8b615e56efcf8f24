/**
 * How alike a plugin and its host must be (docs/verdicts.md). `exact` is the RFC's, and the default. `abi` is for Rust
 * plugins: the C boundary alone counts. Go plugins have no such boundary: the same is asked of them in either.
 */
export const POLICY_NAMES = ['exact', 'abi'] as const;

export type PolicyName = (typeof POLICY_NAMES)[number];
