import { DT, EM, PF, PT } from '../binary/elf/constants.js';
import type { ElfFile } from '../binary/elf/elfFile.js';
import { readPluginModule } from '../binary/go/linkHashes.js';
import { initArrayCandidates } from '../binary/go/moduledata.js';
import { type ModuleFields, readModuleFields } from '../binary/go/moduleFields.js';
import { RelocatedWords } from '../binary/go/relocatedWords.js';
import { orNull, type ReadProblem } from '../binary/reader/errors.js';
import type { LoadFault } from './evidence.js';
import { functionsInOrder } from './functionTable.js';
import { maskProgram } from './maskProgram.js';
import { typeDescriptions } from './typeDescriptions.js';

/** What a look at every entry of a Go plugin's tables finds: what kills it for certain, and what may. */
export interface ModuleDamage {
  readonly faults: readonly LoadFault[];
  readonly problems: readonly ReadProblem[];
}

const SIGSEGV = 'SIGSEGV: segmentation violation';
/** Where that function was read in files of every linker at hand. */
const HANDS_OVER: ReadonlySet<number> = new Set([EM.X86_64, EM.AARCH64]);
/** Names of the symbols that entries are bound by (cmd/link). */
const RUNTIME_HASH = /^go:link\.pkghash\./;
const ITAB = /^go:itab\./;
const INIT_TASK = /\.\.inittask$/;
/** `modulehash`: five words, the last of them `runtimehash`. `itab`: the two types first. `initTask`: {state, nfns uint32}, then functions. */
const HASH_ENTRY = 40;
const RUNTIMEHASH = 32;
const TASK_HEAD = 8;
const MOST_FUNCTIONS = 65_536;
/** As many problems as are worth a line each. */
const ENOUGH = 4;

/**
 * Each entry of the tables that the runtime goes through when it takes a plugin's module (runtime/plugin.go: lastmoduleinit; runtime/proc.go: doInit1), as
 * far as its file tells. Reads them whole, some megabytes of a large plugin: not for lists. Null of what is no Go plugin, or of a release that was never measured.
 */
export function moduleTables(elf: ElfFile, goVersion: string | null): ModuleDamage | null {
  const isPacked = [DT.ANDROID_REL, DT.ANDROID_RELA, DT.ANDROID_RELR].some((tag) => elf.dynamic?.has(tag));
  if (isPacked) return null; // Nothing that this file says is what its words become.
  const module = orNull(() => readPluginModule(elf, () => goVersion));
  const fields = module && orNull(() => readModuleFields(elf, module, goVersion));
  if (!fields) return null;
  const faults: LoadFault[] = [];
  const problems: ReadProblem[] = [];
  const context: Look = {
    elf,
    fields,
    words: new RelocatedWords(elf),
    dies: (field, problem, loaderMessage = SIGSEGV, stage = 'module') => {
      if (faults.length < ENOUGH) faults.push({ stage, effect: 'crashes', field, problem, loaderMessage });
    },
    may: (field, place, problem) => {
      if (problems.length < ENOUGH) problems.push({ field, offset: elf.offsetOf(place) ?? 0, problem });
    },
  };
  for (const look of [handedOver, packageHashes, masks, typeDescriptions, functionsInOrder, interfaceTables, initTasks])
    orNull(
      () => look(context),
      ({ field, offset, problem }) => problems.push({ field: `moduledata: ${field}`, offset, problem }),
    );
  return { faults, problems };
}

/** What each look at a table is given. */
export interface Look {
  readonly elf: ElfFile;
  readonly fields: ModuleFields;
  readonly words: RelocatedWords;
  dies(field: string, problem: string, loaderMessage?: string, stage?: LoadFault['stage']): void;
  /** What kills it where the host has the same type, or the init functions come to it. */
  may(field: string, place: number, problem: string): void;
}

/** go.link.addmoduledata, one of the init functions, gives moduledata to the host's runtime: without it there is no last module. */
function handedOver({ elf, fields, dies }: Look) {
  if (!HANDS_OVER.has(elf.header.machine) || initArrayCandidates(elf, fields.words).includes(fields.start)) return;
  const words = 'fatal error: runtime: no plugin module data';
  dies('DT_INIT_ARRAY', 'calls nothing that hands moduledata to the runtime', words, 'module list');
}

/** `*pkghash.runtimehash` is read of each: a relocation by the symbol of its package makes it one. */
function packageHashes({ elf, fields, words, dies, may }: Look) {
  const { pointer, length } = fields.slice(fields.offsets.pkghashes);
  for (let index = 0; index < length; index++) {
    const place = pointer + index * HASH_ENTRY + RUNTIMEHASH;
    const { address, symbol } = words.at(place);
    if (address === 0) return dies('go:link.pkghashes', `entry ${index} has no runtimehash`, SIGSEGV, 'module list');
    if (symbol !== null && !isNamed(elf, symbol, RUNTIME_HASH))
      return may('moduledata.pkghashes', place, `entry ${index} is compared with ${elf.dynamicSymbols.name(symbol)}`);
  }
}

/** runtime/mbitmap.go: progToPointerMask. */
function masks({ elf, fields, dies }: Look) {
  const { offsets, image } = fields;
  for (const [name, area, program] of [
    ['gcdata', offsets.data, offsets.gcdata],
    ['gcbss', offsets.bss, offsets.gcbss],
  ] as const) {
    const size = fields.pointer(area + image.wordSize) - fields.pointer(area);
    const problem = maskProgram(elf.image, fields.pointer(program), size);
    if (problem !== null) dies(`moduledata.${name}`, problem, 'fatal error: progToPointerMask: overflow');
  }
}

/** runtime/iface.go: itabHashFunc reads the types of both. */
function interfaceTables({ elf, fields, words, dies }: Look) {
  const { offsets, image } = fields;
  if (offsets.itablinks === null) return;
  const { pointer, length } = fields.slice(offsets.itablinks);
  for (let index = 0; index < length; index++) {
    const { address, symbol } = words.at(pointer + index * image.wordSize);
    const field = 'moduledata.itablinks';
    if (address === 0) return dies(field, `entry ${index} is no pointer`);
    if (symbol !== null && !isNamed(elf, symbol, ITAB))
      return dies(field, `entry ${index} is ${elf.dynamicSymbols.name(symbol)}, no itab`);
    // Bound by a symbol it may be the host's.
    if (address === null || symbol !== null) continue;
    if (image.bytesFrom(address) < 3 * image.wordSize)
      return dies(field, `entry ${index} is at 0x${address.toString(16)}, outside the file`);
    for (const [at, what] of [
      [0, 'interface'],
      [image.wordSize, 'type'],
    ] as const) {
      const type = words.at(address + at);
      if (type.address === 0) return dies(field, `entry ${index} has no ${what}`);
      if (type.address !== null && type.symbol === null && image.bytesFrom(type.address) < 24)
        return dies(field, `entry ${index} has its ${what} at 0x${type.address.toString(16)}, outside the file`);
    }
  }
}

function isNamed(elf: ElfFile, symbol: number, names: RegExp): boolean {
  return names.test(elf.dynamicSymbols.name(symbol));
}

/** doInit1 throws at a task that is being done, and at one without functions; then it calls them. */
function initTasks({ elf, fields, words, dies, may }: Look) {
  const { offsets, image } = fields;
  const { pointer, length } = fields.slice(offsets.inittasks);
  const field = 'moduledata.inittasks';
  const isCode = (address: number) =>
    elf.segments.some(
      ({ type, flags, address: start, memorySize }) =>
        type === PT.LOAD && (flags & PF.X) !== 0 && address >= start && address < start + memorySize,
    );
  for (let index = 0; index < length; index++) {
    const { address, symbol } = words.at(pointer + index * image.wordSize);
    if (address === 0) return dies(field, `entry ${index} is no pointer`);
    if (symbol !== null && !isNamed(elf, symbol, INIT_TASK))
      return dies(field, `entry ${index} is ${elf.dynamicSymbols.name(symbol)}, no task`);
    if (address === null) continue;
    // The host's task of a package that it has stands in for the plugin's.
    const say = symbol === null ? dies : (_: string, problem: string) => may(field, address, problem);
    if (image.bytesFrom(address) < TASK_HEAD)
      return say(field, `entry ${index} is at 0x${address.toString(16)}, outside the file`);
    const head = image.at(address, TASK_HEAD, 'initTask');
    const [state, count] = [head.u32(0, 'state'), head.u32(4, 'nfns')];
    if (state === 2) continue;
    if (state === 1)
      return say(field, `entry ${index} is being done`, 'fatal error: recursive call during initialization - linker skew');
    if (count === 0) return say(field, `entry ${index} has no functions`, 'fatal error: inittask with no functions');
    if (count > MOST_FUNCTIONS || image.bytesFrom(address + TASK_HEAD) < count * image.wordSize)
      return say(field, `entry ${index} claims ${count} functions`);
    for (let at = 0; at < count; at++) {
      const code = words.at(address + TASK_HEAD + at * image.wordSize);
      if (code.address !== null && (code.address === 0 || !isCode(code.address)))
        return say(field, `entry ${index} calls 0x${code.address.toString(16)}, where no code is`);
    }
  }
}
