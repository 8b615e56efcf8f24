import type { Evidence } from '../evidence/evidence.js';
import { type BuildFacts, factsOfBytes, factsOfManifest, factsOfRustAcceptance } from '../manifest/buildFacts.js';
import { carrierText } from '../manifest/carrierText.js';
import { contradictions } from '../manifest/claim.js';
import type { ComparisonRow, ComparisonSign } from '../manifest/comparison.js';
import { type Difference, differences } from '../manifest/differences.js';
import { type ManifestReading, readFound } from '../manifest/readManifest.js';
import type { Host } from '../verdict/context.js';
import type { Judgement } from '../verdict/judgement.js';

const ORDER: readonly ComparisonSign[] = ['x', '!', '?', '-', '~', '=', ' '];

/**
 * Plugin beside host, row by row: manifests where both have one, else what the bytes of each say.
 * Sorted `x ! ? - ~ =`, then what is there for information.
 */
export function compareWithHost(plugin: Evidence, host: Host | null, judgement: Judgement): ComparisonRow[] {
  const manifest = readFound(plugin.manifest.found);
  const pair = sides(plugin, manifest, host);
  const rows =
    pair.plugin && pair.host ? differences(pair.plugin, pair.host).map((d) => rowOf(d, judgement)) : alone(pair.plugin);
  const sorted = [...rows, ...claims(plugin, manifest), ...faults(manifest)].sort(
    (a, b) => ORDER.indexOf(a.sign) - ORDER.indexOf(b.sign),
  );
  return [...sorted, ...about(plugin, host, pair)];
}

interface Sides {
  readonly plugin: BuildFacts | null;
  readonly host: BuildFacts | null;
}

function sides(plugin: Evidence, reading: ManifestReading | null, host: Host | null): Sides {
  const bytes = factsOfBytes(plugin);
  const claim = reading?.manifest ? factsOfManifest(reading.manifest) : null;
  const hostManifest = host?.manifest?.manifest ?? null;
  const language = claim?.language ?? bytes?.language;
  if (!host) return { plugin: claim ?? bytes, host: null };
  if (language === 'rust') {
    const accepts = hostManifest?.accepts?.rust;
    return { plugin: claim ?? bytes, host: hostManifest && accepts ? factsOfRustAcceptance(accepts, hostManifest) : null };
  }
  // Two manifests, or two build infos: like is compared with like, so that a field one kind can't have is no difference.
  if (hostManifest && claim) return { plugin: claim, host: factsOfManifest(hostManifest) };
  const hostBytes = factsOfBytes(host.evidence);
  return { plugin: bytes ?? claim, host: hostBytes ?? (hostManifest ? factsOfManifest(hostManifest) : null) };
}

function rowOf({ kind, name, state, decides, plugin, host }: Difference, judgement: Judgement): ComparisonRow {
  const group = kind === 'dependency' ? 'dependency' : 'field';
  const sign = (): ComparisonSign => {
    if (state === 'same') return '=';
    if (state !== 'differs') return '?';
    if (decidesLoad(kind, name, judgement)) return 'x';
    return decides && judgement.policy !== 'none' ? '-' : '~';
  };
  return { sign: sign(), group, name, plugin, host };
}

/** Whether this difference is among the causes of a load failure, and not only of a refusal. */
function decidesLoad(kind: Difference['kind'], name: string, { findings }: Judgement): boolean {
  const hashes = findings.find(({ code }) => code === 'OCX0410');
  if (kind === 'dependency')
    return hashes?.items.some(({ subject }) => subject === name || subject.startsWith(`${name}/`)) ?? false;
  const standardLibrary = hashes?.items.some(({ subject }) => !(subject.split('/')[0] ?? '').includes('.')) ?? false;
  if (kind === 'flags') return standardLibrary;
  if (kind === 'toolchain') return standardLibrary || findings.some(({ code }) => code === 'OCX0302');
  return kind === 'target' && findings.some(({ code }) => code === 'OCX0106');
}

/** Without a host there is nothing to compare with: what the plugin says stands alone. */
function alone(plugin: BuildFacts | null): ComparisonRow[] {
  if (!plugin) return [];
  const empty: BuildFacts = {
    ...plugin,
    language: null,
    toolchain: null,
    profile: null,
    flags: null,
    target: null,
    goamd64: null,
    abiVersion: null,
    buildTime: null,
  };
  return differences(plugin, { ...empty, dependencies: new Map() }).map(({ kind, name, plugin: value }) => ({
    sign: ' ',
    group: kind === 'dependency' ? 'dependency' : 'field',
    name,
    plugin: value,
    host: null,
  }));
}

function claims(plugin: Evidence, reading: ManifestReading | null): ComparisonRow[] {
  if (!reading?.manifest) return [];
  return contradictions(reading.manifest, plugin).map(({ field, item, claimed, bytes, source }) => ({
    sign: '!',
    group: 'claim',
    name: item === null ? field : `${field}: ${item}`,
    plugin: `claims ${claimed}; ${source} says ${bytes}`,
    host: null,
  }));
}

function faults(reading: ManifestReading | null): ComparisonRow[] {
  return (reading?.faults ?? []).map(({ field, problem, value }) => ({
    sign: '!',
    group: 'claim',
    name: field === '' ? 'manifest' : field,
    plugin: value === null ? problem : `${problem}: ${value}`,
    host: null,
  }));
}

function about(plugin: Evidence, host: Host | null, pair: Sides): ComparisonRow[] {
  const carrier = ({ manifest }: Evidence) =>
    manifest.found
      ? `${carrierText(manifest.found.carrier, manifest.found.offset)}, ${manifest.found.size.toLocaleString('en')} bytes`
      : 'no manifest';
  const rows: ComparisonRow[] = [
    { sign: ' ', group: 'about', name: 'carrier', plugin: carrier(plugin), host: host ? carrier(host.evidence) : null },
  ];
  if (pair.plugin?.source !== 'manifest') {
    rows.push({
      sign: ' ',
      group: 'about',
      name: 'compared by',
      plugin: pair.plugin?.source ?? 'nothing: no build info',
      host: pair.host?.source ?? null,
    });
  }
  return rows;
}
