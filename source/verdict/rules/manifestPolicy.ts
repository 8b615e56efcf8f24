import { type BuildFacts, factsOfBytes, factsOfManifest, factsOfRustAcceptance } from '../../manifest/buildFacts.js';
import { contradictions } from '../../manifest/claim.js';
import { type Difference, differences } from '../../manifest/differences.js';
import type { Manifest } from '../../manifest/manifest.js';
import { goPlatformOf } from '../../manifest/normalise.js';
import { buildCommand } from '../buildCommand.js';
import { type Context, checked, NOTHING, notChecked, type Rule, together } from '../context.js';
import { count, finding } from '../finding.js';
import type { Finding } from '../judgement.js';

/** The manifest is there, valid and embedded. Applies only where the host has one to hold it against. */
export const manifestPresent: Rule = ({ plugin, manifest, host }) => {
  const { found, others } = plugin.manifest;
  const asked = host?.manifest?.manifest ? 'refused' : 'note';
  if (!found || !manifest) {
    if (asked === 'note') return NOTHING;
    return checked('manifest', [
      finding('OCX0601', {
        subject: 'manifest',
        plugin: 'none',
        host: 'carries one',
        evidence: 'note OTelCol, symbol collector_plugin_manifest, section .otelcol.manifest, sidecar: none there',
        message: 'no manifest, and the host refuses plugins without one',
        fix: 'embed a manifest when you build: an ELF note OTelCol of type 1 (docs/manifest.md)',
      }),
    ]);
  }
  const where = carrierText(found.carrier, found.offset);
  const findings: Finding[] = manifest.faults.map(({ field, problem, value }) =>
    finding('OCX0603', {
      subject: field === '' ? 'manifest' : field,
      plugin: value ?? 'missing',
      evidence: where + (field === '' ? '' : `, field ${field}`),
      message: `manifest: ${field === '' ? 'the text' : field} ${problem}`,
      fix: 'write the manifest as spec/manifest.schema.json says, and build again',
    }),
  );
  if (found.carrier === 'sidecar') {
    findings.push(
      finding('OCX0604', {
        subject: 'manifest',
        plugin: 'sidecar',
        evidence: where,
        message: 'the manifest lies beside the file, not in it: nothing ties it to these bytes',
        fix: 'embed it as an ELF note when you build (docs/manifest.md)',
      }),
    );
  }
  // The same manifest as a note and as the RFC's symbol is how Rust plugins are built; two notes, or two texts, are not.
  if (others.some(({ carrier, text }) => carrier === found.carrier || text !== found.text)) {
    findings.push(
      finding('OCX0605', {
        subject: 'manifest',
        plugin: count(others.length + 1, 'manifest'),
        evidence: [found, ...others].map(({ carrier, offset }) => carrierText(carrier, offset)).join('; '),
        message: `${count(others.length + 1, 'manifest')} in one file: the first counts (${where})`,
        fix: 'link one manifest only',
      }),
    );
  }
  return checked('manifest', findings);
};

/** Where a manifest was found, in words: `note OTelCol at 0x270`. */
export function carrierText(carrier: string, offset: number): string {
  const at = `at 0x${offset.toString(16)}`;
  if (carrier === 'note') return `note OTelCol ${at}`;
  if (carrier === 'symbol') return `symbol collector_plugin_manifest ${at}`;
  if (carrier === 'section') return `section .otelcol.manifest ${at}`;
  return 'sidecar file';
}

/** What the manifest claims, held against the bytes. */
export const claim: Rule = ({ plugin, manifest }) => {
  if (!manifest?.manifest || !plugin.manifest.found) return NOTHING;
  const { carrier, offset } = plugin.manifest.found;
  const found = contradictions(manifest.manifest, plugin).map(({ field, item, claimed, bytes, source }) =>
    finding('OCX0602', {
      subject: item ?? field,
      plugin: claimed,
      host: null,
      evidence: `${carrierText(carrier, offset)}, field ${field}; ${source}`,
      message: `manifest claims ${field}${item === null || item.startsWith('-') ? '' : ` of ${item}`} ${claimed}, the ${source} says ${bytes}`,
      fix: 'build again, so that the manifest and the code come from one run',
      items: [
        { subject: `manifest ${item ?? field}`, plugin: claimed, host: null },
        { subject: source, plugin: bytes, host: null },
      ],
    }),
  );
  const bytes = factsOfBytes(plugin);
  const unrecorded = [bytes?.toolchain ? null : 'the toolchain', bytes?.dependencies ? null : 'the dependencies'].filter(
    (claimed) => claimed !== null,
  );
  const what = checked('manifest against the bytes', found);
  return unrecorded.length === 0
    ? what
    : together(what, notChecked(`${unrecorded.join(' and ')} that the manifest claims: the file records none`));
};

/** Policy `exact`: how plugin and host were built, by their manifests. */
export const exact: Rule = (context) => {
  const { manifest, host } = context;
  const mine = manifest?.manifest;
  const theirs = host?.manifest?.manifest;
  if (!mine || !theirs) return NOTHING;
  if (mine.language === 'rust') return rust(context, mine, theirs);
  const wanted = factsOfManifest(theirs);
  const found = differences(factsOfManifest(mine), wanted);
  return checked('manifest against the host', policyFindings(context, wanted, found));
};

function rust(context: Context, mine: Manifest, theirs: Manifest) {
  const accepts = theirs.accepts?.rust;
  if (!accepts) {
    return checked('manifest against the host', [
      finding('OCX0701', {
        subject: 'accepts.rust',
        plugin: 'rust',
        host: 'not in its manifest',
        evidence: 'manifest of the host',
        message: 'the host takes no Rust plugins',
        fix: 'load it with a Collector that was built with a Rust plugin host',
      }),
    ]);
  }
  const wanted = factsOfRustAcceptance(accepts, theirs);
  const found = differences(factsOfManifest(mine), wanted);
  return together(checked('manifest against what the host accepts', policyFindings(context, wanted, found)));
}

const CODES: Readonly<Record<Exclude<Difference['kind'], 'build time' | 'dependency'>, string>> = {
  language: 'OCX0807',
  toolchain: 'OCX0801',
  profile: 'OCX0805',
  flags: 'OCX0802',
  target: 'OCX0803',
  goamd64: 'OCX0804',
  abi: 'OCX0702',
};

function policyFindings({ plugin, manifest }: Context, host: BuildFacts, found: readonly Difference[]): Finding[] {
  const carrier = plugin.manifest.found;
  const where = carrier ? carrierText(carrier.carrier, carrier.offset) : 'manifest';
  const result: Finding[] = [];
  for (const { kind, name, decides, plugin: mine, host: theirs } of found) {
    if (!decides || kind === 'dependency' || kind === 'build time') continue;
    result.push(
      finding(CODES[kind], {
        subject: name,
        plugin: mine,
        host: theirs,
        evidence: `${where}, field ${name}`,
        message: `${label(kind)} ${mine}, host ${kind === 'flags' ? 'has' : 'is'} ${theirs}`
          .replace('host is go1', 'host go1')
          .replace('host is rustc', 'host rustc'),
        fix: fixFor(kind, theirs, host),
      }),
    );
  }
  const dependencies = found.filter(({ kind, decides }) => kind === 'dependency' && decides);
  const [first] = dependencies;
  if (first) {
    const isRust = manifest?.manifest?.language === 'rust';
    const noun = isRust ? 'crate' : 'module';
    const version = (text: string | null) => text?.split(' ')[0] ?? 'none';
    const versions = `${version(first.plugin)}, host has ${version(first.host)}`;
    const sameVersion = version(first.plugin) === version(first.host);
    result.push(
      finding(isRust ? 'OCX0703' : 'OCX0806', {
        subject: first.name,
        plugin: first.plugin,
        host: first.host,
        evidence: `${where}, field dependency_hashes`,
        message: `${dependencies.length === 1 ? `${noun} ${first.name}` : `${count(dependencies.length, noun)} differ, first ${first.name}`} ${
          sameVersion ? `${versions.split(',')[0]} with another hash than the host's` : versions
        }`,
        fix: isRust
          ? `cargo update -p ${first.name} --precise ${version(first.host)} && ${buildCommand(host)}`
          : `go get ${dependencies.map(({ name, host }) => `${name}@${version(host)}`).join(' ')} && go mod tidy && ${buildCommand(host)}`,
        items: dependencies.map(({ name, plugin: mine, host }) => ({ subject: name, plugin: mine, host })),
      }),
    );
  }
  return result;
}

function label(kind: Difference['kind']): string {
  if (kind === 'flags') return 'build flags';
  if (kind === 'goamd64') return 'GOAMD64';
  if (kind === 'abi') return 'ABI version';
  return kind === 'profile' ? 'build profile' : kind;
}

function fixFor(kind: Difference['kind'], wanted: string | null, host: BuildFacts): string {
  if (kind === 'toolchain' || kind === 'flags' || kind === 'goamd64') return buildCommand(host);
  if (kind === 'target') return host.language === 'rust' ? buildCommand(host) : `${goEnvironment(wanted)}${buildCommand(host)}`;
  if (kind === 'abi') return `no fix from here: build it against ABI version ${wanted}`;
  return `build with ${kind === 'profile' ? `profile ${wanted}` : `${kind} ${wanted}`}`;
}

/** `GOOS=linux GOARCH=arm64 ` for a triple Go has a name for. */
function goEnvironment(target: string | null): string {
  const [os, arch] = (target ? goPlatformOf(target) : null)?.split('/') ?? [];
  return os && arch ? `GOOS=${os} GOARCH=${arch} ` : '';
}

/** A host without a usable manifest is compared by build info, and that is said. */
export const hostManifest: Rule = ({ host }) => {
  if (!host) return NOTHING;
  if (!host.manifest) {
    return {
      ...NOTHING,
      findings: [
        finding('OCX0606', {
          subject: 'host',
          host: 'no manifest',
          evidence: 'the host file',
          message: 'the host carries no manifest: compared by build info, nothing is refused by policy',
        }),
      ],
    };
  }
  return {
    ...NOTHING,
    findings: host.manifest.faults.slice(0, 1).map(({ field, problem, value }) =>
      finding('OCX0607', {
        subject: field === '' ? 'manifest' : field,
        host: value ?? 'missing',
        evidence: 'manifest of the host',
        message: `the host's manifest: ${field === '' ? 'the text' : field} ${problem}; compared by build info instead`,
        fix: 'build the host again with a valid manifest',
      }),
    ),
  };
};
