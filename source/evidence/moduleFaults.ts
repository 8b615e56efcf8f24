import { EM } from '../binary/elf/constants.js';
import type { ElfFile } from '../binary/elf/elfFile.js';
import type { PluginModule } from '../binary/go/linkHashes.js';
import { orNull } from '../binary/reader/errors.js';
import type { LoadFault } from './evidence.js';

/** internal/abi: Go120PCLnTabMagic, of all releases from 1.20 to 1.27. */
const MAGIC = 0xffff_fff1;
const RELEASES = /^go1\.2[0-7](?!\d)/;
/** internal/runtime/sys: PCQuantum, the size of the shortest instruction. */
const QUANTUM: ReadonlyMap<number, number> = new Map([
  [EM.X86_64, 1],
  [EM.AARCH64, 4],
]);

/**
 * What Go's runtime is certain to throw at when it takes the module (runtime/symtab.go: moduledataverify1, after the link hashes were
 * compared): the head of the function table, {magic u32, two bytes of padding, PCQuantum, size of a pointer}, which moduledata begins with a pointer to.
 */
export function moduleFaults(
  elf: ElfFile,
  { moduledata: { start }, words }: PluginModule,
  goVersion: string | null,
): LoadFault[] {
  const quantum = QUANTUM.get(elf.header.machine);
  if (start === null || quantum === undefined || !RELEASES.test(goVersion ?? '')) return [];
  const head = orNull(() => {
    const [value = 0] = words.read(start, 1, 'pcHeader');
    return elf.image.at(words.pointer(start, value), 8, 'pcHeader');
  });
  if (!head) return [];
  const magic = head.u32(0, 'magic');
  const isRight =
    magic === MAGIC &&
    head.u16(4, 'pad') === 0 &&
    head.u8(6, 'minLC') === quantum &&
    head.u8(7, 'ptrSize') === elf.image.wordSize;
  if (isRight) return [];
  return [
    {
      stage: 'module',
      effect: 'crashes',
      field: 'pcHeader',
      problem: `is not the head of a function table: magic 0x${magic.toString(16)}, not 0x${MAGIC.toString(16)}`,
      loaderMessage: `runtime: pcHeader: magic= 0x${magic.toString(16)}`,
    },
  ];
}
