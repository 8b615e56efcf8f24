import type { BuildFacts } from '../manifest/buildFacts.js';

/**
 * The command that builds a plugin the way a host was built: its toolchain, microarchitecture level and flags.
 * `GOTOOLCHAIN=go1.26.8 go build -buildmode=plugin -trimpath`, or cargo's for Rust.
 */
export function buildCommand({ language, toolchain, goamd64, flags, target }: BuildFacts): string {
  if (language === 'rust') {
    const release = /\d+\.\d+\.\d+/.exec(toolchain ?? '')?.[0];
    return `cargo ${release ? `+${release} ` : ''}build --release${target ? ` --target ${target}` : ''}`;
  }
  const environment = [
    toolchain?.startsWith('go') ? `GOTOOLCHAIN=${toolchain.split(/ |-X:/)[0]}` : null,
    // v1 is what go build does anyway.
    goamd64 && goamd64 !== 'v1' ? `GOAMD64=${goamd64}` : null,
  ];
  const words = [...(flags ?? [])].map(([name, value]) => (value === '' ? name : quoted(`${name}=${value}`)));
  return [...environment.filter((word) => word !== null), 'go build -buildmode=plugin', ...words.sort()].join(' ');
}

/** One word of a shell command. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
