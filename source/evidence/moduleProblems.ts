import type { ModuleFields } from '../binary/go/moduleFields.js';
import type { ReadProblem } from '../binary/reader/errors.js';
import { amount } from './damagedNumbers.js';

/** Tables lie one behind the other, each aligned to no more than this. */
const GAP = 64;
/** {entryoff, funcoff uint32} */
const FUNCTAB = 8;

/**
 * Damage of moduledata that opening survives or not by what the plugin's init functions do, or that makes of its types others than the host's
 * (runtime/symtab.go: pcvalue and funcInfo; runtime/type.go: typelinksinit; runtime/mbitmap.go).
 */
export function moduleProblems(fields: ModuleFields): ReadProblem[] {
  const { offsets, image } = fields;
  const problems: ReadProblem[] = [];
  const add = (field: string, at: number, problem: string) => {
    problems.push({ field: `moduledata.${field}`, offset: image.offsetOf(fields.start + at) ?? 0, problem });
  };
  // Asked when a stack grows or is scanned, with a frame of the plugin on it.
  const shortest = (offset: number) => Math.min(fields.length(offset), fields.capacity(offset));
  // pclntable begins with ftab, and pctab ends where it begins.
  const wanted = [
    ['pctab', offsets.pctab, fields.word(offsets.pclntable) - fields.word(offsets.pctab) - GAP],
    ['pclntable', offsets.pclntable, fields.length(offsets.ftab) * FUNCTAB],
  ] as const;
  for (const [name, offset, room] of wanted) {
    const bytes = shortest(offset);
    if (bytes < room) add(name, offset, `has ${bytes} bytes of ${room}: who walks a stack of the plugin reads behind it`);
  }
  // The linker writes one number for both; behind it lies what is no element of the table.
  const walked = {
    textsectmap: offsets.textsectmap,
    typelinks: offsets.typelinks,
    itablinks: offsets.itablinks,
    inittasks: offsets.inittasks,
  };
  for (const [name, offset] of Object.entries(walked)) {
    const [length, capacity] = offset === null ? [0, 0] : [fields.length(offset), fields.capacity(offset)];
    if (offset !== null && capacity > 0 && length > capacity)
      add(name, offset, `has ${amount(length)} elements in a table of ${amount(capacity)}: one of the two is damaged`);
  }
  if (offsets.typelinks !== null && fields.length(offsets.typelinks) === 0)
    add('typelinks', offsets.typelinks, 'is empty: types that plugin and host share are taken for different ones');
  if (fields.word(offsets.gcdatamask) !== 0 || fields.word(offsets.gcdatamask + image.wordSize) !== 0)
    add('gcdatamask', offsets.gcdatamask, 'is set: the runtime makes none, and its collector goes by this one');
  return problems;
}
