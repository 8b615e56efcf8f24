import type { ElfFile } from '../elf/elfFile.js';
import { decodeText } from '../reader/cursor.js';
import { FormatError } from '../reader/errors.js';
import { TextBudget } from '../reader/textBudget.js';
import type { LoadedWords } from './loadedWords.js';

/** A struct type as the file describes it to `reflect`. */
export interface StructType {
  readonly size: number;
  readonly fields: readonly StructField[];
}

export interface StructField {
  readonly name: string;
  readonly offset: number;
}

const KIND_STRUCT = 25;
const MAX_FIELDS = 256;

/**
 * Reads the description of a struct type (internal/abi/type.go: Type, StructType, StructField), the same in every Go since 1.14
 * for what is read here: `Size_` is the first word, the kind a byte behind four words less one, the fields a slice behind type and package path.
 * @throws FormatError when it is no struct, or malformed.
 */
export function readStructType(elf: ElfFile, words: LoadedWords, address: number): StructType {
  const { image } = elf;
  const { wordSize } = image;
  // Size_, PtrBytes: words. Hash, TFlag+Align_+FieldAlign_+Kind_: 8 bytes. Equal, GCData: words. Str, PtrToThis: 8 bytes.
  const kind = image.at(address + 2 * wordSize, 8, 'abi.Type').u8(7, 'abi.Type.Kind_') & 0x1f;
  if (kind !== KIND_STRUCT)
    throw new FormatError(image.source.name, image.offsetOf(address) ?? 0, 'abi.Type.Kind_', `is ${kind}, not a struct`);
  const [size = 0] = words.read(address, 1, 'abi.Type.Size_');
  const slice = address + 4 * wordSize + 16 + wordSize;
  const [pointer = 0, count = 0] = words.read(slice, 2, 'StructType.Fields');
  if (count > MAX_FIELDS)
    throw new FormatError(image.source.name, image.offsetOf(slice) ?? 0, 'StructType.Fields', `claims ${count} fields`);
  const start = words.pointer(slice, pointer);
  const budget = new TextBudget(image.source);
  const fields = words.read(start, count * 3, 'StructType.Fields');
  return {
    size,
    fields: Array.from({ length: count }, (_, index) => {
      const name = readName(elf, words.pointer(start + index * 3 * wordSize, fields[index * 3] ?? 0));
      budget.spend(name.length, 'StructField.Name');
      return { name, offset: fields[index * 3 + 2] ?? 0 };
    }),
  };
}

/** `abi.Name`: a byte of flags, the length as a varint, the bytes. @throws FormatError when it is malformed. */
export function readName(elf: ElfFile, address: number): string {
  const { image } = elf;
  const head = image.at(address, Math.min(4, image.bytesFrom(address)), 'abi.Name');
  let length = 0;
  let at = 1;
  for (let shift = 0; ; shift += 7) {
    if (shift > 14) head.fail(0, 'abi.Name', 'has no sensible length');
    const byte = head.u8(at++, 'abi.Name length');
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return decodeText(image.at(address + at, length, 'abi.Name').raw(0, length, 'abi.Name'));
}
