import type { PeHeader } from './header.js';

interface Machine {
  readonly name: string;
  readonly goarch: string;
}

/** IMAGE_FILE_MACHINE_*. */
const MACHINES: Readonly<Record<number, Machine>> = {
  332: { name: 'i386', goarch: '386' },
  34404: { name: 'x86-64', goarch: 'amd64' },
  452: { name: 'arm', goarch: 'arm' },
  43620: { name: 'aarch64', goarch: 'arm64' },
};

const EXECUTABLE_IMAGE = 0x0002;
const DLL = 0x2000;
/** IMAGE_SUBSYSTEM_EFI_*: firmware runs those, not Windows. */
const EFI = [10, 11, 12, 13];

/** `x86-64`, or `machine 512` for one without a name here. */
export function machineName({ machine }: PeHeader): string {
  return MACHINES[machine]?.name ?? `machine ${machine}`;
}

export function kindName({ characteristics }: PeHeader): string {
  if ((characteristics & DLL) !== 0) return 'dynamic library';
  return (characteristics & EXECUTABLE_IMAGE) !== 0 ? 'executable' : 'relocatable';
}

export function goPlatform({ machine, subsystem }: PeHeader): string | null {
  const goarch = MACHINES[machine]?.goarch;
  return goarch && !EFI.includes(subsystem) ? `windows/${goarch}` : null;
}
