import { relative, resolve } from 'node:path';
import { type BuildFacts, type Dependency, factsOfManifest, factsOfRustAcceptance } from '../../manifest/buildFacts.js';
import { type Difference, differences } from '../../manifest/differences.js';
import type { Manifest } from '../../manifest/manifest.js';
import { goPlatformOf, goToolchain, releaseIn } from '../../manifest/normalise.js';
import { quoted } from '../../verdict/shellWord.js';
import { BuildError } from '../buildError.js';
import { CANDIDATES } from '../configuration.js';
import type { GoEnvironment } from '../goManifest.js';
import { RUNTIME_MODULE } from '../runtimeModule.js';
import type { Target } from './target.js';

/** Flags that say how the go command works, which a plugin may have of its own. */
const OF_THE_COMMAND = /^--?(mod|modcacherw|p|v|x|work|buildvcs)(=|$)/;
/**
 * Flags that are taken over. A `distribution.json` may be a stranger's, and most other flags of `go build` name programs that are run
 * (`-toolexec`, `-ldflags=-extld=`) or files of the machine that the Collector was built on (`-pgo`, `-overlay`).
 */
const TAKEN_OVER =
  /^--?(trimpath|race|msan|asan)$|^--?tags=[\w.,-]*$|^--?gcflags=all=-N -l$|^--?ldflags=( *-[sw])*$|^--?pgo=off$|^--?buildmode=plugin$/;
/** A release of Go that can be downloaded by its name. */
const RELEASE = /^go1\.\d+(\.\d+|rc\d+|beta\d+)?$/;

/** `go1.26.8`, without experiments; and those: `X:rangefunc` is `rangefunc`. */
function toolchainOf({ toolchain_version }: Manifest): { readonly release: string; readonly experiments: string } {
  const [release = '', ...others] = goToolchain(toolchain_version).split(' ');
  return { release, experiments: others.map((word) => word.replace(/^X:/, '')).join(',') };
}

/** Flags of host and plugins, to the letter: those of the Collector's manifest. */
export function flagsOf({ manifest }: Target): string[] {
  return ['-buildvcs=false', ...manifest.build_flags];
}

/** `-tags=a,b` of the Collector. */
export function tagsOf({ manifest }: Target): string[] {
  const [, tags = ''] = manifest.build_flags.map((flag) => /^--?tags=(.*)$/.exec(flag)).find((match) => match !== null) ?? [];
  return tags.split(/[\s,]+/).filter(Boolean);
}

/**
 * What the go command is told: the Collector's toolchain (unless GOTOOLCHAIN says another, which is then refused),
 * experiments and microarchitecture. Flags from GOFLAGS would be in the plugin alone: only those about the command stay.
 */
export function environmentFor({ manifest }: Target, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { release, experiments } = toolchainOf(manifest);
  const ownFlags = (environment.GOFLAGS ?? '').split(/\s+/).filter((flag) => OF_THE_COMMAND.test(flag));
  return {
    ...environment,
    ...(!environment.GOTOOLCHAIN && RELEASE.test(release) ? { GOTOOLCHAIN: release } : {}),
    GOEXPERIMENT: experiments,
    GOFLAGS: ownFlags.join(' '),
    ...(manifest.goamd64 === undefined ? {} : { GOAMD64: manifest.goamd64 }),
  };
}

/** The arguments of `ocx` that build the same once more: `build --against published/distribution.json`. */
export function commandOf(buildFile: string, { file }: Target): string {
  const isFound = resolve(CANDIDATES[0]) === buildFile;
  return ['build', ...(isFound ? [] : [quoted(relative('', buildFile))]), '--against', quoted(file)].join(' ');
}

/**
 * Refuses a Collector for which no plugin can be built from what is published.
 * @param runtimeHash hash of the runtime module that this ocx brings.
 * @param again the arguments of `ocx` (`commandOf`).
 * @throws BuildError with what to do.
 */
export function refuseUnmatchable({ manifest, title, ocx, file }: Target, runtimeHash: string, again: string): void {
  if (manifest.language !== 'go') throw new BuildError(`${file}: ${title} is not a Go program`);
  const foreign = manifest.build_flags.filter((flag) => !TAKEN_OVER.test(flag));
  if (foreign.length > 0)
    throw new BuildError(
      `${title} was built with ${foreign.join(' ')}, which is not taken over from others: it may run what they like`,
      ['fix: ask its maker to build it without'],
    );
  const runtime = manifest.dependency_hashes[RUNTIME_MODULE];
  if (runtime === undefined)
    throw new BuildError(`${title} has no ${RUNTIME_MODULE}: no ocx build made it, and it takes no such plugin`);
  if (runtime !== runtimeHash)
    throw new BuildError(
      `${title} was built by another ocx${ocx === null ? '' : ` (${ocx})`}: its plugin API is not the one of this`,
      [`fix: use the ocx that built it${ocx === null ? '' : `, ${ocx}`}: ocx ${again}`],
    );
}

/**
 * Refuses a machine or a toolchain that can't make what fits.
 * @param go what `go env` says with `environmentFor`.
 * @throws BuildError with the command that can.
 */
export function refuseToolchain({ manifest, title }: Target, go: GoEnvironment, again: string): void {
  const platform = goPlatformOf(manifest.target) ?? manifest.target;
  const here = `${go.GOOS}/${go.GOARCH}`;
  if (platform !== here) {
    const [os = '', arch = ''] = platform.split('/');
    throw new BuildError(`${title} is for ${platform}, and this would build for ${here}`, [
      `fix: GOOS=${quoted(os)} GOARCH=${quoted(arch)} CC=${arch === 'arm64' ? 'aarch64-linux-gnu-gcc' : `<a C compiler for ${platform}>`} ocx ${again}`,
    ]);
  }
  const wanted = goToolchain(manifest.toolchain_version);
  const found = goToolchain(
    go.GOEXPERIMENT === '' || go.GOVERSION.includes('X:') ? go.GOVERSION : `${go.GOVERSION} X:${go.GOEXPERIMENT}`,
  );
  if (wanted === found) return;
  const { release } = toolchainOf(manifest);
  throw new BuildError(
    `${title} was built by ${wanted}, and this would build with ${found}: ${release === toolchainOf({ ...manifest, toolchain_version: found }).release ? 'experiments must be the same' : 'a plugin is refused, or crashes it, unless they are the same'}`,
    RELEASE.test(release)
      ? [`fix: GOTOOLCHAIN=${release} ocx ${again}`, `or in the image golang:${release.slice(2)}-bookworm`]
      : [`fix: ask its maker for the toolchain ${release}, and put it first in PATH (GOTOOLCHAIN=local)`],
  );
}

/**
 * Refuses a plugin whose manifest the Collector would refuse.
 * @param requiredBy for a module: those that ask for the version the plugin has, `example.com/a@v1.2.3`.
 * @throws BuildError with every difference, and what to do about each.
 */
export function refuseDifferences(
  plugin: Manifest,
  name: string,
  target: Target,
  requiredBy: (module: string, version: string) => readonly string[],
): void {
  const host = accepted(plugin, name, target);
  const mine = factsOfManifest(plugin);
  const reasons = differences(mine, host)
    .filter(({ decides }) => decides)
    .flatMap((difference) => {
      const dependency = difference.kind === 'dependency';
      const theirs = dependency ? host.dependencies?.get(difference.name) : undefined;
      const own = dependency ? mine.dependencies?.get(difference.name) : undefined;
      return [
        `${difference.name}: plugin ${short(own) ?? difference.plugin ?? 'none'}, ${target.title} ${short(theirs) ?? difference.host ?? 'none'}`,
        `  fix: ${plugin.language === 'go' ? goFix(difference, own, theirs, target, requiredBy) : rustFix(difference, theirs)}`,
      ];
    });
  if (reasons.length > 0) throw new BuildError(`plugin ${name} can't match ${target.title}`, reasons);
}

function accepted(plugin: Manifest, name: string, { manifest, title }: Target): BuildFacts {
  if (plugin.language === 'go') return factsOfManifest(manifest);
  const rust = manifest.accepts?.rust;
  if (rust?.toolchain_version === undefined)
    throw new BuildError(
      `plugin ${name} is Rust, and ${title} was built without a Rust plugin, so it does not say which it takes`,
      ['fix: ask its maker to build it with one; or build by the C ABI alone, and start it with --plugin-policy=abi'],
    );
  return factsOfRustAcceptance(rust, manifest);
}

/** A version says it where there is one; hashes only where versions are the same. */
function short(dependency: Dependency | undefined): string | null {
  if (!dependency) return null;
  return dependency.local ? `a folder (${dependency.hash})` : [dependency.version, dependency.hash].filter(Boolean).join(' ');
}

function goFix(
  { kind, name }: Difference,
  mine: Dependency | undefined,
  theirs: Dependency | undefined,
  { title, file }: Target,
  requiredBy: (module: string, version: string) => readonly string[],
): string {
  if (kind !== 'dependency') return `what decides it comes from ${file}: unset it where it is set here`;
  if (theirs?.local)
    return `${title} has ${name} from a folder that is not published: ask its maker to publish it as a module, or name the same folder by path: in the build file`;
  if (mine?.local) return `take the path: of ${name} out of the build file: it must be ${theirs?.version}`;
  if (mine?.version === theirs?.version)
    return `the proxy or cache that ${name} came from holds other content than the Collector was built from: go clean -modcache, another GOPROXY`;
  const who = requiredBy(name, mine?.version ?? '');
  const by =
    who.length === 0 ? 'of what requires it' : `of ${who.join(' and ')}, which ${who.length === 1 ? 'requires' : 'require'} it,`;
  return `take a version ${by} that asks for ${name} ${theirs?.version} at most`;
}

function rustFix({ kind, name, host }: Difference, theirs: Dependency | undefined): string {
  const release = releaseIn(host ?? '');
  if (kind === 'toolchain') return release ? `RUSTUP_TOOLCHAIN=${release}` : `use ${host}`;
  if (kind === 'dependency')
    return theirs?.version
      ? `cargo update -p ${quoted(name)} --precise ${quoted(theirs.version)}`
      : `take the ${name} that the Collector's own plugins have`;
  if (kind === 'flags') return `RUSTFLAGS: ${host}`;
  return `it must be ${host}`;
}
