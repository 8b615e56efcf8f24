import { type BuildFacts, factsOfManifest, factsOfRustAcceptance } from '../../manifest/buildFacts.js';
import { carrierText } from '../../manifest/carrierText.js';
import { type Difference, differences } from '../../manifest/differences.js';
import type { Manifest } from '../../manifest/manifest.js';
import { goPlatformOf } from '../../manifest/normalise.js';
import { buildCommand } from '../buildCommand.js';
import { type Context, checked, NOTHING, type Rule } from '../context.js';
import { count, finding } from '../finding.js';
import type { Finding } from '../judgement.js';

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
  return checked('manifest against what the host accepts', policyFindings(context, wanted, found));
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
