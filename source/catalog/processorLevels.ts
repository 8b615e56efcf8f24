import { readFileSync } from 'node:fs';

/** Flags of /proc/cpuinfo that a level adds to the one below (x86-64 psABI; glibc sysdeps/x86_64/dl-hwcaps_subdirs.c: compute_level). */
const LEVELS: readonly { readonly name: string; readonly flags: readonly string[] }[] = [
  { name: 'x86-64-v2', flags: ['cx16', 'lahf_lm', 'popcnt', 'pni', 'sse4_1', 'sse4_2', 'ssse3'] },
  { name: 'x86-64-v3', flags: ['avx', 'avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'abm', 'movbe', 'xsave'] },
  { name: 'x86-64-v4', flags: ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl'] },
];

/** Folders of `glibc-hwcaps` that ld.so looks into on a processor, the best first. @param cpuinfo text of /proc/cpuinfo. */
export function processorLevels(cpuinfo: string): readonly string[] {
  const flags = new Set(/^flags\s*: (.*)$/m.exec(cpuinfo)?.[1]?.split(' '));
  const first = LEVELS.findIndex((level) => !level.flags.every((flag) => flags.has(flag)));
  return LEVELS.slice(0, first < 0 ? LEVELS.length : first)
    .map(({ name }) => name)
    .reverse();
}

/** Of this machine; none where it does not say, or has no such levels. */
export function levelsHere(): readonly string[] {
  try {
    return process.arch === 'x64' ? processorLevels(readFileSync('/proc/cpuinfo', 'utf8')) : [];
  } catch {
    return [];
  }
}

/**
 * `$PLATFORM` of search paths (AT_PLATFORM). Null where glibc has words of its own for it: on Intel's processors, before 2.37 (sysdeps/x86/cpu-features.c:
 * haswell, xeon_phi).
 */
export function platformHere(machine: string | undefined): string | null {
  if (machine === 'aarch64') return machine;
  try {
    return machine === 'x86-64' && !/^vendor_id\s*: GenuineIntel$/m.test(readFileSync('/proc/cpuinfo', 'utf8')) ? 'x86_64' : null;
  } catch {
    return null;
  }
}
