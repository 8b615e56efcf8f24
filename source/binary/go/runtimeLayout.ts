import type { ElfFile } from '../elf/elfFile.js';
import { orNull } from '../reader/errors.js';
import { layoutOf } from './layoutTable.js';
import type { LoadedWords } from './loadedWords.js';
import type { Moduledata } from './moduledata.js';
import { readStructType } from './structType.js';

/** What decides whether one runtime can walk another's moduledata. Bytes; null where the file doesn't tell. */
export interface MeasuredLayout {
  readonly moduledataSize: number | null;
  /** Offset of `pkghashes` in moduledata. */
  readonly pkghashesOffset: number | null;
}

/**
 * The layout of `runtime.moduledata` in a file, from the first that tells:
 * of a plugin, the place of `pkghashes` in its own moduledata, and the size of the symbol `runtime.firstmoduledata` (which is declared, not used, there);
 * of a host, the description of the type itself, which the linker always keeps under its own name in programs that load plugins
 * (cmd/link/internal/ld/lib.go: typeSymbolMangle leaves `type:runtime.` alone; symtab.go: decodetypeSize needs it);
 * then the table of measured Go versions.
 */
export function readRuntimeLayout(
  elf: ElfFile,
  words: LoadedWords,
  moduledata: Moduledata | null,
  goVersion: string | null,
): MeasuredLayout | null {
  const size = elf.rawDynamicSymbol('runtime.firstmoduledata')?.size ?? 0;
  const ownOffset = moduledata && moduledata.start !== null ? moduledata.pkghashesField - moduledata.start : null;
  if (size > 0 && ownOffset !== null) return { moduledataSize: size, pkghashesOffset: ownOffset };

  const symbol = elf.rawDynamicSymbol('type:runtime.moduledata');
  const type = symbol ? orNull(() => readStructType(elf, words, symbol.address)) : null;
  const table = goVersion !== null && elf.bits === 64 ? layoutOf(goVersion) : null;
  const layout = {
    moduledataSize: size > 0 ? size : (type?.size ?? table?.size ?? null),
    pkghashesOffset: ownOffset ?? type?.fields.find(({ name }) => name === 'pkghashes')?.offset ?? table?.pkghashes ?? null,
  };
  return layout.moduledataSize === null && layout.pkghashesOffset === null ? null : layout;
}
