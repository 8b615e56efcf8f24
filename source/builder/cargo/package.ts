import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BuildError } from '../buildError.js';
import type { Children } from '../children.js';
import type { CargoMetadata, MetadataPackage } from './crates.js';
import type { CargoEntry } from './entry.js';
import { cargoErrors, missingCrate } from './errors.js';
import { parseLockFile } from './lockFile.js';

/** What it takes to run cargo. */
export interface CargoRoom {
  readonly children: Children;
  readonly environment: NodeJS.ProcessEnv;
  /** Where crates of a registry are unpacked: `<output>/.ocx/cargo`. */
  readonly folder: string;
  /** A Rust triple: what is built for. */
  readonly target: string;
  /** Plugin to the text of the Cargo.lock that its package has not, from the lock file of the build. */
  readonly cargoLocks: Readonly<Record<string, string>>;
}

/** A Rust package that is here, with all of its crates known. */
export interface CargoPackage {
  /** Holds its Cargo.toml. */
  readonly folder: string;
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly metadata: CargoMetadata;
  /** Text of Cargo.lock. */
  readonly lock: string;
  /** Of the crate file, when it came from a registry. */
  readonly checksum: string | null;
  /** True when there was no Cargo.lock and cargo chose the versions now. */
  readonly newLock: boolean;
}

/**
 * Brings the package of a plugin here: a folder as it is, or a crate of exactly one version. Everything it depends on is
 * downloaded, as Cargo.lock says; where there is none, cargo writes one.
 * @throws BuildError naming the crate or the version that can't be had, or cargo's own error.
 */
export async function fetchPackage(plugin: string, { source, features }: CargoEntry, room: CargoRoom): Promise<CargoPackage> {
  const { folder, checksum } =
    source.kind === 'folder'
      ? { folder: source.folder, checksum: null }
      : await unpack(plugin, source.crate, source.version, room);
  const where = await cargo(plugin, ['locate-project', '--workspace', '--message-format=plain'], folder, room);
  const lockFile = join(dirname(where.trim()), 'Cargo.lock');
  const newLock = !existsSync(lockFile);
  const locked = room.cargoLocks[plugin];
  if (newLock && locked !== undefined) writeFileSync(lockFile, locked);
  else if (newLock) await cargo(plugin, ['generate-lockfile'], folder, room);
  const selected = features.length > 0 ? [`--features=${features.join(',')}`] : [];
  const metadata: CargoMetadata = JSON.parse(
    await cargo(
      plugin,
      ['metadata', '--format-version=1', '--locked', `--filter-platform=${room.target}`, ...selected],
      folder,
      room,
    ),
  );
  const pkg = packageIn(plugin, folder, metadata);
  return {
    folder,
    id: pkg.id,
    name: pkg.name,
    version: pkg.version,
    metadata,
    lock: readFileSync(lockFile, 'utf8'),
    checksum,
    newLock,
  };
}

function packageIn(plugin: string, folder: string, { packages }: CargoMetadata): MetadataPackage {
  const pkg = packages.find(({ manifest_path }) => dirname(manifest_path) === folder);
  if (!pkg)
    throw new BuildError(
      `plugin ${plugin}: ${join(folder, 'Cargo.toml')} is a workspace without a package: name the folder of the package`,
    );
  if (!pkg.targets.some(({ crate_types }) => crate_types.includes('cdylib')))
    throw new BuildError(
      `plugin ${plugin}: crate ${pkg.name} is no cdylib: put crate-type = ["cdylib"] under [lib] in its Cargo.toml`,
    );
  return pkg;
}

/** A dependency of a package that has nothing else is downloaded and checked; its copy can then be built like a folder. */
async function unpack(
  plugin: string,
  crate: string,
  version: string,
  room: CargoRoom,
): Promise<{ folder: string; checksum: string | null }> {
  const asking = join(room.folder, plugin, 'asking');
  const folder = join(room.folder, plugin, `${crate}-${version}`);
  rmSync(asking, { recursive: true, force: true });
  mkdirSync(join(asking, 'src'), { recursive: true });
  writeFileSync(join(asking, 'src', 'lib.rs'), '');
  // A workspace of its own: the project around the output may be one.
  writeFileSync(
    join(asking, 'Cargo.toml'),
    `[package]\nname = "ocx-asking"\nversion = "0.0.0"\nedition = "2021"\n\n[workspace]\n\n[dependencies]\n${crate} = "=${version}"\n`,
  );
  const metadata: CargoMetadata = JSON.parse(await cargo(plugin, ['metadata', '--format-version=1'], asking, room));
  const found = metadata.packages.find(({ name, source }) => name === crate && source !== null);
  if (!found) throw new BuildError(`plugin ${plugin}: cargo does not say where crate ${crate} lies`);
  const checksum =
    parseLockFile(readFileSync(join(asking, 'Cargo.lock'), 'utf8')).find(({ name }) => name === crate)?.checksum ?? null;
  // What was chosen for a crate that carries no Cargo.lock stays chosen.
  const lock = join(folder, 'Cargo.lock');
  const kept = existsSync(lock) ? readFileSync(lock) : null;
  rmSync(folder, { recursive: true, force: true });
  cpSync(dirname(found.manifest_path), folder, { recursive: true });
  if (kept && !existsSync(lock)) writeFileSync(lock, kept);
  const toml = join(folder, 'Cargo.toml');
  const text = readFileSync(toml, 'utf8');
  if (!/^\[workspace\]/m.test(text)) writeFileSync(toml, `${text}\n[workspace]\n`);
  rmSync(asking, { recursive: true, force: true });
  return { folder, checksum };
}

async function cargo(plugin: string, args: readonly string[], directory: string, room: CargoRoom): Promise<string> {
  const { children, environment } = room;
  const ended = await children.run({ argv: ['cargo', ...args], directory, environment, limit: null });
  if (ended.code === 0) return ended.stdout;
  const missing = missingCrate(ended.stderr);
  if (missing)
    throw new BuildError(
      `plugin ${plugin}: crate ${missing.crate} can't be had: ${missing.because}`,
      missing.requiredBy && !missing.requiredBy.startsWith('ocx-asking ') ? [`it is required by ${missing.requiredBy}`] : [],
    );
  if (/because --locked was passed/.test(ended.stderr))
    throw new BuildError(`plugin ${plugin}: Cargo.lock does not fit Cargo.toml`, [
      `bring it up to date: (cd ${directory} && cargo update --workspace)`,
      ...(room.cargoLocks[plugin] === undefined ? [] : ['if it is that of the lock file beside the build file: delete it there']),
    ]);
  throw new BuildError(`plugin ${plugin}: cargo ${args[0]} fails`, cargoErrors(ended.stderr));
}
