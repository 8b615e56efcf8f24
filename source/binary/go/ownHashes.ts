import type { ElfFile } from '../elf/elfFile.js';
import type { PackageHash, PluginModule } from './linkHashes.js';
import { ProvidedHashes } from './providedHashes.js';

/**
 * The table with what the file itself brings of a package, where that is another hash than the table's: the runtime compares the two where nobody before
 * the plugin brings the package, as of its own main package (cmd/link/internal/ld/symtab.go writes both from one fingerprint, so only damage
 * makes them differ).
 *
 * @param which `main`: the plugin's own package alone, some pages; `all`: each, which reads a megabyte of a large plugin.
 */
export function withOwnHashes(
  elf: ElfFile,
  { hashes, pluginPath }: Pick<PluginModule, 'hashes' | 'pluginPath'>,
  which: 'main' | 'all',
): readonly PackageHash[] {
  const provided = new ProvidedHashes(elf);
  return hashes.map((entry) => {
    if (which === 'main' && entry.package !== pluginPath) return entry;
    const own = provided.hash(entry.package);
    return own === null || own === entry.hash ? entry : { ...entry, own };
  });
}
