import type { BuildFacts } from '../manifest/buildFacts.js';
import { releaseIn } from '../manifest/normalise.js';
import { quoted } from './shellWord.js';

/**
 * The command that builds a plugin the way a host was built: its toolchain, microarchitecture level and flags.
 * `GOTOOLCHAIN=go1.26.8 go build -buildmode=plugin -trimpath`, or cargo's for Rust.
 */
export function buildCommand({ language, toolchain, goamd64, flags, target }: BuildFacts): string {
  if (language === 'rust') {
    const release = releaseIn(toolchain ?? '');
    return `cargo ${release ? `+${release} ` : ''}build --release${target ? ` --target ${quoted(target)}` : ''}`;
  }
  const environment = [
    toolchain?.startsWith('go') ? `GOTOOLCHAIN=${quoted(toolchain.split(/ |-X:/)[0] ?? '')}` : null,
    // v1 is what go build does anyway.
    goamd64 && goamd64 !== 'v1' ? `GOAMD64=${quoted(goamd64)}` : null,
  ];
  const words = [...(flags ?? [])].map(([name, value]) => quoted(value === '' ? name : `${name}=${value}`));
  return [...environment.filter((word) => word !== null), 'go build -buildmode=plugin', ...words.sort()].join(' ');
}
