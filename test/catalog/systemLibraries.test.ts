import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseMounts } from '../../source/catalog/mounts.js';
import { processorLevels } from '../../source/catalog/processorLevels.js';
import { surplusOf } from '../../source/catalog/staticTlsSurplus.js';
import { SystemLibraries } from '../../source/catalog/systemLibraries.js';

// gcc -Wl,-soname,'$ORIGIN/libs/libthing.so.1' leaves such a DT_NEEDED in what is linked against it; ld.so opened it (glibc 2.36).
it.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
  '$ORIGIN in DT_NEEDED is the folder of the file that needs it',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'ocx-origin-'));
    try {
      mkdirSync(join(folder, 'libs'));
      copyFileSync('fixtures/plugins/rust-match.so', join(folder, 'libs', 'libthing.so.1'));
      const needing = { path: join(folder, 'plugin.so'), rpath: null, runpath: null, loader: null };
      const find = (name: string) => new SystemLibraries('').find(name, needing)?.path;
      expect(find('$ORIGIN/libs/libthing.so.1')).toBe(join(folder, 'libs', 'libthing.so.1'));
      expect(find('$ORIGIN/libs/libother.so.1')).toBeUndefined();
      expect(find('./libs/libthing.so.1')).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

it('mounts that forbid execution are told by their options, whatever is in their names', () => {
  const lines = [
    'tmpfs /run tmpfs rw,nosuid,nodev,noexec,relatime,size=1635676k 0 0',
    '/dev/vda / ext4 rw,relatime 0 0',
    'tmpfs /mnt/a\\040b tmpfs rw,noexec 0 0',
    'noexec /x tmpfs rw 0 0',
    '',
  ];
  expect(parseMounts(lines.join('\n'))).toEqual([
    { point: '/run', noexec: true },
    { point: '/', noexec: false },
    { point: '/mnt/a b', noexec: true },
    { point: '/x', noexec: false },
  ]);
});

// Each as ld.so 2.36 has it: the largest block that it gives a library is 48 bytes more, which is where a program's own storage ends.
it('what glibc keeps of static thread-local storage is as its tunables say, the last of a name', () => {
  expect(surplusOf('')).toBe(1664);
  expect(surplusOf('glibc.rtld.optional_static_tls=8192')).toBe(9344);
  expect(surplusOf('glibc.malloc.check=1:glibc.rtld.optional_static_tls=0x400:glibc.rtld.nns=1')).toBe(1312);
  expect(surplusOf('glibc.rtld.nns=99:glibc.rtld.nns=16')).toBe(5120);
  expect(surplusOf('glibc.rtld.nns=99')).toBe(1664);
  expect(surplusOf('glibc.rtld.optional_static_tls=0400')).toBe(1408);
  expect(surplusOf('glibc.rtld.optional_static_tls=much')).toBe(1152);
});

it('the levels of a processor are those of its flags, each with all below it', () => {
  const v2 = 'fpu cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3';
  const v3 = 'avx avx2 bmi1 bmi2 f16c fma abm movbe xsave';
  const v4 = 'avx512f avx512bw avx512cd avx512dq avx512vl';
  const levels = (...flags: string[]) => processorLevels(`model name\t: x\nflags\t\t: ${flags.join(' ')}\nbugs\t: avx2\n`);
  expect(levels(v2, v3, v4)).toEqual(['x86-64-v4', 'x86-64-v3', 'x86-64-v2']);
  expect(levels(v2, v4)).toEqual(['x86-64-v2']);
  expect(levels(v3, v4)).toEqual([]);
  expect(processorLevels('')).toEqual([]);
});
