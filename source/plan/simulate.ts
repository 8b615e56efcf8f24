import type { Finding, Judgement } from '../verdict/judgement.js';
import { HIDDEN } from '../verdict/rules/entrySymbol.js';
import type { Candidate, Opened, PlanHost } from './candidate.js';
import { componentClash } from './componentClash.js';
import { besides, bringsLibraries, hasLibraries, Loaded } from './loaded.js';
import { packageClashes, provide } from './packageClash.js';
import { type Memory, type Origin, Process } from './process.js';
import { revised } from './revised.js';
import { type Outcome, sameLibrary, sameModule } from './sameModule.js';
import { bringsNoModule, cutsList, demoted } from './withoutModule.js';

/** One plugin at its place in the order. */
export interface PlanStep {
  readonly candidate: Candidate;
  /** From 1. */
  readonly order: number;
  /** With what is in the process by then. */
  readonly judgement: Judgement;
  readonly opened: Opened;
  /** Opening it kills the host. */
  readonly dies: boolean;
  /** Place of the plugin above that killed the host: from there on nothing is really tried. */
  readonly below: number | null;
  /** Packages that the host lacks and nobody had before: from here on their versions are fixed. */
  readonly packages: readonly string[];
  /** Places of those whose being there first is why it does not load. */
  readonly brokenBy: readonly number[];
}

/** Each candidate in order, in one process. */
export function simulate(candidates: readonly Candidate[], host: PlanHost): PlanStep[] {
  const process = new Process(candidates.some(hasLibraries) ? new Loaded() : null);
  const steps: PlanStep[] = [];
  let diedAt: PlanStep | null = null;
  for (const candidate of candidates) {
    const step = next(candidate, process, host, diedAt);
    steps.push(step);
    if (step.dies) diedAt ??= step;
  }
  return steps;
}

function next(given: Candidate, process: Process, host: PlanHost, died: PlanStep | null): PlanStep {
  const alone = besides(given, process.loaded);
  const candidate = alone === given.alone ? given : { ...given, alone };
  const { order } = candidate;
  const byPlugin = candidate.opener === 'plugin.Open';
  const sealed = host.opens === 'nothing' || isSealed(candidate, host);
  const same = sealed ? null : (byPlugin ? sameModule : sameLibrary)(candidate, process, host);
  const clashes = sealed || !byPlugin || same ? null : packageClashes(candidate, process, host);
  const components = sealed || same?.load === 'fails' ? null : componentClash(candidate, process, host);
  const load = loadInPlan(alone, same, [...(clashes?.findings ?? []), ...(components ? [components.finding] : [])]);
  const add = [same?.finding, ...(clashes?.findings ?? []), components?.finding].filter((found) => found !== undefined);
  const judgement = revised(namedFirst(alone, candidate, clashes?.firstIndex ?? null), {
    load,
    add,
    demote: same && load !== 'crashes' ? demoted(alone) : NONE,
    notChecked: died === null ? [] : [`as if ${died.order}, which kills the host, were left out`],
  });
  const opened = openedBy(host, judgement);
  const dies = opened === 'yes' && judgement.load === 'crashes';
  const origin: Origin = { order, candidate, certain: opened === 'yes' };
  const enters = opened !== 'no' && byPlugin && !dies ? entersAs(judgement) : null;
  // What is mapped already brings nothing more.
  const inode = candidate.file?.inode ?? '';
  const isMapped = process.inodes.has(inode) || process.libraryInodes.has(inode);
  const packages =
    enters === null ? [] : enter(enters, { ...origin, certain: origin.certain && enters.certain }, same, process, host);
  const isLoaded = opened === 'yes' && !dies && (byPlugin ? enters !== null : judgement.load === 'loads');
  if (isLoaded && !byPlugin && candidate.file && !process.inodes.has(candidate.file.inode))
    process.inodes.set(candidate.file.inode, origin);
  if (isLoaded && candidate.linking && process.loaded && !isMapped) {
    process.loaded.add(candidate, byPlugin ? 'global' : 'local');
    for (const { inode } of bringsLibraries(candidate) ? candidate.linking.libraries().values() : [])
      if (!process.libraryInodes.has(inode)) process.libraryInodes.set(inode, origin);
  }
  return {
    candidate: given,
    order,
    judgement,
    opened,
    dies,
    below: died?.order ?? null,
    packages,
    brokenBy: judgement.verdict === 'loads' ? [] : culprits(same, clashes?.brokenBy ?? [], components?.by ?? null),
  };
}

function culprits(same: Outcome | null, packages: readonly number[], component: number | null): number[] {
  const all = [...(same ? [same.by.order] : []), ...packages, ...(component === null ? [] : [component])];
  return [...new Set(all)].sort((a, b) => a - b);
}

const NONE: ReadonlySet<string> = new Set();

/** Alone it does not come so far that what is in the process matters. */
function isSealed(candidate: Candidate, host: PlanHost): boolean {
  const { load } = candidate.alone;
  if (load === 'crashes') return !bringsNoModule(candidate, host);
  return load === 'fails' && failsBeforeItsModule(candidate.alone);
}

/** The dynamic linker refuses it, or the host has no loader: findings within a severity are in the order of the loader. */
function failsBeforeItsModule({ findings }: Judgement): boolean {
  const first = findings.find(({ severity }) => severity === 'fails')?.code ?? '';
  return first < 'OCX0300' || first === 'OCX0402';
}

function loadInPlan(alone: Judgement, same: Outcome | null, added: readonly { readonly severity: string }[]): Judgement['load'] {
  if (same && same.load !== 'loads') return alone.load === 'unknown' && same.load === 'crashes' ? 'unknown' : same.load;
  if (alone.load === 'crashes' || alone.load === 'fails') return alone.load;
  if (added.some(({ severity }) => severity === 'fails')) return 'fails';
  return added.some(({ severity }) => severity === 'unknown') ? 'unknown' : alone.load;
}

/** The runtime names one package, the first in its table: who says it second says nothing of the loader's words. */
function namedFirst(alone: Judgement, { evidence }: Candidate, firstIndex: number | null): Judgement {
  const host = alone.findings.find(({ code }) => code === 'OCX0410');
  if (!host || firstIndex === null) return alone;
  const index = evidence?.go?.linkHashes?.findIndex(({ package: name }) => name === host.subject) ?? -1;
  if (index < firstIndex) return alone;
  return { ...alone, findings: alone.findings.map((found) => (found === host ? { ...found, loaderMessage: null } : found)) };
}

function openedBy({ opens }: PlanHost, judgement: Judgement): Opened {
  const { verdict, policy, load } = judgement;
  if (opens === 'nothing') return 'no';
  if (opens === 'what loads') return verdict === 'loads' ? 'yes' : 'no';
  if (opens === 'what is not refused' && policy === 'refused') return 'no';
  return load === 'unknown' && entersAs(judgement)?.certain !== true ? 'maybe' : 'yes';
}

/** How a plugin that was opened is in the process afterwards; null when nothing of it is. */
interface Entering {
  readonly state: 'good' | 'bad';
  readonly memory: Memory;
  readonly certain: boolean;
  readonly words: string | null;
}

/** Undecided is only the type of its entry symbol, or what a host does with its components: it is in the process whatever that may be. */
const AFTER_OPENING = new Set(['OCX0502', 'OCX0503', 'OCX0504']);
/** lastmoduleinit marks the module as bad; it stays in the list, and its packages stay in scope. */
const MARKED_BAD = new Set(['OCX0305', 'OCX0410', 'OCX0411']);

function entersAs({ load, findings }: Judgement): Entering | null {
  if (load === 'loads') return { state: 'good', memory: 'open', certain: true, words: null };
  if (load === 'unknown') {
    const open = findings.filter(({ severity }) => severity === 'unknown').every(({ code }) => AFTER_OPENING.has(code));
    return { state: 'good', memory: 'open', certain: open, words: null };
  }
  const first = findings.find(({ severity }) => severity === 'fails');
  if (!first || first.code < 'OCX0300' || first.code === 'OCX0402') return null;
  const certain = !findings.some(({ severity, code }) => severity === 'unknown' && !AFTER_OPENING.has(code));
  if (MARKED_BAD.has(first.code)) return { state: 'bad', memory: 'failed', certain, words: errorOf(findings) };
  const hidden = first.code === 'OCX0501' && first.plugin === HIDDEN;
  return { state: 'good', memory: hidden ? 'stuck' : 'open', certain, words: null };
}

/** What plugin.Open says, without the name of the file (plugin/plugin_dlopen.go: open keeps it so). */
function errorOf(findings: readonly Finding[]): string | null {
  const said = findings.find(({ code, loaderMessage }) => MARKED_BAD.has(code) && loaderMessage !== null);
  return said?.loaderMessage?.replace(/^plugin\.Open\("(?:[^"\\]|\\.)*"\): /, '') ?? null;
}

function enter(as: Entering, origin: Origin, same: Outcome | null, process: Process, host: PlanHost): string[] {
  const { candidate } = origin;
  const { file } = candidate;
  if (file && !process.realPaths.has(file.realPath))
    process.realPaths.set(file.realPath, { ...origin, memory: as.memory, words: as.words });
  if (file && !process.inodes.has(file.inode)) process.inodes.set(file.inode, origin);
  if (cutsList(candidate, host)) process.cutBy ??= origin;
  // It stays loaded, module or not: what it brings is in scope.
  if (same && !same.addsModule) return provide(candidate, origin, process, host);
  process.addModule(as.state, origin);
  const path = candidate.evidence?.go?.pluginPath;
  if (as.state === 'good') {
    if (path && !process.pluginPaths.has(path)) process.pluginPaths.set(path, origin);
    for (const component of candidate.components)
      if (!process.components.has(component)) process.components.set(component, origin);
  }
  return provide(candidate, origin, process, host);
}
