import type { ElfFile } from '../elf/elfFile.js';
import { FormatError, orNull } from '../reader/errors.js';
import { TextBudget } from '../reader/textBudget.js';
import { TYPES_WORD } from './layoutTable.js';
import type { PluginModule } from './linkHashes.js';
import { readName } from './structType.js';
import { packagesOfFunc } from './typePackages.js';
import { packageBySymbol, symbolOfType } from './typeSymbols.js';

/** A function or variable that `plugin.Lookup` finds. */
export interface GoExport {
  readonly name: string;
  /** As `%T` prints what Lookup returns: `func(api.Registry) error`; of a variable, a pointer: `*string`. Null when unreadable. */
  readonly type: string | null;
  /** Packages that parameters and results of a func are of: what `type` does not tell apart. */
  readonly packages: readonly string[];
  /** Name of the symbol of its type, which every file has that asserts the type; null when that is not certain. */
  readonly typeSymbol: string | null;
}

const TFLAG_EXTRA_STAR = 2;
const MAX_EXPORTS = 10_000;
/** A plugin exports a handful of functions; only in the first of them packages of the same name are told apart. */
const MAX_TOLD_APART = 16;

/**
 * The plugin's exports: `ptab`, a slice of {name int32, type int32} relative to `types` (runtime/plugin.go: ptabEntry), three words before
 * `pluginpath`. Null when moduledata's beginning is not known, so `types` isn't either.
 * @throws FormatError when the table is malformed.
 */
export function readExports(elf: ElfFile, { moduledata, words, hashes }: PluginModule): readonly GoExport[] | null {
  const candidates = hashes.map(({ package: path }) => path);
  const { image } = elf;
  const { start, pkghashesField } = moduledata;
  if (start === null) return null;
  const typesField = start + TYPES_WORD * image.wordSize;
  const [typesWord = 0] = words.read(typesField, 1, 'moduledata.types');
  const types = words.pointer(typesField, typesWord);
  const ptabField = pkghashesField - 5 * image.wordSize;
  const [ptabWord = 0, count = 0] = words.read(ptabField, 2, 'moduledata.ptab');
  // A loop over a length that is no signed number ends before it begins.
  if (count === 0 || count >= 2 ** (image.bits - 1)) return [];
  if (count > MAX_EXPORTS)
    throw new FormatError(image.source.name, image.offsetOf(ptabField) ?? 0, 'moduledata.ptab', `claims ${count} exports`);
  const ptab = image.at(words.pointer(ptabField, ptabWord), count * 8, 'ptab');
  const budget = new TextBudget(image.source);
  return Array.from({ length: count }, (_, index) => {
    const name = readName(elf, types + ptab.i32(index * 8, 'ptabEntry.name'));
    const address = types + ptab.i32(index * 8 + 4, 'ptabEntry.typ');
    const type = orNull(() => readTypeString(elf, types, address));
    budget.spend(name.length + (type?.length ?? 0), 'ptab');
    if (type === null || index >= MAX_TOLD_APART) return { name, type, packages: [], typeSymbol: null };
    if (!type.includes('.')) return { name, type, packages: [], typeSymbol: symbolOfType(elf, type, address, null) };
    // The symbol of the type answers with a few reads; the description of its parameters may need the whole relocation table.
    const found = packageBySymbol(elf, type, address, candidates);
    if (found) return { name, type, packages: [found], typeSymbol: symbolOfType(elf, type, address, found) };
    const isFunc = type.startsWith('func(');
    const packages = isFunc ? orNull(() => packagesOfFunc(elf, words, types, address)) : null;
    return { name, type, packages: packages ?? [], typeSymbol: null };
  });
}

/** `abi.Type.Str`, less the star that is shared with the pointer type's string. */
function readTypeString(elf: ElfFile, types: number, address: number): string {
  const { wordSize } = elf.image;
  const type = elf.image.at(address, 4 * wordSize + 16, 'abi.Type');
  const flags = type.u8(2 * wordSize + 4, 'abi.Type.TFlag');
  const text = readName(elf, types + type.i32(4 * wordSize + 8, 'abi.Type.Str'));
  return flags & TFLAG_EXTRA_STAR ? text.replace(/^\*/, '') : text;
}
