import { EM } from '../binary/elf/constants.js';
import type { ElfFile } from '../binary/elf/elfFile.js';
import type { PluginModule } from '../binary/go/linkHashes.js';
import { type ModuleFields, readModuleFields } from '../binary/go/moduleFields.js';
import { orNull, type ReadProblem } from '../binary/reader/errors.js';
import { address, amount } from './damagedNumbers.js';
import type { LoadFault } from './evidence.js';
import { functionTable } from './functionTable.js';
import { moduleProblems } from './moduleProblems.js';

/** internal/runtime/sys: PCQuantum, the size of the shortest instruction. */
const QUANTUM: ReadonlyMap<number, number> = new Map([
  [EM.X86_64, 1],
  [EM.AARCH64, 4],
]);
/** A `modulehash` is five words, a `ptabEntry` two offsets of four bytes. */
const HASH_ENTRY = 40;
const HASH_LENGTH = 24;
const HASH_SIZE = 8;
const EXPORT_ENTRY = 8;
/** Data that no plugin has, and no process gets the mask of. */
const MOST_DATA = 2 ** 40;
const SIGNED = 2 ** 63;

/**
 * What Go's runtime is certain to throw at, to refuse or to die of when it takes the module of a plugin (runtime/plugin.go: lastmoduleinit, in its
 * order), as far as moduledata's own words, about 600 bytes, and the ends of what they point to tell. Entries of the tables are looked at where a
 * file was named (evidence/moduleTables.ts). Nothing of words that a relocation overwrites, or that nobody reads by then.
 *
 * @param onProblem given what is damaged, and kills it only perhaps.
 */
export function moduleFaults(
  elf: ElfFile,
  module: PluginModule,
  goVersion: string | null,
  onProblem: (problem: ReadProblem) => void,
): LoadFault[] {
  const quantum = QUANTUM.get(elf.header.machine);
  const fields = orNull(() => readModuleFields(elf, module, goVersion));
  if (!fields || quantum === undefined) return [];
  const looks: readonly ((fields: ModuleFields) => LoadFault[])[] = [
    passedOver,
    listGoesOn,
    noPath,
    loadedAlready,
    hashTable,
    pointerMasks,
    typeLinks,
    (fields) => functionTable(fields, quantum, goVersion ?? ''),
    otherHashes,
    interfaceTables,
    exportTable,
    initTasks,
    farPath,
  ];
  moduleProblems(fields).forEach(onProblem);
  return looks.flatMap((look) => orNull(() => look(fields)) ?? []);
}

/** A module that is `bad` is none: the list has then no last one. */
function passedOver(fields: ModuleFields): LoadFault[] {
  const bad = fields.byte(fields.offsets.bad);
  return bad === 0 ? [] : [dies('module list', 'moduledata.bad', `is ${bad}`, 'fatal error: runtime: no plugin module data')];
}

/** The runtime follows it, from the module that was the last before; go.link.addmoduledata writes its own into that one alone. */
function listGoesOn(fields: ModuleFields): LoadFault[] {
  const next = fields.word(fields.offsets.next);
  return next === 0 ? [] : [dies('module list', 'moduledata.next', `is ${address(next)}, behind the last module`, SIGSEGV)];
}

function noPath(fields: ModuleFields): LoadFault[] {
  if (fields.word(fields.offsets.pluginpath + fields.image.wordSize) !== 0) return [];
  return [dies('module list', 'moduledata.pluginpath', 'is empty', 'fatal error: runtime: plugin has empty pluginpath')];
}

function loadedAlready(fields: ModuleFields): LoadFault[] {
  const typemap = fields.word(fields.offsets.typemap);
  if (typemap === 0) return [];
  const [field, problem] = ['moduledata.typemap', `is ${address(typemap)}, set before it was opened`];
  return [{ stage: 'module list', effect: 'fails', field, problem, loaderMessage: 'plugin already loaded' }];
}

/** The loop over pkghashes leaves the table that the linker wrote, and reads whatever comes as pointers: the last of so many is none of its entries. */
function hashTable(fields: ModuleFields): LoadFault[] {
  const { offsets, image } = fields;
  const { pointer, length } = fields.slice(offsets.pkghashes);
  if (length === 0) return [];
  const left = image.bytesFrom(pointer);
  const isInside = length * HASH_ENTRY <= left;
  if (isInside && image.word(pointer + (length - 1) * HASH_ENTRY + HASH_LENGTH, 'linktimehash length') === HASH_SIZE) return [];
  if (isInside && length <= fields.capacity(offsets.pkghashes)) return [];
  return [dies('module', 'moduledata.pkghashes', `claims ${amount(length)} packages, more than the table has`, SIGSEGV)];
}

/** modulesinit: progToPointerMask asks for a bit for each word of data and of bss, and runs the program at gcdata and gcbss. */
function pointerMasks(fields: ModuleFields): LoadFault[] {
  const { offsets, image } = fields;
  const areas = [
    ['data', offsets.data, offsets.gcdata],
    ['bss', offsets.bss, offsets.gcbss],
  ] as const;
  return areas.flatMap(([name, area, program]): LoadFault[] => {
    const size = fields.pointer(area + image.wordSize) - fields.pointer(area);
    if (size < 0 || size > MOST_DATA)
      return [dies('module', `moduledata.${name}`, 'ends before it begins', 'fatal error: runtime: cannot allocate memory')];
    return outside(fields, `moduledata.gc${name}`, fields.pointer(program), 1);
  });
}

/** typelinksinit, which reads a type at each offset; resolveNameOff wants the names between types and etypes. */
function typeLinks(fields: ModuleFields): LoadFault[] {
  const { offsets } = fields;
  const [types, etypes] = [fields.pointer(offsets.types), fields.pointer(offsets.etypes)];
  const faults = outside(fields, 'moduledata.types', types, 1);
  if (faults.length > 0) return faults;
  if (etypes <= types) return [dies('module', 'moduledata.etypes', `is ${address(etypes)}, not behind types`, OUT_OF_RANGE)];
  if (offsets.typelinks === null) return [];
  const { pointer, length } = fields.slice(offsets.typelinks);
  return outside(fields, 'moduledata.typelinks', pointer, length * 4);
}

/** moduledataverify1 reads them all; plugins have none: they are for -linkshared, which links no plugin. */
function otherHashes(fields: ModuleFields): LoadFault[] {
  const { pointer, length } = fields.slice(fields.offsets.modulehashes);
  return outside(fields, 'moduledata.modulehashes', pointer, length * HASH_ENTRY);
}

/** itabAdd hashes the types that each of them points to. */
function interfaceTables(fields: ModuleFields): LoadFault[] {
  const { offsets, image } = fields;
  if (offsets.itablinks === null) return [];
  const { pointer, length } = fields.slice(offsets.itablinks);
  return outside(fields, 'moduledata.itablinks', pointer, length * image.wordSize);
}

/** lastmoduleinit makes a symbol of each export: resolveNameOff and resolveTypeOff throw behind etypes, and 0 is no type. */
function exportTable(fields: ModuleFields): LoadFault[] {
  const { offsets, image } = fields;
  const { pointer, length } = fields.slice(offsets.ptab);
  const faults = outside(fields, 'moduledata.ptab', pointer, length * EXPORT_ENTRY);
  if (faults.length > 0 || length === 0) return faults;
  const size = fields.pointer(offsets.etypes) - fields.pointer(offsets.types);
  // Of more exports than a plugin has, those of the first page are enough.
  const table = image.at(pointer, Math.min(length, 512) * EXPORT_ENTRY, 'ptab');
  for (let at = 0; at < table.length; at += EXPORT_ENTRY) {
    const [name, type] = [table.i32(at, 'ptabEntry.name'), table.i32(at + 4, 'ptabEntry.typ')];
    const field = `moduledata.ptab, entry ${at / EXPORT_ENTRY},`;
    if (type === 0 || type === -1) return [dies('module', field, 'has no type', SIGSEGV)];
    if (name > size) return [dies('module', field, `has its name at types + ${address(name)}, behind etypes`, OUT_OF_RANGE)];
    if (type > size) return [dies('module', field, `has its type at types + ${address(type)}, behind etypes`, OUT_OF_RANGE)];
  }
  return [];
}

/** runtime/proc.go: doInit goes through them. */
function initTasks(fields: ModuleFields): LoadFault[] {
  const { offsets, image } = fields;
  const { pointer, length } = fields.slice(offsets.inittasks);
  return outside(fields, 'moduledata.inittasks', pointer, length * image.wordSize);
}

/** plugin/plugin_dlopen.go: open makes the name of each export's symbol of it. */
function farPath(fields: ModuleFields): LoadFault[] {
  const { offsets, image } = fields;
  const length = fields.word(offsets.pluginpath + image.wordSize);
  if (fields.length(offsets.ptab) === 0) return [];
  if (length < SIGNED) return outside(fields, 'moduledata.pluginpath', fields.pointer(offsets.pluginpath), length);
  return [
    dies('module', 'moduledata.pluginpath', `claims ${amount(length)} bytes`, 'fatal error: string concatenation too long'),
  ];
}

/** That nothing of the file is where so many bytes are read; nothing is read of none. A pointer that no relocation made one is null. */
function outside(fields: ModuleFields, field: string, place: number, bytes: number): LoadFault[] {
  const left = place === 0 ? 0 : fields.image.bytesFrom(place);
  if (bytes <= left) return [];
  const problem =
    left === 0 ? `is at ${address(place)}, outside the file` : `claims ${amount(bytes)} bytes where ${left} are left`;
  return [dies('module', field, problem, SIGSEGV)];
}

const SIGSEGV = 'SIGSEGV: segmentation violation';
const OUT_OF_RANGE = 'fatal error: runtime: name offset base pointer out of range';

function dies(stage: LoadFault['stage'], field: string, problem: string, loaderMessage: string): LoadFault {
  return { stage, effect: 'crashes', field, problem, loaderMessage };
}
