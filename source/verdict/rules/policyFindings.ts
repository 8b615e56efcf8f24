import { type BuildFacts, factsOfManifest } from '../../manifest/buildFacts.js';
import { carrierText } from '../../manifest/carrierText.js';
import type { Difference } from '../../manifest/differences.js';
import type { Manifest } from '../../manifest/manifest.js';
import { goPlatformOf } from '../../manifest/normalise.js';
import { isOfRustc } from '../../manifest/ofRustc.js';
import { buildCommand } from '../buildCommand.js';
import type { Context } from '../context.js';
import { count, finding } from '../finding.js';
import type { Finding } from '../judgement.js';
import { ocxBuildFix, ocxBuildOf } from '../ocxBuild.js';
import { quoted } from '../shellWord.js';

const CODES: Readonly<Record<Exclude<Difference['kind'], 'build time' | 'dependency'>, string>> = {
  language: 'OCX0807',
  toolchain: 'OCX0801',
  profile: 'OCX0805',
  flags: 'OCX0802',
  target: 'OCX0803',
  goamd64: 'OCX0804',
  abi: 'OCX0702',
};

/** A finding for each field that decides, and one for all dependencies that do. */
export function policyFindings({ plugin, manifest }: Context, host: BuildFacts, found: readonly Difference[]): Finding[] {
  const carrier = plugin.manifest.found;
  const where = carrier ? carrierText(carrier.carrier, carrier.offset) : 'manifest';
  const result: Finding[] = [];
  const made = ocxBuildOf(plugin);
  const claimed = manifest?.manifest;
  const ocxBuild = made && claimed ? ocxBuildFix(made, factsOfManifest(claimed), host) : null;
  const foreign = otherLanguage(manifest?.manifest ?? null);
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
        fix: foreign && kind !== 'target' && kind !== 'abi' ? foreign : fixFor(kind, theirs, host, ocxBuild),
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
        fix:
          ocxBuild ??
          (isRust
            ? crateFix(first, version(first.host), host)
            : `go get ${dependencies.map(({ name, host }) => quoted(`${name}@${version(host)}`)).join(' ')} && go mod tidy && ${buildCommand(host)}`),
        items: dependencies.map(({ name, plugin: mine, host }) => ({ subject: name, plugin: mine, host })),
      }),
    );
  }
  return result;
}

/** What speaks the C ABI in another language than Rust can't be built as the host's Rust plugins are. */
function otherLanguage(mine: Manifest | null): string | null {
  if (mine?.language !== 'rust' || isOfRustc(mine)) return null;
  return 'it is not of rustc: choose policy abi, which takes what speaks the C ABI in any language';
}

/** A crate from a folder has no version to ask cargo for. */
function crateFix({ name, host: wanted }: Difference, version: string, host: BuildFacts): string {
  const [crate = name] = name.split('@');
  if (wanted?.includes('dir:')) return `build it with the folder of ${crate} that the host's own plugins were built with`;
  return `cargo update -p ${quoted(name)} --precise ${quoted(version)} && ${buildCommand(host)}`;
}

function label(kind: Difference['kind']): string {
  if (kind === 'flags') return 'build flags';
  if (kind === 'goamd64') return 'GOAMD64';
  if (kind === 'abi') return 'ABI version';
  return kind === 'profile' ? 'build profile' : kind;
}

/** @param ocxBuild what makes it fit, where `ocx build` made it. */
function fixFor(kind: Difference['kind'], wanted: string | null, host: BuildFacts, ocxBuild: string | null): string {
  if (kind === 'toolchain' || kind === 'flags' || kind === 'goamd64') return ocxBuild ?? buildCommand(host);
  if (kind === 'target' && ocxBuild !== null) return `${goEnvironment(wanted)}ocx build`;
  if (kind === 'profile' && ocxBuild !== null) return ocxBuild;
  if (kind === 'target') return host.language === 'rust' ? buildCommand(host) : `${goEnvironment(wanted)}${buildCommand(host)}`;
  if (kind === 'abi') return `no fix from here: build it against ABI version ${wanted}`;
  return `build with ${kind === 'profile' ? `profile ${wanted}` : `${kind} ${wanted}`}`;
}

/** `GOOS=linux GOARCH=arm64 ` for a triple Go has a name for. */
function goEnvironment(target: string | null): string {
  const [os, arch] = (target ? goPlatformOf(target) : null)?.split('/') ?? [];
  return os && arch ? `GOOS=${quoted(os)} GOARCH=${arch} ` : '';
}
