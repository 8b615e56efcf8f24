import { EM, ET } from './constants.js';
import type { ElfHeader } from './header.js';

interface Machine {
  readonly name: string;
  /** GOARCH of the word size and byte order at hand; null where Go has none. */
  readonly goarch: (header: ElfHeader) => string | null;
}

const MACHINES: Readonly<Record<number, Machine>> = {
  [EM.X86_64]: { name: 'x86-64', goarch: () => 'amd64' },
  [EM.AARCH64]: { name: 'aarch64', goarch: ({ endian }) => (endian === 'little' ? 'arm64' : null) },
  [EM.I386]: { name: 'i386', goarch: () => '386' },
  [EM.ARM]: { name: 'arm', goarch: ({ endian }) => (endian === 'little' ? 'arm' : null) },
  [EM.RISCV]: { name: 'riscv', goarch: ({ bits }) => (bits === 64 ? 'riscv64' : null) },
  [EM.PPC64]: { name: 'ppc64', goarch: ({ endian }) => (endian === 'little' ? 'ppc64le' : 'ppc64') },
  [EM.S390]: { name: 's390', goarch: ({ bits }) => (bits === 64 ? 's390x' : null) },
  [EM.LOONGARCH]: { name: 'loongarch', goarch: ({ bits }) => (bits === 64 ? 'loong64' : null) },
  [EM.MIPS]: { name: 'mips', goarch: ({ bits, endian }) => `mips${bits === 64 ? '64' : ''}${endian === 'little' ? 'le' : ''}` },
};

/** EI_OSABI by GOOS. Linux writes 0 or 3; of the BSDs only FreeBSD marks its files here. */
const SYSTEMS: Readonly<Record<number, string>> = { 0: 'linux', 3: 'linux', 6: 'solaris', 9: 'freebsd', 12: 'openbsd' };

/** `x86-64`, or `machine 250` for one without a name here. */
export function machineName({ machine }: ElfHeader): string {
  return MACHINES[machine]?.name ?? `machine ${machine}`;
}

/** `linux/amd64`, or null when Go has no name for it. */
export function goPlatform(header: ElfHeader): string | null {
  const system = SYSTEMS[header.osabi];
  const architecture = MACHINES[header.machine]?.goarch(header);
  return system && architecture ? `${system}/${architecture}` : null;
}

const KINDS: Readonly<Record<number, string>> = {
  [ET.REL]: 'relocatable',
  [ET.EXEC]: 'executable',
  [ET.DYN]: 'shared object',
  [ET.CORE]: 'core dump',
};

/** What `e_type` says; a position-independent executable is a `shared object` here, and says otherwise in DT_FLAGS_1. */
export function kindName({ type }: ElfHeader): string {
  return KINDS[type] ?? `type ${type}`;
}
