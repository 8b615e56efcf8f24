import { DT, EM, PF, PT } from './constants.js';
import type { ElfFile } from './elfFile.js';
import type { RelocationTable } from './relocations.js';

/** What glibc applies at run time (sysdeps/x86_64/dl-machine.h and sysdeps/aarch64/dl-machine.h: elf_machine_rela), by what it is for. */
interface Kinds {
  readonly relative: number;
  readonly known: ReadonlySet<number>;
  /** Put the address of a symbol, so that one without a symbol puts none. */
  readonly symbolic: ReadonlySet<number>;
  /** Those of a procedure linkage table. */
  readonly linkage: ReadonlySet<number>;
  readonly slot: number;
}

const KINDS: ReadonlyMap<number, Kinds> = new Map([
  [
    EM.X86_64,
    {
      relative: 8,
      known: new Set([0, 1, 2, 5, 6, 7, 8, 10, 16, 17, 18, 24, 36, 37, 38]),
      symbolic: new Set([1, 6, 7]),
      linkage: new Set([7, 36, 37]),
      slot: 7,
    },
  ],
  [
    EM.AARCH64,
    {
      relative: 1027,
      known: new Set([0, 257, 1024, 1025, 1026, 1027, 1028, 1029, 1030, 1031, 1032]),
      symbolic: new Set([257, 1025, 1026]),
      linkage: new Set([1026, 1031, 1032]),
      slot: 1026,
    },
  ],
]);
const NONE = 0;
/** Of an end that lies behind the last byte. */
const NEAR = 1 << 20;
const DF_TEXTREL = 4;

/**
 * Relocations that the dynamic linker refuses or dies of, and those that no linker writes: it applies them all the same, and what they were to
 * patch stays what it was (elf/do-rel.h). Checked on every library and plugin at hand: linkers write each place once, the relative ones in
 * the order of their addresses.
 */
export function relocationFaults(elf: ElfFile, add: (field: string, problem: string) => void): void {
  const kinds = KINDS.get(elf.header.machine);
  const { relocations, dynamic } = elf;
  if (!kinds || !relocations || !dynamic) return;
  const loads = elf.segments.filter(({ type }) => type === PT.LOAD);
  const end = Math.max(0, ...loads.map(({ address, memorySize }) => address + memorySize));
  const isWritable = dynamic.has(DT.TEXTREL) || (dynamic.flags & DF_TEXTREL) !== 0;
  const symbols = elf.dynamicSymbols.count;
  const places = new Set<number>();
  const segmentOf = (address: number) =>
    loads.find((load) => address >= load.address && address < load.address + load.memorySize);
  const [array, size] = [dynamic.get(DT.INIT_ARRAY) ?? 0, dynamic.get(DT.INIT_ARRAYSZ) ?? 0];
  const isInit = (address: number) => address >= array && address < array + size;
  const isCode = (address: number) => ((segmentOf(address)?.flags ?? 0) & PF.X) !== 0;
  const look = (name: string, table: RelocationTable | null, relative: number, only: ReadonlySet<number>) => {
    let index = 0;
    let last = -1;
    let none = false;
    for (const { address, type, symbol, addend } of table ?? []) {
      const segment = type === NONE ? null : segmentOf(address);
      const wrong =
        none && type !== NONE
          ? 'follows one of no type, which linkers leave at the end alone'
          : index < relative && type !== kinds.relative
            ? `has type ${type} among the relative ones`
            : !only.has(type)
              ? `has type ${type}, which ${only === kinds.known ? 'the dynamic linker does not know' : 'is none of a procedure linkage table'}`
              : symbol >= symbols && symbol !== 0
                ? `names symbol ${symbol} of ${symbols}`
                : segment === undefined
                  ? `patches 0x${address.toString(16)}, which is in no segment`
                  : segment !== null && (segment.flags & PF.W) === 0 && !isWritable
                    ? `patches 0x${address.toString(16)}, which is in a segment that is not writable`
                    : symbol === 0 && kinds.symbolic.has(type)
                      ? 'puts the address of a symbol, and names none'
                      : type === kinds.relative && addend !== null && (addend < 0 || addend > end + NEAR)
                        ? 'points to no segment'
                        : type === kinds.relative && addend !== null && isInit(address) && !isCode(addend)
                          ? `has init call 0x${addend.toString(16)}, where no code is`
                          : index < relative && address <= last
                            ? `patches 0x${address.toString(16)}, behind 0x${last.toString(16)}`
                            : type !== NONE && places.has(address)
                              ? `patches 0x${address.toString(16)} for the second time`
                              : null;
      if (wrong !== null) {
        add(name, `entry ${index} ${wrong}`);
        return;
      }
      none = type === NONE;
      places.add(address);
      last = address;
      index++;
    }
  };
  const slots = (table: RelocationTable | null) => {
    const entries = [...(table ?? [])];
    // With IRELATIVE ones among them (libc's own) they are in no order.
    if (!entries.every(({ type }) => type === kinds.slot)) return;
    const gap = entries.findIndex(
      ({ address }, at) => at > 0 && address - (entries[at - 1]?.address ?? 0) !== elf.image.wordSize,
    );
    if (gap > 0) add('DT_JMPREL', `entry ${gap} does not patch the word behind that of the entry before it`);
  };
  look('DT_RELA', relocations.rela, relocations.relativeCount, kinds.known);
  look('DT_JMPREL', relocations.jmprel, 0, kinds.linkage);
  slots(relocations.jmprel);
}
