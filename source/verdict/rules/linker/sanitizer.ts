import { type Context, checked, NOTHING, type Ruling } from '../../context.js';
import { finding } from '../../finding.js';
import type { Scope } from './scope.js';

/** Names of the runtime of AddressSanitizer, of gcc and of clang. */
export const asanRuntime = /^lib(asan|clang_rt\.asan)[-.\w]*\.so/;

/** compiler-rt, asan_linux.cpp: AsanCheckDynamicRTPrereqs ends a process whose first library is not the runtime. */
export function sanitizer({ plugin, host }: Context, { found }: Scope): Ruling {
  const needs = (names: readonly string[]) => names.find((name) => asanRuntime.test(name));
  const runtime = needs([...(plugin.linker?.needed ?? []), ...found.keys()]);
  if (runtime === undefined || !host) return NOTHING;
  const inHost = needs(host.evidence.linker?.needed ?? []);
  if (inHost !== undefined) return plugin.go && needs(plugin.linker?.needed ?? []) !== undefined ? twice(inHost) : NOTHING;
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

/**
 * Each Go file that is built with cgo has package runtime/cgo's C variables of its own; with -asan they are registered in both, which the
 * runtime takes for two definitions of one variable (compiler-rt, asan_globals.cpp: ReportODRViolation; ASAN_OPTIONS=detect_odr_violation=0 allows it).
 */
function twice(runtime: string): Ruling {
  return checked('sanitizers', [
    finding('OCX0206', {
      subject: runtime,
      plugin: 'built with -asan',
      host: 'built with -asan',
      evidence: 'dynamic section, DT_NEEDED, of both',
      message: 'both are built with -asan: its runtime finds the C variables of package runtime/cgo twice, and ends the process',
      loaderMessage: 'AddressSanitizer: odr-violation',
      fix: 'start the host with ASAN_OPTIONS=detect_odr_violation=0',
    }),
  ]);
}
