import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { PlaceError, reason } from '../catalog/discovery.js';
import { type CargoEntry, cargoEntry } from './cargo/entry.js';
import { COMPONENT_LISTS, refuseUnknown } from './fields.js';
import { IMAGE_ROLES, type ImageRole, imageFault } from './hermetic/images.js';
import {
  type ComponentEntry,
  components,
  type ModuleEntry,
  modules,
  newestOf,
  placeOfModule,
  refuseTwice,
} from './moduleEntries.js';
import { localReplacement, ocbFile } from './ocbFile.js';
import { type Field, Positions } from './positions.js';
import { isRecord, optional, record, required, textList } from './values.js';

/** One entry of `plugins:`, one `.so`: of Go components, or of a Rust package. */
export type PluginEntry = GoPluginEntry | RustPluginEntry;

interface AnyPluginEntry {
  readonly name: string;
  readonly version: string | null;
  readonly line: number;
}

export interface GoPluginEntry extends AnyPluginEntry {
  readonly language: 'go';
  readonly components: readonly ComponentEntry[];
}

export interface RustPluginEntry extends AnyPluginEntry {
  readonly language: 'rust';
  readonly cargo: CargoEntry;
}

/** The plugins that are Go: their components are modules of the one go.mod. */
export function goPlugins({ plugins }: Pick<Configuration, 'plugins'>): readonly GoPluginEntry[] {
  return plugins.filter((plugin) => plugin.language === 'go');
}

export function rustPlugins({ plugins }: Pick<Configuration, 'plugins'>): readonly RustPluginEntry[] {
  return plugins.filter((plugin) => plugin.language === 'rust');
}

/** A build file, read and valid. Paths are absolute; as with ocb they are relative to the working directory. */
export interface Configuration {
  readonly file: string;
  readonly name: string;
  readonly version: string | null;
  /** `dist.module`: of the generated sources, and so a part of the path of each plugin; null where ocb's own is taken. */
  readonly module: string | null;
  readonly outputPath: string;
  /** Folders that are no source, wherever they lie: what builds write. */
  readonly outputs: readonly string[];
  /** `dist.build_tags`. */
  readonly tags: readonly string[];
  /** `dist.resource`: ocb adds tags of its own, which only it knows. */
  readonly moreTags: boolean;
  /** `dist.debug_compilation`: keep symbols, no optimisation. */
  readonly debug: boolean;
  /** `dist.go`: the go command to use. */
  readonly go: string;
  /** The release of ocb that belongs to these components: `v0.165.0`. */
  readonly ocbVersion: string;
  /** Where the build file asks for that release: `/project/ocx-build.yaml:12: processors[0].gomod`; null where it does not. */
  readonly ocbAskedBy: string | null;
  readonly builtIn: readonly ComponentEntry[];
  /** All Go modules that the file names, providers and converters with them. */
  readonly modules: readonly ModuleEntry[];
  readonly plugins: readonly PluginEntry[];
  /** `replaces`: lines of go.mod. */
  readonly replaces: readonly string[];
  /** Every folder of this machine that Go code comes from: `path:` of a module, and `replaces`. Absolute. */
  readonly goFolders: readonly string[];
  /** `hermetic:`: images to take in place of the usual ones. */
  readonly images: Readonly<Partial<Record<ImageRole, string>>>;
  /** The same file for ocb: without what is ours, writing sources into `sourceFolder`, with another go command. */
  ocbFile(sourceFolder: string, go: string): string;
}

/** Names of a build file, the first that is there counts. */
export const CANDIDATES = ['ocx-build.yaml', 'builder-config.yaml'] as const;

/** Used when no component tells a version. */
const DEFAULT_OCB = 'v0.165.0';

/**
 * The build file to use: the one named, else `ocx-build.yaml`, else `builder-config.yaml`.
 * @throws PlaceError when there is none.
 */
export function findConfiguration(named: string | undefined, directory: string): string {
  if (named !== undefined) return resolve(directory, named);
  for (const name of CANDIDATES) {
    const file = resolve(directory, name);
    try {
      readFileSync(file);
      return file;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) return file;
    }
  }
  throw new PlaceError(`no ${CANDIDATES.join(' or ')} here; name the build file, or start one with: ocx init`);
}

/**
 * Reads and checks a build file.
 * @param directory what relative paths in it are relative to (as with ocb, where the command runs).
 * @param into a directory to write to instead of `dist.output_path`, absolute.
 * @throws PlaceError naming the line and field that is wrong.
 */
export function readConfiguration(file: string, directory: string, into: string | null = null): Configuration {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new PlaceError(`${file}: ${reason(error)}`);
  }
  return parseConfiguration(text, file, directory, into);
}

/**
 * @param into a directory to write to instead of `dist.output_path`, absolute.
 * @throws PlaceError naming the line and field that is wrong.
 */
export function parseConfiguration(text: string, file: string, directory: string, into: string | null = null): Configuration {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const [syntax] = document.errors;
  if (syntax) throw new PlaceError(`${file}:${lines.linePos(syntax.pos[0]).line}: not YAML: ${syntax.message}`);
  const at = new Positions(document, lines, file);
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (!isRecord(value)) return at.wrong([], 'must be a mapping with the field dist');
  refuseUnknown(value, 'a build file', [], at);

  const dist = value.dist === undefined ? at.wrong(['dist'], 'is missing') : record(value.dist, ['dist'], at);
  refuseUnknown(dist, 'dist', ['dist'], at);
  const name = fileName(required(dist, ['dist', 'name'], at), ['dist', 'name'], at);
  const version = optional(dist, ['dist', 'version'], at);
  const output = into ?? resolve(directory, optional(dist, ['dist', 'output_path'], at) ?? '_build');
  const tags = (optional(dist, ['dist', 'build_tags'], at) ?? '').split(/[\s,]+/).filter(Boolean);
  const { debug_compilation: debug = false } = dist;
  if (typeof debug !== 'boolean') return at.wrong(['dist', 'debug_compilation'], 'must be true or false');

  const builtIn = COMPONENT_LISTS.flatMap((list) => components(value, list, [], at, directory));
  const others = ['providers', 'converters'].flatMap((list) => modules(value, list, [], at, directory));
  if (isRecord(value.telemetry)) refuseUnknown(value.telemetry, 'a module', ['telemetry'], at);
  if (isRecord(value.conf_resolver)) refuseUnknown(value.conf_resolver, 'conf_resolver', ['conf_resolver'], at);
  const [replaces] = ['replaces', 'excludes'].map((list) => textList(value, list, at));
  const plugins = pluginEntries(value, at, directory);
  const goComponents = goPlugins({ plugins }).flatMap(({ components: own }) => own);
  refuseTwice([...builtIn, ...goComponents], at);

  const declared = optional(dist, ['dist', 'otelcol_version'], at);
  const newest = newestOf([...builtIn, ...goComponents]);
  const asking =
    declared === null
      ? newest && placeOfModule({ file }, newest)
      : `${at.place(['dist', 'otelcol_version'])}: dist.otelcol_version`;
  return {
    file,
    name,
    version,
    module: optional(dist, ['dist', 'module'], at) || null,
    outputPath: output,
    outputs: [output],
    tags,
    moreTags: dist.resource !== undefined,
    debug,
    ocbVersion: declared === null ? (newest?.version ?? DEFAULT_OCB) : tagged(declared),
    ocbAskedBy: asking,
    go: optional(dist, ['dist', 'go'], at) || 'go',
    builtIn,
    modules: [...builtIn, ...goComponents, ...others],
    plugins,
    replaces: replaces ?? [],
    goFolders: [
      ...[...builtIn, ...goComponents, ...others].flatMap(({ folder }) => (folder === null ? [] : [folder])),
      ...(replaces ?? []).flatMap((line) => localReplacement(line, output) ?? []),
      ...telemetryFolder(value.telemetry, directory),
    ],
    images: imagesOf(value.hermetic, at),
    ocbFile: (sourceFolder, go) => ocbFile(document.clone() as Document, { sourceFolder, go, outputPath: output }),
  };
}

/** `hermetic:`, images by their role. */
function imagesOf(value: unknown, at: Positions): Partial<Record<ImageRole, string>> {
  if (value === undefined || value === null) return {};
  const mapping = record(value, ['hermetic'], at);
  refuseUnknown(mapping, 'hermetic', ['hermetic'], at);
  const images: Partial<Record<ImageRole, string>> = {};
  for (const role of IMAGE_ROLES) {
    const field = ['hermetic', role];
    const image = optional(mapping, field, at);
    if (image === null) continue;
    const fault = imageFault(image);
    if (fault !== null) at.wrong(field, fault);
    images[role] = image;
  }
  return images;
}

/** `telemetry:` is one module (cmd/builder, internal/builder/config.go: Telemetry), whose `path` only ocb reads. */
function telemetryFolder(value: unknown, directory: string): string[] {
  return isRecord(value) && typeof value.path === 'string' && value.path !== '' ? [resolve(directory, value.path)] : [];
}

function pluginEntries(value: Record<string, unknown>, at: Positions, directory: string): PluginEntry[] {
  const { plugins = [] } = value;
  if (plugins === null) return [];
  if (!Array.isArray(plugins)) return at.wrong(['plugins'], 'must be a list, one entry for each .so');
  const names = new Map<string, number>();
  return plugins.map((entry: unknown, index): PluginEntry => {
    const field = ['plugins', index] as const;
    const plugin = record(entry, field, at);
    refuseUnknown(plugin, 'a plugin', field, at);
    const name = required(plugin, [...field, 'name'], at);
    if (!/^[a-z0-9][a-z0-9_-]*$/i.test(name)) at.wrong([...field, 'name'], 'must be letters, digits, - and _: it names the .so');
    const earlier = names.get(name.toLowerCase());
    if (earlier !== undefined) at.wrong([...field, 'name'], `is taken: line ${earlier} has a plugin of that name`);
    names.set(name.toLowerCase(), at.line([...field, 'name']));
    const found = COMPONENT_LISTS.flatMap((list) => components(plugin, list, field, at, directory));
    const common = { name, version: optional(plugin, [...field, 'version'], at), line: at.line(field) };
    const cargo = cargoEntry(plugin.cargo, [...field, 'cargo'], at, directory);
    if (cargo) {
      const [first] = found;
      if (first) at.wrong([...field, 'cargo'], `can't stand beside ${first.list}: a plugin is Go components or one Rust package`);
      return { ...common, language: 'rust', cargo };
    }
    if (found.length === 0) at.wrong(field, `has no components: give it ${COMPONENT_LISTS.join(', ')}, or cargo`);
    return { ...common, language: 'go', components: found };
  });
}

const tagged = (version: string): string => (version.startsWith('v') ? version : `v${version}`);

/** What lies beside the Collector in the output. */
const TAKEN = new Set(['plugins', 'distribution.json', 'distribution.json.minisig', 'build.log', 'Dockerfile']);

function fileName(text: string, field: Field, at: Positions): string {
  if (TAKEN.has(text)) return at.wrong(field, `can't be ${text}: that lies beside the Collector`);
  if (text === '' || /[/\\\0]/.test(text) || text.startsWith('.') || text.startsWith('-'))
    return at.wrong(field, 'must be a plain file name: it names the Collector');
  return text;
}
