import { DT, SHN, STB, STT, STV } from './constants.js';
import type { ElfFile } from './elfFile.js';
import type { FoundSymbol } from './nameLookup.js';
import type { RawSymbol } from './symbols.js';

/** ALLOWED_STT of check_match: code and data. */
const CODE_OR_DATA: ReadonlySet<number> = new Set([STT.NOTYPE, STT.OBJECT, STT.FUNC, STT.COMMON, STT.TLS, STT.GNU_IFUNC]);

/** The bit of DT_VERSYM that keeps a version from those who name none: `name@V1`, not `name@@V1`. */
const HIDDEN = 0x8000;
/** 0 and 1 are local, and of no version; 2 is the first that a file defines. */
const FIRST_VERSION = 2;

/**
 * Whether `dlsym(handle, name)` finds a symbol in this file: of no version, else the one of a default version (elf/dl-sym.c asks for the
 * newest: DL_LOOKUP_RETURN_NEWEST). The libraries that the file needs, where `dlsym` looks next, are not looked into.
 */
export function isFoundByDlsym(elf: ElfFile, name: string): boolean {
  return isFound(elf, name, FIRST_VERSION);
}

/**
 * Whether a reference without a version is bound to a symbol of that name in this file: to the oldest version, hidden or not, else to the
 * one of a default version.
 */
export function answersUnversioned(elf: ElfFile, name: string): boolean {
  return !elf.hidesItsSymbols() && isFound(elf, name, FIRST_VERSION + 1);
}

/**
 * Of the symbols of a name the first counts that has a value, is code or data, and has a lower version than `first`; else the one of a
 * default version, where there is one alone. It must then be neither hidden nor local.
 *
 * Source: glibc elf/dl-lookup.c (check_match, do_lookup_x). Undefined ones with a value, which stand for a program's functions, are left out.
 */
function isFound(elf: ElfFile, name: string, first: number): boolean {
  const { dynamic, image } = elf;
  const versions = dynamic?.get(DT.VERSYM) ?? null;
  const defaults: FoundSymbol[] = [];
  const older = elf.rawDynamicSymbol(name, (symbol) => {
    if (!isDefinition(symbol)) return false;
    const version = versions === null ? 0 : image.at(versions + 2 * symbol.index, 2, 'DT_VERSYM').u16(0, 'DT_VERSYM');
    if ((version & ~HIDDEN) < first) return true;
    if ((version & HIDDEN) === 0) defaults.push(symbol);
    return false;
  });
  const [only] = defaults;
  const found = older ?? (defaults.length === 1 ? only : undefined);
  return found !== undefined && isVisible(found);
}

function isDefinition({ address, sectionIndex, type }: RawSymbol): boolean {
  return (address !== 0 || sectionIndex === SHN.ABS || type === STT.TLS) && CODE_OR_DATA.has(type);
}

function isVisible({ visibility, binding }: RawSymbol): boolean {
  const isOutside = visibility === STV.DEFAULT || visibility === STV.PROTECTED;
  return isOutside && (binding === STB.GLOBAL || binding === STB.WEAK || binding === STB.GNU_UNIQUE);
}
