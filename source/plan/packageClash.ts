import { shortModule } from '../verdict/causes/moduleNames.js';
import { count, finding } from '../verdict/finding.js';
import type { Finding } from '../verdict/judgement.js';
import { openMessage } from '../verdict/rules/linkHashes.js';
import { quoted } from '../verdict/shellWord.js';
import type { Candidate, PlanHost } from './candidate.js';
import { moduleOf } from './moduleOf.js';
import type { Origin, Process, Provider } from './process.js';

/** A package that somebody before brought in another version. */
interface Clash {
  readonly package: string;
  readonly hash: string;
  readonly offset: number;
  /** Place in the plugin's table, which is the order of the runtime's check. */
  readonly index: number;
  readonly by: Provider;
  /** Whoever comes first in scope, their hash is another. */
  readonly certain: boolean;
}

export interface PackageClashes {
  readonly findings: readonly Finding[];
  /** Places in the order of those who came first. */
  readonly brokenBy: readonly number[];
  /** Place in the table of the first package that certainly differs; null where none does. */
  readonly firstIndex: number | null;
}

/**
 * Packages the host lacks are bound to the first plugin that brought them (glibc elf/dl-lookup.c: the global scope, which RTLD_GLOBAL
 * appends to), and compared like the host's (runtime/plugin.go: lastmoduleinit).
 */
export function packageClashes(candidate: Candidate, process: Process, host: PlanHost): PackageClashes {
  const clashes = clashesOf(candidate, process, host);
  const certain = clashes.filter((clash) => clash.certain);
  const open = clashes.filter((clash) => !clash.certain);
  return {
    findings: [
      ...(certain.length > 0 ? [clashFinding('OCX0411', candidate, certain)] : []),
      ...(certain.length === 0 && open.length > 0 ? [clashFinding('OCX0412', candidate, open)] : []),
    ],
    brokenBy: [...new Set((certain.length > 0 ? certain : open).map(({ by }) => by.order))],
    firstIndex: certain[0]?.index ?? null,
  };
}

function clashesOf({ evidence }: Candidate, process: Process, host: PlanHost): Clash[] {
  if (process.packages.size === 0) return [];
  return (evidence?.go?.linkHashes ?? []).flatMap(({ package: name, hash, offset }, index): Clash[] => {
    const providers = process.packages.get(name);
    if (!providers || host.hashOf(name) !== null) return [];
    const by = providers.find((provider) => provider.hash !== hash);
    if (!by) return [];
    // If nobody is certain to have it, the plugin may meet its own, which matches.
    const certain = providers.every((provider) => provider.hash !== hash) && providers.some((provider) => provider.certain);
    return [{ package: name, hash, offset, index, by, certain }];
  });
}

function clashFinding(code: 'OCX0411' | 'OCX0412', candidate: Candidate, clashes: readonly Clash[]): Finding {
  const [first] = clashes;
  if (!first) throw new Error('a clash finding needs a clash');
  const { by } = first;
  const who = `${by.order}: ${by.candidate.name}`;
  const number = clashes.length === 1 ? `package ${first.package}` : count(clashes.length, 'package');
  const { what, fix } = explain(candidate, first);
  const fails = code === 'OCX0411';
  return finding(code, {
    subject: first.package,
    plugin: first.hash,
    host: first.by.hash,
    evidence: `link hash of ${first.package}, at 0x${first.offset.toString(16)}; the one of ${who}`,
    message: fails
      ? `plugin was built with another version of ${number} than ${who}, which comes first`
      : `plugin was built with another version of ${number} than ${who}, and whether that one gets in is unknown`,
    cause: `${aloneWords(candidate)}${fails ? 'fails' : 'may fail'} after ${by.order}: ${what} came first`,
    loaderMessage: openMessage(candidate.path, `plugin was built with a different version of package ${first.package}`),
    fix,
    items: clashes.map(({ package: subject, hash, by: { hash: theirs } }) => ({ subject, plugin: hash, host: theirs })),
  });
}

/** What makes a verdict of the plan worth a second look: alone it would be another. */
export function aloneWords({ alone }: Candidate): string {
  return alone.load === 'loads' ? 'loads alone; ' : '';
}

function explain(candidate: Candidate, { package: name, by }: Clash): { what: string; fix: string } {
  const mine = candidate.evidence && moduleOf(name, candidate.evidence);
  const theirs = by.candidate.evidence && moduleOf(name, by.candidate.evidence);
  if (mine && theirs && mine.version !== theirs.version) {
    return {
      what: `${shortModule(theirs.path)} ${theirs.version}`,
      fix: `build both from one go.mod: go get ${quoted(`${theirs.path}@${theirs.version}`)}`,
    };
  }
  return { what: `another build of ${shortModule(name)}`, fix: 'build the two from one go.mod, with the same flags' };
}

/** Adds what the host lacks to the scope. Gives the packages that nobody had before. */
export function provide({ evidence }: Candidate, origin: Origin, process: Process, host: PlanHost): string[] {
  return (evidence?.go?.linkHashes ?? []).flatMap(({ package: name, hash }) =>
    host.hashOf(name) === null && process.provide(name, { ...origin, hash }) ? [name] : [],
  );
}
