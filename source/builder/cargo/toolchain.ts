import { BuildError } from '../buildError.js';
import type { CargoRoom } from './package.js';

/** The compiler that cargo calls in a folder, where a rust-toolchain.toml may choose another than elsewhere. */
export interface RustToolchain {
  /** The line `rustc --version` prints. */
  readonly version: string;
  /** `x86_64-unknown-linux-gnu`: what it runs on. */
  readonly host: string;
}

/** @throws BuildError when there is no compiler. */
export async function rustToolchain(
  folder: string,
  { children, environment }: Pick<CargoRoom, 'children' | 'environment'>,
): Promise<RustToolchain> {
  const ended = await children.run({
    argv: [environment.RUSTC || 'rustc', '-vV'],
    directory: folder,
    environment,
    limit: 600_000,
  });
  const [version] = ended.stdout.split('\n');
  const host = /^host: (\S+)$/m.exec(ended.stdout)?.[1];
  if (ended.code !== 0 || !version || host === undefined)
    throw new BuildError('rustc does not work', ended.stderr.trim().split('\n'));
  return { version: version.trim(), host };
}

/**
 * Flags for rustc from the environment, as cargo reads them. Those of a `.cargo/config.toml` do not count: cargo takes
 * one source of flags, and ours is the environment.
 */
export function rustFlags({ CARGO_ENCODED_RUSTFLAGS: encoded, RUSTFLAGS: plain = '' }: NodeJS.ProcessEnv): string[] {
  return (encoded === undefined ? plain.split(/\s+/) : encoded.split('\x1f')).filter((flag) => flag !== '');
}
