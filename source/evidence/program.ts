import type { Evidence } from './evidence.js';

/** `-buildmode` of build info (cmd/go) where the result is opened by another program, whatever its headers say. */
const LIBRARY_MODES: Readonly<Record<string, string>> = {
  plugin: 'it is a Go plugin',
  'c-shared': 'it is a Go library for C programs (-buildmode=c-shared)',
};
const LIBRARY_KINDS = ['shared object', 'dynamic library', 'bundle'];

/**
 * Why a file is no program, so that nothing can be loaded in it; null when it is one. A position-independent program is a shared
 * object by its ELF type: the kernel starts it by its PT_INTERP, and a static one says DF_1_PIE, which no library has.
 */
export function whyNoProgram({ object, linker, go, entrySymbols }: Evidence): string | null {
  const mode = go?.buildInfo?.settings.find(({ key }) => key === '-buildmode')?.value ?? '';
  const library = LIBRARY_MODES[mode] ?? null;
  if (library !== null) return library;
  if (object.kind === 'executable' || linker?.pie === true || linker?.interpreter != null) return null;
  if (go?.linkHashes != null) return LIBRARY_MODES.plugin ?? null;
  if (entrySymbols.includes('register_collector_plugin')) return 'it is a plugin (it exports register_collector_plugin)';
  return LIBRARY_KINDS.includes(object.kind) ? 'it is a shared library' : `its kind is ${object.kind}`;
}
