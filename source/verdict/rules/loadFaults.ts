import type { LoadFault } from '../../evidence/evidence.js';
import { type Context, type FoundLibrary, NOTHING, type Ruling } from '../context.js';
import { finding } from '../finding.js';
import type { Finding } from '../judgement.js';
import { quoted } from '../shellWord.js';
import { isMusl } from './linker/musl.js';
import { openMessage } from './linkHashes.js';

/** Of glibc's functions, or of Go's runtime. */
type LinkerStage = 'mapping' | 'relocation' | 'init';
type RuntimeStage = Exclude<LoadFault['stage'], LinkerStage>;

/** The same of the libraries that come with the plugin: the last of a list is relocated first, and its init functions are called first. */
export function librariesFaultsAt(stage: LoadFault['stage'], added: readonly FoundLibrary[]): Ruling {
  const findings = added.toReversed().flatMap(({ path, loadFaults }) =>
    loadFaults
      .filter((fault) => fault.stage === stage)
      .map(({ effect, field, problem, loaderMessage }) =>
        finding(effect === 'crashes' ? 'OCX0113' : 'OCX0114', {
          subject: path,
          plugin: `${field} ${problem}`,
          evidence: `${field} of ${path}`,
          message: `${path}, which it needs: ${field} ${problem}: ${effect === 'crashes' ? 'opening it kills the Collector' : 'the dynamic linker refuses it'}`,
          loaderMessage: effect === 'crashes' ? loaderMessage : `${path}: ${loaderMessage}`,
          fix: `put the whole library there: ${quoted(path)}`,
        }),
      ),
  );
  return { ...NOTHING, findings };
}

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
