import type { MachHeader } from './header.js';

interface Machine {
  readonly name: string;
  readonly goarch: string | null;
}

/** CPU_TYPE_* of mach/machine.h. */
const MACHINES: Readonly<Record<number, Machine>> = {
  7: { name: 'i386', goarch: '386' },
  16777223: { name: 'x86-64', goarch: 'amd64' },
  12: { name: 'arm', goarch: 'arm' },
  16777228: { name: 'aarch64', goarch: 'arm64' },
  18: { name: 'ppc', goarch: null },
  16777234: { name: 'ppc64', goarch: 'ppc64' },
};

/** MH_* of mach-o/loader.h. */
const KINDS: Readonly<Record<number, string>> = {
  1: 'relocatable',
  2: 'executable',
  4: 'core dump',
  6: 'dynamic library',
  7: 'dynamic linker',
  8: 'bundle',
  10: 'debug symbols',
  11: 'kernel extension',
};

const PLATFORM_MACOS = 1;
const PLATFORMS_IOS = [2, 7];

/** `aarch64`, or `machine 6` for one without a name here. */
export function machineName({ cputype }: MachHeader): string {
  return MACHINES[cputype]?.name ?? `machine ${cputype}`;
}

export function kindName({ filetype }: MachHeader): string {
  return KINDS[filetype] ?? `type ${filetype}`;
}

/** Files from before LC_BUILD_VERSION, and objects without it, are macOS's. */
export function goPlatform({ cputype }: MachHeader, platform: number | null): string | null {
  const goarch = MACHINES[cputype]?.goarch;
  if (!goarch) return null;
  if (platform === null || platform === PLATFORM_MACOS) return `darwin/${goarch}`;
  return PLATFORMS_IOS.includes(platform) ? `ios/${goarch}` : null;
}
