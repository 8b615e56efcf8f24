import type { ElfFile } from '../binary/elf/elfFile.js';
import { kindName } from '../binary/elf/machines.js';
import { readGoBuildInfo } from '../binary/go/buildInfo.js';
import { readExports } from '../binary/go/exports.js';
import type { GoBuildInfo } from '../binary/go/goBuildInfo.js';
import type { PluginModule } from '../binary/go/linkHashes.js';
import { LoadedWords } from '../binary/go/loadedWords.js';
import { withOwnHashes } from '../binary/go/ownHashes.js';
import { linksPluginLoader } from '../binary/go/pluginLoader.js';
import { ProvidedHashes } from '../binary/go/providedHashes.js';
import { readRuntimeLayout } from '../binary/go/runtimeLayout.js';
import type { GoEvidence } from './evidence.js';
import type { Problems } from './problems.js';

/** Owner of the note with the build id (cmd/link/internal/ld/elf.go: ELF_NOTE_GO_NAME). */
const GO_NOTE = 'Go';

/** What an ELF file has of Go, and of a plugin's module what was read before; null when nothing in it is of Go. */
export function goEvidence(elf: ElfFile, module: PluginModule | null, problems: Problems): GoEvidence | null {
  const { attempt } = problems;
  const providesHashes = new ProvidedHashes(elf).any;
  const isMarked = module !== null || providesHashes || elf.notes().some(({ owner }) => owner === GO_NOTE);
  // Without its section, build info is searched for in all writable data: only where there is reason to expect it.
  const mayHaveInfo = isMarked || elf.sections.length === 0 || elf.section('.go.buildinfo') !== null;
  const buildInfo = mayHaveInfo ? readGoBuildInfo(elf, problems.add) : null;
  if (!buildInfo && !isMarked) return null;
  const words = module?.words ?? new LoadedWords(elf);
  const version = buildInfo?.goVersion ?? null;
  return {
    buildInfo,
    version,
    linkHashes: module && withOwnHashes(elf, module, 'main'),
    providesHashes,
    loaderWithoutHashes:
      !providesHashes && isProgram(elf) && !isWithoutCgo(buildInfo) && attempt(() => linksPluginLoader(elf)) === true,
    exportsLastModule: elf.rawDynamicSymbol('runtime.lastmoduledatap') !== null,
    pluginPath: module?.pluginPath ?? null,
    exports: module ? attempt(() => readExports(elf, module)) : null,
    layout: attempt(() => readRuntimeLayout(elf, words, module?.moduledata ?? null, version)),
  };
}

function isProgram({ header, interpreter, dynamic }: ElfFile): boolean {
  return kindName(header) === 'executable' || interpreter !== null || dynamic?.pie === true;
}

function isWithoutCgo(info: GoBuildInfo | null): boolean {
  return info?.settings.some(({ key, value }) => key === 'CGO_ENABLED' && value === '0') ?? false;
}

/** What build info alone says, of a file whose format has no Go plugins here. */
export function goByBuildInfo(buildInfo: GoBuildInfo | null): GoEvidence | null {
  if (!buildInfo) return null;
  return {
    buildInfo,
    version: buildInfo.goVersion,
    linkHashes: null,
    providesHashes: false,
    loaderWithoutHashes: false,
    exportsLastModule: false,
    pluginPath: null,
    exports: null,
    layout: null,
  };
}
