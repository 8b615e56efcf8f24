import type { ModuleFields } from '../binary/go/moduleFields.js';
import { address, amount } from './damagedNumbers.js';
import type { LoadFault } from './evidence.js';
import type { Look } from './moduleTables.js';

/** internal/abi: Go120PCLnTabMagic, of all releases from 1.20 to 1.27. */
const MAGIC = 0xffff_fff1;
/** `functab`: {entryoff, funcoff uint32}; `textsect`: three words. */
const ENTRY = 8;
const SECTION = 24;
/** On machines with short calls a large text is of some; amd64 and arm64 have one. */
const MAX_SECTIONS = 1024;
/** The field of pcHeader that 1.26 no longer looks at. */
const TEXT_START = 24;
const BAD_TABLE = 'fatal error: runtime: plugin has bad symbol table';

/**
 * runtime/symtab.go: moduledataverify1, and runtime/plugin.go: pluginftabverify, as far as the head of the function table and its two ends tell:
 * {magic u32, two bytes of padding, PCQuantum, size of a pointer}; the first function begins at minpc, and behind the last is maxpc.
 */
export function functionTable(fields: ModuleFields, quantum: number, goVersion: string): LoadFault[] {
  const { offsets, image, words } = fields;
  const header = fields.pointer(offsets.pcHeader);
  if (header === 0 || image.bytesFrom(header) < TEXT_START + image.wordSize)
    return [dies('pcHeader', `is at ${address(header)}, outside the file`, 'SIGSEGV: segmentation violation')];
  const head = image.at(header, ENTRY, 'pcHeader');
  const magic = head.u32(0, 'magic');
  const isRight =
    magic === MAGIC && head.u16(4, 'pad') === 0 && head.u8(6, 'minLC') === quantum && head.u8(7, 'ptrSize') === image.wordSize;
  if (!isRight) {
    const problem = `is not the head of a function table: magic 0x${magic.toString(16)}, not 0x${MAGIC.toString(16)}`;
    return [dies('pcHeader', problem, `runtime: pcHeader: magic= 0x${magic.toString(16)}`)];
  }
  const text = fields.pointer(offsets.text);
  if (/^go1\.2[1-5](?!\d)/.test(goVersion)) {
    const field = header + TEXT_START;
    const [value = 0] = words.read(field, 1, 'pcHeader.textStart');
    const start = words.pointer(field, value);
    if (start !== text)
      return [dies('pcHeader', `says that text begins at ${address(start)}, moduledata says ${address(text)}`, INVALID)];
  }
  return ends(fields, text);
}

const INVALID = 'fatal error: invalid function symbol table';

function ends(fields: ModuleFields, text: number): LoadFault[] {
  const { offsets, image } = fields;
  const { pointer, length } = fields.slice(offsets.ftab);
  if (length === 0) return [dies('moduledata.ftab', 'is empty', 'fatal error: index out of range')];
  const left = pointer === 0 ? 0 : image.bytesFrom(pointer);
  if (length * ENTRY > left)
    return [dies('moduledata.ftab', `claims ${amount(length)} functions where ${left} bytes are left`, BAD_TABLE)];
  const sections = textSections(fields);
  if (sections === null) return [dies('moduledata.textsectmap', 'claims more sections than there are', BAD_TABLE)];
  const addressAt = (index: number) => {
    const offset = image.at(pointer + index * ENTRY, ENTRY, 'functab').u32(0, 'entryoff');
    const holds = ({ from, to }: TextSection, at: number) =>
      offset >= from && (offset < to || (at === sections.length - 1 && offset === to));
    const section = sections.find(holds);
    return section ? section.base + offset - section.from : text + offset;
  };
  const [first, last] = [addressAt(0), addressAt(length - 1)];
  const [minpc, maxpc] = [fields.pointer(offsets.minpc), fields.pointer(offsets.maxpc)];
  if (first === minpc && last === maxpc) return [];
  const range = (from: number, to: number) => `${address(from)} to ${address(to)}`;
  return [
    dies(
      'moduledata.ftab',
      `goes from ${range(first, last)}, minpc and maxpc from ${range(minpc, maxpc)}`,
      'fatal error: minpc or maxpc invalid',
    ),
  ];
}

/** The same of every function: pluginftabverify wants each between minpc and maxpc, moduledataverify1 each behind the one before. */
export function functionsInOrder({ fields, dies, may }: Look) {
  const { offsets, image } = fields;
  // Of a text in several sections the linker's offsets are not followed here.
  if (fields.length(offsets.textsectmap) > 1) return;
  const { pointer, length } = fields.slice(offsets.ftab);
  const text = fields.pointer(offsets.text);
  const [least, most] = [fields.pointer(offsets.minpc) - text, fields.pointer(offsets.maxpc) - text];
  const table = image.at(pointer, length * ENTRY, 'functab');
  // Descriptions of functions, each of which begins with the function's own offset; the last entry has none.
  const descriptions = fields.slice(offsets.pclntable);
  const room = Math.min(descriptions.length, image.bytesFrom(descriptions.pointer));
  const funcs = image.at(descriptions.pointer, room, 'pclntable');
  let last = 0;
  for (let index = 0; index < length; index++) {
    const offset = table.u32(index * ENTRY, 'entryoff');
    const place = `function ${index} is at ${address(text + offset)}`;
    if (offset < least || offset > most) return dies('moduledata.ftab', `${place}, outside minpc and maxpc`, BAD_TABLE);
    if (offset < last)
      return dies('moduledata.ftab', `${place}, before the one in front of it`, 'fatal error: invalid runtime symbol table');
    last = offset;
    const at = table.u32(index * ENTRY + 4, 'funcoff');
    if (index + 1 < length && (at + 4 > room || funcs.u32(at, '_func.entryOff') !== offset))
      return may('moduledata.pclntable', pointer + index * ENTRY, `does not describe ${place}: who walks a stack with it dies`);
  }
}

/** A part of the text by the offsets it was linked with, and where it is. */
interface TextSection {
  readonly from: number;
  readonly to: number;
  readonly base: number;
}

/** One is usual, and then nobody looks at it: none is given. Null when the file has not so many. */
function textSections(fields: ModuleFields): readonly TextSection[] | null {
  if (fields.length(fields.offsets.textsectmap) <= 1) return [];
  const { pointer, length } = fields.slice(fields.offsets.textsectmap);
  if (length > MAX_SECTIONS || length * SECTION > fields.image.bytesFrom(pointer)) return null;
  const words = fields.words.read(pointer, length * 3, 'textsectmap');
  return Array.from({ length }, (_, index) => {
    const [from = 0, to = 0, value = 0] = words.slice(3 * index, 3 * index + 3);
    return { from, to, base: fields.words.pointer(pointer + 3 * index * 8 + 16, value) };
  });
}

function dies(field: string, problem: string, loaderMessage: string): LoadFault {
  return { stage: 'module', effect: 'crashes', field, problem, loaderMessage };
}
