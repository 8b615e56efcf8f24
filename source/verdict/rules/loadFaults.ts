import type { LoadFault } from '../../evidence/evidence.js';
import { type Context, NOTHING, type Ruling } from '../context.js';
import { finding } from '../finding.js';
import type { Finding } from '../judgement.js';
import { isMusl } from './linker/musl.js';
import { openMessage } from './linkHashes.js';

/** Of glibc's functions, or of Go's runtime. */
type LinkerStage = 'mapping' | 'relocation' | 'init';
type RuntimeStage = Exclude<LoadFault['stage'], LinkerStage>;

/**
 * Damage that the dynamic linker is certain to refuse or to die of, as it meets it at this stage (`evidence/loadFaults.ts` says in which function).
 * Of hosts of musl it says nothing: those are glibc's functions.
 */
export function faultsAt(stage: LinkerStage, { plugin, host }: Pick<Context, 'plugin' | 'host'>): Ruling {
  return isMusl(host) ? NOTHING : rulingOf(stage, plugin, 'the dynamic linker');
}

/** The same of Go's runtime, when it takes the module (`evidence/moduleFaults.ts`). */
export function runtimeFaults(
  stage: RuntimeStage,
  { plugin, host, opener }: Pick<Context, 'plugin' | 'host' | 'opener'>,
): Ruling {
  return opener === 'plugin.Open' && host?.evidence.go ? rulingOf(stage, plugin, "Go's runtime") : NOTHING;
}

function rulingOf(stage: LoadFault['stage'], { path, loadFaults = [] }: Context['plugin'], who: Who): Ruling {
  const faults = loadFaults.filter((fault) => fault.stage === stage);
  return { ...NOTHING, findings: faultFindings(faults, path, who) };
}

type Who = 'the dynamic linker' | "Go's runtime";

/** Of faults however they were found. @param who meets them. */
export function faultFindings(faults: readonly LoadFault[], path: string, who: Who): Finding[] {
  return faults.map(({ effect, field, problem, loaderMessage }) =>
    finding(effect === 'crashes' ? 'OCX0113' : 'OCX0114', {
      subject: field,
      plugin: problem,
      evidence: field,
      message: `${field} ${problem}: ${effect === 'crashes' ? 'opening it kills the Collector' : `${who} refuses it`}`,
      loaderMessage: effect === 'fails' && who === "Go's runtime" ? openMessage(path, loaderMessage) : loaderMessage,
      fix: 'copy or build the file again; no linker writes this',
    }),
  );
}
