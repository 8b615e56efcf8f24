import { factsOfManifest, factsOfRustAcceptance } from '../../manifest/buildFacts.js';
import { carrierText } from '../../manifest/carrierText.js';
import { type Difference, differences } from '../../manifest/differences.js';
import type { Manifest, RustAcceptance } from '../../manifest/manifest.js';
import { type Context, checked, type Ruling } from '../context.js';
import { count, finding } from '../finding.js';
import type { Finding } from '../judgement.js';
import type { PolicyName } from '../policyName.js';
import { policyFindings } from './policyFindings.js';

/**
 * A Rust plugin against what the host accepts of them (`accepts.rust` of its manifest). Policy `exact` asks for the same
 * compiler, profile, flags, target and ABI version, and the same version of the crates that cross the boundary; `abi` for
 * the target and the ABI version alone: what the C ABI itself needs.
 */
export function rust(context: Context, mine: Manifest, theirs: Manifest): Ruling {
  const policy = context.host?.policy ?? 'exact';
  const accepts = theirs.accepts?.rust;
  const none = accepts ? sayLittle(accepts, policy) : takesNone;
  if (none || !accepts) return checked('manifest against the host', [none ?? takesNone]);
  const wanted = factsOfRustAcceptance(accepts, theirs);
  const all = differences(factsOfManifest(mine), wanted);
  const decide = all.map((each) => (policy === 'exact' || ABI_ALONE.has(each.kind) ? each : { ...each, decides: false }));
  const allowed = all.filter(({ decides }, index) => decides && decide[index]?.decides === false);
  const what =
    policy === 'abi'
      ? 'target and ABI version against what the host accepts (policy abi)'
      : 'manifest against what the host accepts';
  return checked(what, [
    ...policyFindings(context, wanted, decide),
    ...noAbiVersion(context, mine, accepts),
    ...(allowed.length > 0 ? [allows(context, allowed)] : []),
  ]);
}

/** What the C ABI itself depends on. */
const ABI_ALONE: ReadonlySet<Difference['kind']> = new Set(['language', 'target', 'abi']);

const takesNone: Finding = finding('OCX0701', {
  subject: 'accepts.rust',
  plugin: 'rust',
  host: 'not in its manifest',
  evidence: 'manifest of the host',
  message: 'the host takes no Rust plugins',
  fix: 'load it with a Collector that was built with a Rust plugin host',
});

/** A Collector that was built without a Rust plugin has the Rust host all the same, and says which ABI it speaks. */
function sayLittle({ toolchain_version, abi_version }: RustAcceptance, policy: PolicyName): Finding | null {
  if (policy === 'abi' || toolchain_version !== undefined) return null;
  return finding('OCX0701', {
    subject: 'accepts.rust',
    plugin: 'rust',
    host: abi_version === undefined ? 'says no compiler' : `ABI version ${abi_version} alone`,
    evidence: 'manifest of the host',
    message: 'the host does not say which compiler and crates it takes Rust plugins of: it was built without one',
    fix: 'build the host with a Rust plugin in its build file, or choose policy abi',
  });
}

/** It is optional in a manifest, since Go has none; of a Rust plugin it decides. */
function noAbiVersion({ plugin }: Context, mine: Manifest, accepts: RustAcceptance): Finding[] {
  if (mine.abi_version !== undefined || accepts.abi_version === undefined) return [];
  const { found } = plugin.manifest;
  return [
    finding('OCX0702', {
      subject: 'abi_version',
      plugin: 'missing',
      host: String(accepts.abi_version),
      evidence: `${found ? carrierText(found.carrier, found.offset) : 'manifest'}, field abi_version`,
      message: `its manifest does not say for which ABI version it was built, host is ${accepts.abi_version}`,
      fix: `write "abi_version": ${accepts.abi_version} into its manifest, if that is what it was built for`,
    }),
  ];
}

function allows({ plugin }: Context, allowed: readonly Difference[]): Finding {
  const { found } = plugin.manifest;
  const [first] = allowed;
  return finding('OCX0704', {
    subject: first?.name ?? '',
    plugin: first?.plugin ?? null,
    host: first?.host ?? null,
    evidence: found ? carrierText(found.carrier, found.offset) : 'manifest',
    message: `${count(allowed.length, 'difference')} that policy abi allows: ${allowed.map(({ name }) => name).join(', ')}`,
    items: allowed.map(({ name: subject, plugin: mine, host }) => ({ subject, plugin: mine, host })),
  });
}
