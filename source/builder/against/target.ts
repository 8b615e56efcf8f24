import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PlaceError, reason } from '../../catalog/discovery.js';
import { openHost } from '../../catalog/host.js';
import type { Evidence } from '../../evidence/evidence.js';
import type { Manifest } from '../../manifest/manifest.js';
import { readFound, readManifest } from '../../manifest/readManifest.js';
import {
  DISTRIBUTION_FILE,
  type Distribution,
  DistributionError,
  type DistributionList,
  parseDistribution,
  type ReplacedModule,
} from '../../trust/distribution.js';
import { PROFILE_SUFFIX } from '../hostProfile.js';
import { fileHash } from '../inputs.js';

/** A Collector that is there already, as far as a plugin that is added later must match it. */
export interface Target {
  /** `distribution.json` or a host profile: what it was read from. */
  readonly file: string;
  /** `otelcol-custom 1.2.0`. */
  readonly title: string;
  readonly name: string;
  readonly version: string;
  readonly manifest: Manifest;
  /** Modules of the Collector that a `replace` stands in for, by path. */
  readonly replaced: ReadonlyMap<string, ReplacedModule>;
  /** The ocx that built it; null where that is not said. */
  readonly ocx: string | null;
  /** Absolute. Its binary or its profile: what a plugin is judged against once it is built; null when neither is there. */
  readonly judge: string | null;
  /** Absolute. Its binary, which can open a plugin; null when it is not there. */
  readonly binary: string | null;
  /** Text of its component descriptors; null when they are not known. */
  readonly descriptors: string | null;
}

/** More than any distribution has: 32 MiB. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * Reads what plugins must match: a `distribution.json`, or a host profile.
 * @throws PlaceError when it is neither, is of a Collector that no plugin can be added to, or when a file beside it is not
 * the one it speaks of.
 */
export function readTarget(file: string): Target {
  let text: string;
  try {
    if (statSync(file).isDirectory()) return readTarget(join(file, DISTRIBUTION_FILE));
    if (statSync(file).size > MAX_BYTES) throw new PlaceError(`${file} is too large for a distribution.json or a host profile`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof PlaceError) throw error;
    throw new PlaceError(`--against ${file}: ${reason(error)}`);
  }
  const value = parsed(text);
  return value !== null && 'artifacts' in value ? ofDistribution(file, text, value) : ofProfile(file);
}

function ofDistribution(file: string, json: string, value: Readonly<Record<string, unknown>>): Target {
  if (value.format_version !== 1)
    throw new PlaceError(`${file} has format_version ${JSON.stringify(value.format_version)}, this ocx knows 1: update ocx`);
  const { collector, build } = value as Partial<Distribution>;
  if (typeof collector !== 'object' || collector === null)
    throw new PlaceError(
      value.against
        ? `${file} has plugins and no Collector: name the distribution that they were built against`
        : `${file} does not say what a plugin must match: it is of an earlier ocx. Take a profile of its Collector: ocx collector profile`,
    );
  const { manifest, faults } = readManifest(JSON.stringify(collector.manifest ?? null));
  const [fault] = faults;
  if (!manifest) throw new PlaceError(`${file}: collector.manifest ${fault ? `${fault.field} ${fault.problem}` : 'is none'}`);
  const replaced = replacedOf(file, collector.replaced, 'collector.replaced');
  refuseForeign(file, manifest);
  const { name, version, artifacts, files } = listIn(file, json);
  const artifact = artifacts.find(({ kind }) => kind === 'collector');
  const beside = dirname(file);
  const published = [...artifacts, ...files];
  const there = (path: string): string | null => {
    const entry = published.find((one) => one.path === path);
    const found = entry && /^[^/\\]+$/.test(path) ? fileHash(join(beside, path)) : null;
    if (found === null) return null;
    if (found !== entry?.sha256) throw new PlaceError(`${join(beside, path)} is not the file that ${file} speaks of`);
    // It is run from the folder of the sources.
    return resolve(beside, path);
  };
  const binary = artifact ? there(artifact.path) : null;
  const judge = binary ?? (artifact ? there(`${artifact.path}${PROFILE_SUFFIX}`) : null);
  return {
    file,
    ...titled(name || manifest.name || 'the Collector', version || (manifest.version ?? '')),
    manifest,
    replaced: new Map(replaced.map((one) => [one.module, one])),
    // It is named in a command to paste.
    ocx: /^\d[\w.+-]*$/.test(text(build?.ocx)) ? text(build?.ocx) : null,
    judge,
    binary,
    descriptors: judge === null ? null : descriptorsOf(judge),
  };
}

/** @throws PlaceError naming the field that is wrong. */
function listIn(file: string, json: string): DistributionList {
  try {
    return parseDistribution(json);
  } catch (error) {
    if (error instanceof DistributionError) throw new PlaceError(`${file}: ${error.message}`);
    throw error;
  }
}

function ofProfile(file: string): Target {
  const { record, close } = hostIn(file);
  close();
  if (record.form !== 'profile')
    throw new PlaceError(
      `${file} is no distribution.json and no host profile; make one: ocx collector profile ${file} -o host.json`,
    );
  if (record.cannotLoad !== null) throw new PlaceError(`${file}: this Collector can load no Go plugin: ${record.cannotLoad}`);
  const manifest = readFound(record.evidence.manifest.found)?.manifest;
  if (!manifest)
    throw new PlaceError(
      `${file}: the program carries no manifest, so it is no Collector of ocx build: nothing tells what to match`,
    );
  refuseForeign(file, manifest);
  return {
    file,
    ...titled(manifest.name ?? record.title, manifest.version ?? ''),
    manifest,
    replaced: new Map(replacedOf(file, replacedIn(record.evidence), 'replaced module').map((one) => [one.module, one])),
    ocx: null,
    judge: resolve(file),
    binary: null,
    descriptors: record.evidence.manifest.descriptors?.text ?? null,
  };
}

/** @throws PlaceError that says what was looked for. */
function hostIn(file: string) {
  try {
    return openHost(file);
  } catch (error) {
    if (!(error instanceof PlaceError)) throw error;
    throw new PlaceError(`--against wants a distribution.json or a host profile: ${error.message.replace(/^host /, '')}`);
  }
}

/** The forms of golang.org/x/mod/module: what is written into go.mod must not be able to say more than a module and its version. */
const MODULE = /^[\w.~-]+(\/[\w.~-]+)*$/;
const VERSION = /^v[\w.+-]+$/;

/** @throws PlaceError for a name or version that is none. */
function refuseForeign(file: string, { dependency_versions: versions = {} }: Manifest): void {
  for (const [module, version] of Object.entries(versions))
    if (!MODULE.test(module) || !VERSION.test(version))
      throw new PlaceError(`${file}: ${JSON.stringify(`${module} ${version}`)} is no module and its version`);
}

/** @throws PlaceError naming the entry that is none; of a profile as of a `distribution.json`: either may be a stranger's. */
function replacedOf(file: string, value: unknown, title: string): ReplacedModule[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  const isModule = (one: unknown): one is { module: string; version: string } =>
    typeof one === 'object' &&
    one !== null &&
    'module' in one &&
    'version' in one &&
    MODULE.test(text(one.module)) &&
    VERSION.test(text(one.version));
  return entries.map((entry, index) => {
    const by = typeof entry === 'object' && entry !== null && 'by' in entry ? entry.by : undefined;
    if (!isModule(entry) || !(by === null || isModule(by)))
      throw new PlaceError(`${file}: ${title}[${index}] is no module and what stands in for it`);
    return { module: entry.module, version: entry.version, by };
  });
}

/** Build info has of each module what go.mod requires, and what stands in for it. */
function replacedIn({ go }: Evidence): ReplacedModule[] {
  return (go?.buildInfo?.deps ?? []).flatMap(({ path, version, replace }): ReplacedModule[] => {
    if (replace === null) return [];
    const folder = replace.version === '' || replace.version === '(devel)';
    return [{ module: path, version, by: folder ? null : { module: replace.path, version: replace.version } }];
  });
}

function descriptorsOf(host: string): string | null {
  const { record, close } = openHost(host);
  close();
  return record.evidence.manifest.descriptors?.text ?? null;
}

function titled(name: string, version: string) {
  return { name, version, title: version === '' ? name : `${name} ${version}` };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function parsed(json: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null; // A gzipped profile, or a program: whoever opens it says what it is.
  }
}
