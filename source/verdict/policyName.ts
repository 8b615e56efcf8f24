/**
 * How alike a plugin and its host must be (docs/verdicts.md). `exact` is the RFC's, and the default. `abi` is for Rust
 * plugins: the C boundary alone counts. Go plugins have no such boundary: the same is asked of them in either. `environment` asks for
 * what `exact` does, and for the very container that the host was built in.
 */
export const POLICY_NAMES = ['exact', 'abi', 'environment'] as const;

export type PolicyName = (typeof POLICY_NAMES)[number];
