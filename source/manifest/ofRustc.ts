import type { Manifest } from './manifest.js';

/**
 * Whether what a manifest calls Rust was made by rustc. The RFC has two words for a language, and they say which loader takes a plugin:
 * one in C, or in whatever speaks the C ABI, is `rust` with a toolchain of its own.
 */
export function isOfRustc({ language, toolchain_version }: Pick<Manifest, 'language' | 'toolchain_version'>): boolean {
  return language === 'rust' && /^(rustc\b|\d)/.test(toolchain_version);
}
