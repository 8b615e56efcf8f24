import { type Context, checked, NOTHING, type Ruling } from '../../context.js';
import { finding } from '../../finding.js';
import type { Scope } from './scope.js';

/** compiler-rt, asan_linux.cpp: AsanCheckDynamicRTPrereqs ends a process whose first library is not the runtime. */
export function sanitizer({ plugin, host }: Context, { found }: Scope): Ruling {
  const needs = (names: readonly string[]) => names.find((name) => /^lib(asan|clang_rt\.asan)[-.\w]*\.so/.test(name));
  const runtime = needs([...(plugin.linker?.needed ?? []), ...found.keys()]);
  if (runtime === undefined || !host || needs(host.evidence.linker?.needed ?? []) !== undefined) return NOTHING;
  return checked('sanitizers', [
    finding('OCX0206', {
      subject: runtime,
      plugin: `needs ${runtime}`,
      host: 'built without it',
      evidence: 'dynamic section, DT_NEEDED',
      message: 'built with -asan, the host without: its runtime ends the process when it is loaded',
      loaderMessage: 'ASan runtime does not come first in initial library list',
      fix: 'build it without -asan',
    }),
  ]);
}
