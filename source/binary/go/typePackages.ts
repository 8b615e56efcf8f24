import type { ElfFile } from '../elf/elfFile.js';
import type { LoadedWords } from './loadedWords.js';
import { readName } from './structType.js';

/** internal/abi/type.go: TFlagUncommon, the kinds whose descriptions are longer than abi.Type, and by how much (in words). */
const TFLAG_UNCOMMON = 1;
const KIND_FUNC = 19;
const KIND_POINTER = 22;
const EXTRA_WORDS: Readonly<Record<number, number>> = { 17: 3, 18: 2, 19: 1, 20: 4, 22: 1, 23: 1, 25: 4 };
const MAX_PARAMETERS = 64;

/**
 * Import paths of the packages that the parameters and results of a func type are of, pointers followed; in order, each once.
 * `func(api.Registry) error` prints alike for two packages api; a host's type assertion tells them apart by this.
 *
 * @param types address that name offsets are relative to (moduledata.types).
 * @throws FormatError when a description is outside the file. Empty for what is no func.
 */
export function packagesOfFunc(elf: ElfFile, words: LoadedWords, types: number, address: number): readonly string[] {
  const { image } = elf;
  const { wordSize } = image;
  const base = 4 * wordSize + 16;
  const { kind, uncommon } = head(elf, address);
  if (kind !== KIND_FUNC) return [];
  const counts = image.at(address + base, 4, 'abi.FuncType');
  // The top bit of OutCount says that the last parameter is variadic.
  const count = counts.u16(0, 'FuncType.InCount') + (counts.u16(2, 'FuncType.OutCount') & 0x7fff);
  if (count > MAX_PARAMETERS) counts.fail(0, 'FuncType', `claims ${count} parameters`);
  const list = address + base + wordSize + (uncommon ? 16 : 0);
  const pointers = count === 0 ? [] : words.read(list, count, 'FuncType parameters');
  const packages = new Set<string>();
  pointers.forEach((value, index) => {
    const name = packageOf(elf, words, types, words.pointer(list + index * wordSize, value));
    if (name !== '') packages.add(name);
  });
  return [...packages];
}

function packageOf(elf: ElfFile, words: LoadedWords, types: number, address: number, depth = 0): string {
  const { image } = elf;
  const base = 4 * image.wordSize + 16;
  const { kind, uncommon } = head(elf, address);
  if (!uncommon) {
    if (kind !== KIND_POINTER || depth > 4) return '';
    const [elem = 0] = words.read(address + base, 1, 'PtrType.Elem');
    return packageOf(elf, words, types, words.pointer(address + base, elem), depth + 1);
  }
  const at = address + base + (EXTRA_WORDS[kind] ?? 0) * image.wordSize;
  const offset = image.at(at, 4, 'UncommonType.PkgPath').i32(0, 'UncommonType.PkgPath');
  return offset === 0 ? '' : readName(elf, types + offset);
}

function head({ image }: ElfFile, address: number): { kind: number; uncommon: boolean } {
  const bytes = image.at(address + 2 * image.wordSize, 8, 'abi.Type');
  return { kind: bytes.u8(7, 'abi.Type.Kind_') & 0x1f, uncommon: (bytes.u8(4, 'abi.Type.TFlag') & TFLAG_UNCOMMON) !== 0 };
}
