import { accessSync, constants, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { BuildError } from './buildError.js';
import type { Children } from './children.js';
import type { Configuration } from './configuration.js';
import { goErrors, type MissingModule, missingModules } from './goErrors.js';

const MODULE = 'go.opentelemetry.io/collector/cmd/builder';

export interface Ocb {
  readonly path: string;
  readonly version: string;
  /** How it came here, for the log: `in PATH`, `kept`, `installed`. */
  readonly from: 'PATH' | 'cache' | 'installed';
}

/** Which release, and where the build file asks for it. */
export type OcbWanted = Pick<Configuration, 'ocbVersion' | 'ocbAskedBy'>;

/** What it takes to look for ocb, and to install it. */
export interface OcbMaker {
  readonly children: Children;
  readonly environment: NodeJS.ProcessEnv;
  /** The go command. */
  readonly go: string;
}

/**
 * The Collector's own builder of exactly this release: from PATH (`ocb`, `builder`), else kept from an earlier build,
 * else installed. Templates change between releases, so another release is no substitute.
 */
export async function findOcb({ ocbVersion: version, ocbAskedBy }: OcbWanted, maker: OcbMaker): Promise<Ocb> {
  const { environment, children } = maker;
  for (const path of inPath(environment)) {
    const ended = await children.run({ argv: [path, 'version'], directory: '/', environment, limit: 10_000 });
    if (ended.code === 0 && versionOf(ended.stdout + ended.stderr) === version) return { path, version, from: 'PATH' };
  }
  const folder = join(cacheFolder(environment), 'ocb', version);
  const path = join(folder, 'ocb');
  if (isExecutable(path)) return { path, version, from: 'cache' };
  await install(version, ocbAskedBy, folder, maker);
  return { path, version, from: 'installed' };
}

/** A release without a builder is a release that there is not: the build file's mistake, where it names the release. */
function notThere(version: string, askedBy: string | null, { module, version: of, because }: MissingModule): string {
  const missing = `can't be downloaded: ${module} ${of}: ${because}`;
  if (askedBy === null) return `ocb ${version} ${missing}`;
  return `${askedBy} asks for ${version}, a release of the Collector whose builder ${missing}. Is there such a release?`;
}

/** `$XDG_CACHE_HOME/ocx`, else `~/.cache/ocx`. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  return join(environment.XDG_CACHE_HOME || join(environment.HOME || homedir(), '.cache'), 'ocx');
}

async function install(
  version: string,
  askedBy: string | null,
  folder: string,
  { environment, children, go }: OcbMaker,
): Promise<void> {
  const installing = `${folder}.${process.pid}`;
  mkdirSync(installing, { recursive: true });
  try {
    const ended = await children.run({
      argv: [go, 'install', '-trimpath', `${MODULE}@${version}`],
      directory: installing,
      // A tool for this machine, whatever the build is for.
      environment: {
        ...environment,
        GOBIN: installing,
        GOFLAGS: '',
        GOWORK: 'off',
        CGO_ENABLED: '0',
        GOOS: undefined,
        GOARCH: undefined,
      },
      limit: null,
    });
    if (ended.code !== 0) {
      const [missing] = missingModules(ended.stderr);
      throw new BuildError(
        missing ? notThere(version, askedBy, missing) : `ocb ${version} could not be installed`,
        missing ? [] : goErrors(ended.stderr),
      );
    }
    renameSync(join(installing, 'builder'), join(installing, 'ocb'));
    place(installing, folder);
  } finally {
    rmSync(installing, { recursive: true, force: true });
  }
}

/** Another build may have put the same one there meanwhile: either will do. */
function place(installed: string, folder: string): void {
  if (isExecutable(join(folder, 'ocb'))) return;
  rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(installed, folder);
  } catch (error) {
    if (!isExecutable(join(folder, 'ocb'))) throw error;
  }
}

function inPath({ PATH = '' }: NodeJS.ProcessEnv): string[] {
  const folders = PATH.split(delimiter).filter((folder) => folder !== '');
  return ['ocb', 'builder'].flatMap((name) => {
    const found = folders.map((folder) => join(folder, name)).find(isExecutable);
    return found === undefined ? [] : [found];
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `ocb version v0.165.0`. */
function versionOf(text: string): string | null {
  const match = /version v?(\d+\.\d+\.\d+\S*)/.exec(text);
  return match ? `v${match[1]}` : null;
}
