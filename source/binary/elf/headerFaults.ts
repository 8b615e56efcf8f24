import type { ByteSource } from '../reader/byteSource.js';
import { PT } from './constants.js';
import type { ElfFile } from './elfFile.js';

const ELFOSABI_SYSV = 0;
const ELFOSABI_GNU = 3;
/** glibc's LIBC_ABI_MAX - 1: what a GNU file may ask for (measured, glibc 2.36). */
const MAX_ABI_VERSION = 3;
/** Every system Go has plugins for maps pages of at least this. */
const PAGE = 4096;

/**
 * Why glibc refuses the headers, in its own words and order (elf/dl-load.c: open_verify, _dl_map_object_from_fd).
 * The words were seen by opening one library with each field overwritten, glibc 2.36. Class, machine and type are not
 * here: they are judged against the host.
 */
export function headerFaults(elf: ElfFile): readonly string[] {
  const { identVersion, osabi, abiVersion, version, phentsize, phnum, bits } = elf.header;
  const faults: string[] = [];
  if (identVersion !== 1) faults.push('ELF file version ident does not match current one');
  if (osabi !== ELFOSABI_SYSV && osabi !== ELFOSABI_GNU) faults.push('ELF file OS ABI invalid');
  else if (abiVersion !== 0 && (osabi !== ELFOSABI_GNU || abiVersion > MAX_ABI_VERSION))
    faults.push('ELF file ABI version invalid');
  if (hasPadding(elf.source)) faults.push('nonzero padding in e_ident');
  if (version !== 1) faults.push('ELF file version does not match current one');
  if (phnum > 0 && phentsize !== (bits === 64 ? 56 : 32)) faults.push("ELF file's phentsize not the expected size");
  if (elf.segments.length < phnum) faults.push('cannot read file data');

  const loads = elf.segments.filter(({ type }) => type === PT.LOAD);
  if (elf.segments.length === phnum && loads.length === 0) faults.push('object file has no loadable segments');
  if (loads.some(({ address, offset }) => (address - offset) % PAGE !== 0))
    faults.push('ELF load command address/offset not page-aligned');
  return faults;
}

function hasPadding(source: ByteSource): boolean {
  return source.read(9, 7, 'e_ident[EI_PAD]').some((byte) => byte !== 0);
}
