import { finding } from '../verdict/finding.js';
import type { Finding, Load } from '../verdict/judgement.js';
import { openMessage } from '../verdict/rules/linkHashes.js';
import type { Candidate, PlanHost } from './candidate.js';
import { aloneWords } from './packageClash.js';
import type { Origin, Process } from './process.js';
import { bringsNoModule } from './withoutModule.js';

/** What the loader does before it compares a hash, because of what is in the process already. */
export interface Outcome {
  readonly load: Load;
  readonly finding: Finding;
  readonly by: Origin;
  /** No module of its own gets into the runtime's list. */
  readonly addsModule: boolean;
}

/**
 * In the order of plugin/plugin_dlopen.go (open) and runtime/plugin.go (lastmoduleinit): the same real path is remembered; the same inode is the same
 * object for dlopen, so that the runtime looks at the last module of its list instead; a plugin path is open once. Null: none of it.
 */
export function sameModule(candidate: Candidate, process: Process, host: PlanHost): Outcome | null {
  return (
    remembered(candidate, process, host.opens === 'what loads') ??
    withoutModule(candidate, process, host) ??
    samePluginPath(candidate, process)
  );
}

/** For dlopen the same file is the same object, whatever its name: the ocx runtime refuses to have it register twice. Another host's affair is its own. */
export function sameLibrary(candidate: Candidate, process: Process, host: PlanHost): Outcome | null {
  const known = candidate.file && process.inodes.get(candidate.file.inode);
  if (!known || host.opens !== 'what loads') return null;
  return {
    load: 'fails',
    finding: already(candidate, known, `the same file as ${who(known)}`, 'the same file'),
    by: known,
    addsModule: false,
  };
}

function remembered(candidate: Candidate, process: Process, refusesSamePath: boolean): Outcome | null {
  const known = candidate.file && process.realPaths.get(candidate.file.realPath);
  if (!known) return null;
  const base = { by: known, addsModule: false };
  if (known.memory === 'stuck') return { ...base, load: 'crashes', finding: hangs(candidate, known) };
  const same = `the same file as ${who(known)}`;
  if (known.memory === 'failed') {
    const found = already(candidate, known, `${same}, which failed`, 'the same file failed');
    // Of a path that failed plugin.Open keeps the error.
    const loaderMessage = known.words && `plugin.Open(${JSON.stringify(candidate.path)}): ${known.words} (previous failure)`;
    return { ...base, load: 'fails', finding: { ...found, loaderMessage } };
  }
  if (refusesSamePath) return { ...base, load: 'fails', finding: already(candidate, known, same, 'the same file') };
  return {
    ...base,
    load: candidate.alone.load,
    finding: finding('OCX0307', {
      subject: known.candidate.name,
      plugin: candidate.name,
      host: who(known),
      evidence: 'real paths of both',
      message: `${same}: it is opened once, and its entry symbol is called twice`,
      fix: 'take one of the two away',
    }),
  };
}

function withoutModule(candidate: Candidate, process: Process, host: PlanHost): Outcome | null {
  const opened = candidate.file && process.inodes.get(candidate.file.inode);
  const needed = (candidate.file && process.libraryInodes.get(candidate.file.inode)) ?? null;
  const linked = opened ?? needed;
  const cut = process.cutBy;
  if (!linked && !cut && !bringsNoModule(candidate, host)) return null;
  const { tail, last } = process;
  if (tail === 'none' || last === null) return null; // Alone it is told.
  const { short, what } = linked
    ? opened
      ? { short: 'the same file', what: `the same file as ${who(linked)} under another name` }
      : { short: 'a library of it', what: `${who(linked)} needs it as a library, so that it is loaded` }
    : cut
      ? {
          short: 'its runtime layout broke the list',
          what: `${who(cut)} has another runtime layout and broke the list of modules`,
        }
      : { short: 'no module of its own', what: 'it has no module that the runtime finds' };
  const by = linked ?? cut ?? last;
  const base = { by, addsModule: false };
  if (tail === 'good') {
    return {
      ...base,
      load: 'fails',
      finding: already(candidate, by, `${what}, and the runtime finds ${who(last)} instead`, short),
    };
  }
  if (tail === 'unsure') {
    return {
      ...base,
      load: 'unknown',
      finding: unsure(candidate, by, `${what}, and what the runtime finds instead is unknown`, short),
    };
  }
  return {
    ...base,
    load: 'crashes',
    finding: finding('OCX0306', {
      subject: 'runtime.moduledata',
      plugin: candidate.name,
      host: who(last),
      evidence: linked ? 'inodes of both' : 'moduledata',
      message: `${what}, and the last module is the one of ${who(last)}, which failed: opening it kills the Collector`,
      cause: `${aloneWords(candidate)}crashes after ${last.order}: ${short}`,
      loaderMessage: 'fatal error: runtime: no plugin module data',
      fix: 'take one of the two away',
    }),
  };
}

function samePluginPath(candidate: Candidate, process: Process): Outcome | null {
  const path = candidate.evidence?.go?.pluginPath;
  const other = path ? process.pluginPaths.get(path) : undefined;
  if (!path || !other) return null;
  const words = `${who(other)} has the same plugin path`;
  const base = { by: other, addsModule: true };
  if (other.certain) return { ...base, load: 'fails', finding: already(candidate, other, words, 'the same plugin path') };
  const open = unsure(candidate, other, `${words}, and whether that one gets in is unknown`, 'the same plugin path');
  return { ...base, load: 'unknown', finding: open };
}

function hangs(candidate: Candidate, by: Origin): Finding {
  return finding('OCX0309', {
    subject: candidate.name,
    host: who(by),
    evidence: 'real paths of both; the exports of the plugin (ptab)',
    message: `the same file as ${who(by)}, which failed after its init functions ran: plugin.Open waits for ever`,
    cause: `${aloneWords(candidate)}hangs after ${by.order}: the same file`,
    fix: 'take one of the two away, and build it without -ldflags=-pluginpath',
  });
}

const who = ({ order, candidate }: Origin): string => `${order}: ${candidate.name}`;

function already(candidate: Candidate, by: Origin, because: string, short: string): Finding {
  return finding('OCX0305', {
    subject: candidate.evidence?.go?.pluginPath ?? candidate.name,
    plugin: candidate.name,
    host: who(by),
    evidence: 'plugin paths, real paths and inodes of both',
    message: `plugin already loaded: ${because}`,
    cause: `${aloneWords(candidate)}fails after ${by.order}: ${short}`,
    loaderMessage: candidate.opener === 'plugin.Open' ? openMessage(candidate.path, 'plugin already loaded') : null,
    fix: 'take one of the two away, or give their main packages different import paths',
  });
}

function unsure(candidate: Candidate, by: Origin, because: string, short: string): Finding {
  return finding('OCX0308', {
    subject: candidate.evidence?.go?.pluginPath ?? candidate.name,
    plugin: candidate.name,
    host: who(by),
    evidence: 'plugin paths, real paths and inodes of both',
    message: because,
    cause: `${aloneWords(candidate)}may fail after ${by.order}: ${short}`,
    fix: 'take one of the two away',
  });
}
