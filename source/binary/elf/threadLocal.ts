import { DF, EM, PT, SHN, STT } from './constants.js';
import type { ElfFile } from './elfFile.js';
import type { Relocation, RelocationTable } from './relocations.js';

/** What a file asks of the static block of thread-local storage, which has its size when a process starts. */
export interface ThreadLocal {
  /** PT_TLS in bytes, with what lies before it to its alignment; 0 when the file has none of its own. */
  readonly size: number;
  readonly align: number;
  /** A relocation wants the place of the file's own block from the thread pointer: model initial-exec or local-exec. */
  readonly insists: boolean;
  /** Symbols of which the same is wanted: the block of whoever defines them. */
  readonly names: readonly string[];
  /** Descriptors of its own block: it gets a place there while there is room for such, and does without else. */
  readonly mayTake: boolean;
}

/** R_X86_64_TPOFF64 and R_X86_64_TLSDESC, R_AARCH64_TLS_TPREL64 and R_AARCH64_TLSDESC (elf.h). */
const RELOCATIONS: Readonly<Record<number, { readonly offset: number; readonly descriptor: number }>> = {
  [EM.X86_64]: { offset: 18, descriptor: 36 },
  [EM.AARCH64]: { offset: 1030, descriptor: 1031 },
};
/** The thread's g, of every Go file: the first one in scope, that of the host, is taken. */
const OF_GO = 'runtime.tlsg';
/** All that a Go file without C variables of this kind has. */
const SIZE_OF_GO = 8;
/** 800 kB of them. Linkers sort by symbol, those of no symbol first: what lies behind is not missed often. */
const MAX_RELOCATIONS = 33_000;
const MAX_NAMES = 64;

/**
 * Which relocations want static thread-local storage: glibc finds a place for the whole block of a file when it meets the first one (elf/dl-reloc.c:
 * _dl_allocate_static_tls, by CHECK_STATIC_TLS of sysdeps/x86_64/dl-machine.h and sysdeps/aarch64/dl-machine.h); DF_STATIC_TLS it does not read.
 * @returns null where there is no such storage: other machines, and what is Go's alone.
 * @throws FormatError when a table is malformed.
 */
export function threadLocal(elf: ElfFile): ThreadLocal | null {
  const { dynamic, segments, relocations, header } = elf;
  const numbers = RELOCATIONS[header.machine];
  const segment = segments.findLast(({ type }) => type === PT.TLS);
  const isFlagged = ((dynamic?.flags ?? 0) & DF.STATIC_TLS) !== 0;
  if (!numbers || !dynamic || !relocations || elf.bits !== 64 || !(segment || isFlagged)) return null;
  if (segment && segment.memorySize <= SIZE_OF_GO && !wantsOthers(elf) && elf.rawDynamicSymbol(OF_GO) !== null) return null;
  const align = Math.max(1, segment?.align ?? 1);
  let [insists, mayTake] = [false, false];
  const symbols = new Set<number>();
  for (const { type, symbol } of named(relocations.rela, relocations.relativeCount, relocations.jmprel)) {
    if (type === numbers.descriptor) mayTake = true;
    if (type !== numbers.offset) continue;
    if (symbol === 0) insists = true;
    else symbols.add(symbol);
  }
  const names = namesOf(elf, [...symbols].slice(0, MAX_NAMES));
  const size = segment ? segment.memorySize + (segment.address % align) : 0;
  if (size === 0 && names.length === 0) return null;
  return { size, align, insists, names, mayTake };
}

/** A thread-local variable of another file; undefined symbols are few. */
function wantsOthers(elf: ElfFile): boolean {
  for (const { type, sectionIndex } of elf.dynamicSymbolRange(1, elf.unhashedCount()))
    if (type === STT.TLS && sectionIndex === SHN.UNDEF) return true;
  return false;
}

function* named(rela: RelocationTable | null, relative: number, jmprel: RelocationTable | null): Generator<Relocation> {
  let left = MAX_RELOCATIONS;
  if (rela && rela.count > relative) {
    const end = Math.min(rela.count, relative + left);
    left -= end - relative;
    yield* rela.range(relative, end);
  }
  if (jmprel && left > 0) yield* jmprel.range(0, Math.min(jmprel.count, left));
}

function namesOf(elf: ElfFile, symbols: readonly number[]): readonly string[] {
  return symbols.flatMap((index) => {
    const [symbol] = elf.dynamicSymbolRange(index, index + 1);
    const name = symbol ? (elf.dynamic?.string(symbol.nameOffset, 'st_name') ?? '') : '';
    return name === '' || name === OF_GO ? [] : [name];
  });
}
