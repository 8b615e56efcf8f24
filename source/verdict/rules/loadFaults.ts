import type { LoadFault } from '../../evidence/evidence.js';
import { type Context, NOTHING, type Ruling } from '../context.js';
import { finding } from '../finding.js';
import { isMusl } from './linker/musl.js';

/**
 * Damage that the loader is certain to refuse or to die of, as it meets it at this stage (`evidence/loadFaults.ts` says in which function). Of hosts
 * of musl it says nothing: those are glibc's functions, but for `module`, which is Go's.
 */
export function faultsAt(stage: LoadFault['stage'], { plugin, host }: Pick<Context, 'plugin' | 'host'>): Ruling {
  if (stage !== 'module' && isMusl(host)) return NOTHING;
  const faults = (plugin.loadFaults ?? []).filter((fault) => fault.stage === stage);
  return {
    ...NOTHING,
    findings: faults.map(({ effect, field, problem, loaderMessage }) =>
      finding(effect === 'crashes' ? 'OCX0113' : 'OCX0114', {
        subject: field,
        plugin: problem,
        evidence: field,
        message: `${field} ${problem}: ${effect === 'crashes' ? 'opening it kills the Collector' : 'the dynamic linker refuses it'}`,
        loaderMessage,
        fix: 'copy or build the file again; no linker writes this',
      }),
    ),
  };
}
