import type { Evidence } from '../evidence/evidence.js';
import { readFound } from '../manifest/readManifest.js';
import {
  type Before,
  type Context,
  type Host,
  type Libraries,
  NOTHING,
  NOTHING_BEFORE,
  type Rule,
  type Ruling,
  together,
} from './context.js';
import { byDecision, finding } from './finding.js';
import type { Finding, Judgement, Load, Policy, Verdict } from './judgement.js';
import { claim } from './rules/claim.js';
import { entrySymbol } from './rules/entrySymbol.js';
import { environment } from './rules/environment.js';
import { exact } from './rules/exactPolicy.js';
import { complete, elfHeader, format, muslMachine, readable, sharedObject } from './rules/file.js';
import { hostExportsHashes, hostHasCgo, moduleLinked, packageHashTable, runtimeLayout } from './rules/goRuntime.js';
import { hostManifest } from './rules/hostManifest.js';
import { linker } from './rules/linker/linker.js';
import { linkHashes } from './rules/linkHashes.js';
import { faultsAt, runtimeFaults } from './rules/loadFaults.js';
import { manifestPresent } from './rules/manifestPresent.js';
import { namesByHash } from './rules/namesByHash.js';

/** In the order in which the real loader would meet them: the first that decides is what happens. */
const LOAD_RULES: readonly Rule[] = [
  hostHasCgo,
  format,
  elfHeader,
  complete,
  muslMachine,
  sharedObject,
  (context) => faultsAt('mapping', context),
  linker,
  namesByHash,
  hostExportsHashes,
  packageHashTable,
  moduleLinked,
  runtimeLayout,
  (context) => runtimeFaults('module list', context),
  linkHashes,
  (context) => runtimeFaults('module', context),
  entrySymbol,
];
/** After these nothing in the file can be taken at its word, so no further reasons are looked for. */
const STOPS_AT = new Set(['OCX0102', 'OCX0112', 'OCX0104', 'OCX0105', 'OCX0106', 'OCX0107']);

const POLICY_RULES: readonly Rule[] = [hostManifest, manifestPresent, claim, exact, environment];

/** Said with every `loads`: opening runs the plugin's init functions, and no file tells what they do. */
const INIT_FUNCTIONS = 'what init functions do when they run';

/** What is still not checked of a plugin that was opened: it has shown what its init functions do. */
export function afterOpening(notChecked: readonly string[]): readonly string[] {
  return notChecked.filter((what) => what !== INIT_FUNCTIONS);
}

/**
 * Judges one plugin against one host from evidence alone.
 *
 * @param entryNames what the host looks up in a Go plugin, where its user says so; null: the RFC's names.
 * @returns `load` is what opening would do; `policy` is what the manifests say (policy `exact`).
 */
export function judge(
  plugin: Evidence,
  host: Host | null,
  libraries: Libraries,
  before: Before = NOTHING_BEFORE,
  entryNames: readonly string[] | null = null,
): Judgement {
  const manifest = readFound(plugin.manifest.found);
  const context: Context = { plugin, manifest, opener: openerOf(plugin, entryNames), host, libraries, before, entryNames };
  const load = runInOrder(LOAD_RULES, context);
  // Of a cut file, or one whose header is refused, it follows that more can't be read: that is no further reason.
  const stopped = load.findings.some(({ code }) => STOPS_AT.has(code));
  const problems = stopped ? NOTHING : readable(context);
  if (plugin.object.format !== 'elf') return judgementOf(together(load, problems), NOTHING, false);
  const policy = together(...POLICY_RULES.map((rule) => rule(context)));
  return judgementOf(together(load, host ? NOTHING : hostMissing, problems), policy, policyApplies(host));
}

/** Judges what could not be read as an object file at all. */
export function judgeUnreadable(findings: readonly Finding[]): Judgement {
  return judgementOf({ ...NOTHING, findings, checked: ['file format'] }, NOTHING, false);
}

/**
 * How a host would open the file: Go files and those that claim to be Go go to `plugin.Open`, others to `dlopen`.
 * @param entryNames what the host looks up in Go plugins, where its user says so: such a host has `plugin.Open` alone.
 */
export function openerOf({ go, manifest }: Evidence, entryNames: readonly string[] | null): Context['opener'] {
  if (go || entryNames !== null) return 'plugin.Open';
  return readFound(manifest.found)?.manifest?.language === 'go' ? 'plugin.Open' : 'dlopen';
}

const hostMissing: Ruling = {
  findings: [
    finding('OCX0401', {
      subject: 'host',
      evidence: 'no --collector, no OCX_COLLECTOR, none in or beside the directory',
      message: 'no host given',
      fix: 'name the Collector: --collector FILE',
    }),
  ],
  checked: [],
  notChecked: ['everything that depends on the host'],
};

function runInOrder(rules: readonly Rule[], context: Context): Ruling {
  const rulings: Ruling[] = [];
  for (const rule of rules) {
    const ruling = rule(context);
    rulings.push(ruling);
    if (ruling.findings.some(({ code }) => STOPS_AT.has(code))) break;
  }
  return together(...rulings);
}

function policyApplies(host: Host | null): boolean {
  return host?.manifest?.manifest != null;
}

function judgementOf(load: Ruling, policy: Ruling, applies: boolean): Judgement {
  const loadResult = loadOf(load.findings);
  const policyResult: Policy = !applies
    ? 'none'
    : policy.findings.some(({ severity }) => severity === 'refused')
      ? 'refused'
      : 'ok';
  // Without a host manifest no claim is refused: it is shown, and decides nothing.
  const policyFindings = applies
    ? policy.findings
    : policy.findings.map((f): Finding => (f.severity === 'refused' ? { ...f, severity: 'warning' } : f));
  return {
    verdict: verdictOf(loadResult, policyResult),
    load: loadResult,
    policy: policyResult,
    checked: [...load.checked, ...policy.checked],
    notChecked: [...load.notChecked, ...policy.notChecked, ...(loadResult === 'loads' ? [INIT_FUNCTIONS] : [])],
    findings: byDecision([...load.findings, ...policyFindings], loadResult),
  };
}

/**
 * The first finding that decides, in loader order. Behind an `unknown` a failure is still a failure, whichever comes
 * first; but a crash behind it is not certain: the file may have been refused before.
 */
export function loadOf(findings: readonly Finding[]): Load {
  let [undecided, mayCrash] = [false, false];
  for (const { code, severity } of findings) {
    if (severity === 'fails') return 'fails';
    if (severity === 'crashes') return undecided ? 'unknown' : 'crashes';
    // Zeros where bytes were can crash it, or nothing: what crashes behind them crashes either way.
    if (severity === 'unknown' && code === 'OCX0111') mayCrash = true;
    else if (severity === 'unknown') undecided = true;
  }
  return undecided || mayCrash ? 'unknown' : 'loads';
}

export function verdictOf(load: Load, policy: Policy): Verdict {
  if (load === 'crashes' || load === 'fails') return load;
  return policy === 'refused' ? 'refused' : load;
}
