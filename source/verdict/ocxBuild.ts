import { describedIn } from '../components/readDescriptors.js';
import type { Evidence } from '../evidence/evidence.js';
import type { BuildFacts } from '../manifest/buildFacts.js';
import { differences } from '../manifest/differences.js';
import { releaseIn } from '../manifest/normalise.js';
import { readFound } from '../manifest/readManifest.js';
import { buildCommand } from './buildCommand.js';
import { quoted, quotedValue } from './shellWord.js';

/** A plugin that `ocx build` made: what is wrong with it is mended in its build file, for go.mod and commands are generated. */
export interface OcxBuild {
  readonly language: 'go' | 'rust';
  /** Of its entry under `plugins`. */
  readonly name: string;
  /** Modules that its entry names (`gomod`). */
  readonly modules: ReadonlySet<string>;
  /** Modules whose version a line of the build file decides (`replaces`), whatever asks for another. */
  readonly replaced: ReadonlySet<string>;
}

/** Generated beside each build (source/builder/runtimeModule.ts). */
const RUNTIME = 'ocx.dev/runtime';

/**
 * What tells that `ocx build` made a plugin. Go: its main package is `plugins/NAME` of the module that is generated, beside the runtime, which
 * build info says even without the manifest. Rust: the manifest has the flag that only `ocx build` gives (source/builder/cargo/plan.ts: PANIC).
 *
 * @returns null for what was made in another way.
 */
export function ocxBuildOf({ go, manifest }: Evidence): OcxBuild | null {
  const info = go?.buildInfo;
  const claimed = readFound(manifest.found)?.manifest;
  const modules = new Set(describedIn(manifest.descriptors)?.components.map(({ module }) => module) ?? []);
  if (info) {
    const [, name] = /\/plugins\/([\w-]+)$/.exec(info.path ?? '') ?? [];
    const isOurs = name !== undefined && info.path === `${info.main?.path}/plugins/${name}`;
    // A folder, which has no version, is that of a component (`path`).
    const replaced = new Set(info.deps.filter(({ replace }) => replace?.version.startsWith('v')).map(({ path }) => path));
    return isOurs && info.deps.some(({ path }) => path === RUNTIME) ? { language: 'go', name, modules, replaced } : null;
  }
  if (claimed?.language !== 'rust' || claimed.name === undefined || !claimed.build_flags.includes('-Cpanic=unwind')) return null;
  return { language: 'rust', name: claimed.name, modules, replaced: new Set() };
}

/**
 * The command that builds a plugin as its host was built: `ocx build` where that made it, after the lines of its build file that have to
 * change; else go's or cargo's own.
 *
 * @param plugin how it was built, as far as it is known.
 */
export function rebuildCommand(made: OcxBuild | null, plugin: BuildFacts | null, host: BuildFacts): string {
  return made && plugin ? ocxBuildFix(made, plugin, host) : buildCommand(host);
}

/**
 * All that is to be done so that `ocx build` makes it fit: `in its build file: build_tags: netgo (dist); then: GOTOOLCHAIN=go1.26.8 ocx build`.
 *
 * @param more environment that only build info tells: `GOFIPS140=`.
 */
export function ocxBuildFix(made: OcxBuild, plugin: BuildFacts, host: BuildFacts, more: readonly string[] = []): string {
  const steps =
    made.language === 'go'
      ? [trimmedHost(host), buildFileLines(made, plugin, host), ...moduleSteps(made, plugin, host)]
      : [profileLine(plugin, host), ...crateSteps(plugin, host)];
  const command = [...(made.language === 'go' ? goEnvironment(plugin, host) : rustEnvironment(plugin, host)), ...more];
  return [...steps.filter((step) => step !== null), [...new Set(command), 'ocx build'].join(' ')].join('; then: ');
}

function trimmedHost({ flags }: BuildFacts): string | null {
  return flags && !flags.has('-trimpath') ? 'build the host with -trimpath, as ocx build always does' : null;
}

/** Flags that `ocx build` takes from its build file; others come from GOFLAGS. */
const DEBUG = 'all=-N -l';

function buildFileLines(made: OcxBuild, plugin: BuildFacts, host: BuildFacts): string | null {
  const [mine, theirs] = [plugin.flags, host.flags];
  const lines: string[] = [];
  if (mine && theirs) {
    const [tags, wanted] = [mine.get('-tags') ?? '', theirs.get('-tags') ?? ''];
    if (tags !== wanted) lines.push(`build_tags: ${wanted === '' ? "''" : wanted} (dist)`);
    const isDebug = theirs.get('-gcflags') === DEBUG;
    if ((mine.get('-gcflags') === DEBUG) !== isDebug) lines.push(`debug_compilation: ${isDebug} (dist)`);
  }
  lines.push(...moduleLines(made, plugin, host), ...replaceLines(made, plugin, host));
  return lines.length === 0 ? null : `in its build file: ${lines.join(', ')}`;
}

/** Core, and contrib, which follows its numbers: their modules fit together in one release only. */
const FAMILIES = ['go.opentelemetry.io/collector/', 'github.com/open-telemetry/opentelemetry-collector-contrib/'] as const;

function replaceLines({ replaced }: OcxBuild, plugin: BuildFacts, host: BuildFacts): string[] {
  return differing(plugin, host)
    .filter(({ name, local }) => replaced.has(name) && !local)
    .map(({ name, version }) => `replaces: ${name} => ${name} ${version}`);
}

function moduleLines({ modules, replaced }: OcxBuild, plugin: BuildFacts, host: BuildFacts): string[] {
  const releases = FAMILIES.flatMap((family) => {
    const [mine, theirs] = [releaseOf(plugin, family), releaseOf(host, family)];
    return mine === null || theirs === null || mine === theirs ? [] : [`every gomod of ${family}... at ${theirs}`];
  });
  const own = differing(plugin, host)
    .filter(
      ({ name, local }) =>
        FAMILIES.every((family) => !name.startsWith(family)) && modules.has(name) && !replaced.has(name) && !local,
    )
    .map(({ name, version }) => `gomod: ${name} ${version}`);
  return [...releases, ...own];
}

/** The highest v0 of its modules: what a release is called. */
function releaseOf({ dependencies }: BuildFacts, family: string): string | null {
  let [highest, release]: [number, string | null] = [-1, null];
  for (const [name, { version }] of dependencies ?? []) {
    const match = name.startsWith(family) ? /^v0\.(\d+)\.(\d+)$/.exec(version ?? '') : null;
    const order = match ? Number(match[1]) * 10_000 + Number(match[2]) : -1;
    if (order > highest) [highest, release] = [order, version];
  }
  return release;
}

/** Modules that no line of the build file names: those its own folder asks for, or another component of the host's. */
function moduleSteps(made: OcxBuild, plugin: BuildFacts, host: BuildFacts): string[] {
  if (moduleLines(made, plugin, host).length > 0) return []; // What else differs follows from those.
  const all = differing(plugin, host);
  const [folders, others] = [
    all.filter(({ local }) => local),
    all.filter(({ name, local }) => !local && !made.replaced.has(name)),
  ];
  const steps = folders.map(({ name }) => folderStep(name, host));
  const own = [...(plugin.dependencies ?? [])].find(([name, { local }]) => local && made.modules.has(name));
  if (others.length === 0) return steps;
  if (!own) return [...steps, `put ${made.name} under plugins in the build file of the host`];
  const gets = others.map(({ name, version }) => quoted(`${name}@${version}`));
  return [...steps, `in the folder of ${quoted(own[0])}: go get ${gets.join(' ')} && go mod tidy`];
}

/** What is to be done about a module that was built from another folder, or another state of it, than the host's. */
export function folderStep(name: string, host: BuildFacts): string {
  if (name === RUNTIME) return 'take the release of ocx that the host was built with';
  const theirs = host.dependencies?.get(name);
  return theirs && !theirs.local && theirs.version !== null
    ? `in its build file: gomod: ${name} ${theirs.version}, without path`
    : `build it with the folder of ${name} that the host was built from`;
}

interface Differing {
  readonly name: string;
  /** The host's: `v1.2.3`. */
  readonly version: string;
  /** One side took it from a folder: no version says what it is. */
  readonly local: boolean;
}

function differing(plugin: BuildFacts, host: BuildFacts): Differing[] {
  return differences(plugin, host)
    .filter(({ kind, state }) => kind === 'dependency' && state === 'differs')
    .map(({ name, host: theirs }) => ({
      name,
      version: theirs?.split(' ')[0] ?? 'none',
      local: [plugin, host].some(({ dependencies }) => dependencies?.get(name)?.local),
    }));
}

/** What the environment decides: said where it differs, even when it is to be empty, as the shell or `go env -w` may have set it. */
function goEnvironment(plugin: BuildFacts, host: BuildFacts): string[] {
  const [mine, theirs] = [plugin.toolchain ?? '', host.toolchain ?? ''];
  const [release, wanted] = [releaseName(mine), releaseName(theirs)];
  const [experiment, wantedExperiment] = [experimentsOf(mine), experimentsOf(theirs)];
  const flags = plugin.flags && host.flags ? [fromGoflags(plugin.flags), fromGoflags(host.flags)] : [];
  return [
    ...(wantedExperiment !== experiment ? [`GOEXPERIMENT=${quotedValue(wantedExperiment)}`] : []),
    ...(wanted.startsWith('go') && release !== wanted ? [`GOTOOLCHAIN=${quoted(wanted)}`] : []),
    ...(host.goamd64 !== null && plugin.goamd64 !== host.goamd64 ? [`GOAMD64=${quoted(host.goamd64)}`] : []),
    ...(flags[0] !== flags[1] ? [`GOFLAGS=${quotedValue(flags[1] ?? '')}`] : []),
  ];
}

const releaseName = (toolchain: string) => toolchain.split(/ |-X:/)[0] ?? '';
const experimentsOf = (toolchain: string) => /[ -]X:(\S+)/.exec(toolchain)?.[1] ?? '';

/** Without what the build file says, and what `ocx build` always gives. */
function fromGoflags(flags: ReadonlyMap<string, string>): string {
  return [...flags]
    .filter(([name, value]) => name !== '-tags' && name !== '-trimpath' && !(name === '-gcflags' && value === DEBUG))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .sort()
    .map((flag) => (/\s/.test(flag) ? `'${flag}'` : flag))
    .join(' ');
}

function rustEnvironment(plugin: BuildFacts, host: BuildFacts): string[] {
  const [mine, theirs] = [releaseIn(plugin.toolchain ?? ''), releaseIn(host.toolchain ?? '')];
  const flags = (facts: BuildFacts) =>
    [...(facts.flags ?? [])]
      .filter(([name]) => name !== '-C panic')
      .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
      .sort()
      .join(' ');
  return [
    ...(theirs !== null && mine !== theirs ? [`RUSTUP_TOOLCHAIN=${theirs}`] : []),
    ...(plugin.flags && host.flags && flags(plugin) !== flags(host) ? [`RUSTFLAGS=${quotedValue(flags(host))}`] : []),
  ];
}

function profileLine(plugin: BuildFacts, host: BuildFacts): string | null {
  if (plugin.profile === null || host.profile === null || plugin.profile === host.profile) return null;
  return `in its build file: debug_compilation: ${host.profile === 'debug'} (dist)`;
}

function crateSteps(plugin: BuildFacts, host: BuildFacts): string[] {
  return differing(plugin, host).map(({ name, local, version }) =>
    local
      ? `build it with the folder of ${name} that the host's own plugins were built with`
      : `in the folder of its crate: cargo update -p ${quoted(name)} --precise ${quoted(version)}`,
  );
}
