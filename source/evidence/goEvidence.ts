import type { ElfFile } from '../binary/elf/elfFile.js';
import { readExports } from '../binary/go/exports.js';
import { readPluginModule } from '../binary/go/linkHashes.js';
import { LoadedWords } from '../binary/go/loadedWords.js';
import { ProvidedHashes } from '../binary/go/providedHashes.js';
import { readRuntimeLayout } from '../binary/go/runtimeLayout.js';
import type { GoBuildInfo, GoEvidence } from './evidence.js';
import type { Attempt } from './problems.js';

/** Owner of the notes Go's linker writes (cmd/link/internal/ld/elf.go: ELF_NOTE_BUILDINFO... "Go\0\0"). */
const GO_NOTE = 'Go';

/** What an ELF file has of Go; null when nothing in it is of Go. */
export function goEvidence(elf: ElfFile, buildInfo: GoBuildInfo | null, attempt: Attempt): GoEvidence | null {
  const module = attempt(() => readPluginModule(elf));
  const providesHashes = new ProvidedHashes(elf).any;
  if (!buildInfo && !module && !providesHashes && !elf.notes().some(({ owner }) => owner === GO_NOTE)) return null;
  const version = buildInfo?.goVersion ?? null;
  const words = module?.words ?? new LoadedWords(elf);
  return {
    buildInfo,
    version,
    linkHashes: module?.hashes ?? null,
    providesHashes,
    pluginPath: module?.pluginPath ?? null,
    exports: module ? attempt(() => readExports(elf, module)) : null,
    layout: attempt(() => readRuntimeLayout(elf, words, module?.moduledata ?? null, version)),
  };
}
