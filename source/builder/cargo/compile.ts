import { copyFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { BuildError } from '../buildError.js';
import { sha256 } from '../folderHash.js';
import type { Workshop } from '../sources.js';
import { cargoErrors } from './errors.js';
import { PANIC, type RustPlanned } from './plan.js';

/** Names the file whose text the crate otelcol-plugin puts into the note and the symbol (its macro reads it when it is compiled). */
export const MANIFEST_VARIABLE = 'OTELCOL_MANIFEST';

/** Likewise of its descriptors. */
const DESCRIPTORS_VARIABLE = 'OTELCOL_DESCRIPTORS';

/**
 * Builds one Rust plugin to `target`, its manifest and, where they are known, the descriptors of its components within, the
 * manifest in the file beside it too. All plugins share one target directory, so that a crate that two of them have is compiled once.
 * @returns its size in bytes.
 * @throws BuildError with rustc's own error.
 */
export async function compileRust(
  planned: RustPlanned,
  descriptors: string | null,
  target: string,
  { children, environment, cargo }: Workshop,
): Promise<number> {
  const { name, package: pkg, manifest, manifestText, profile, features } = planned;
  const texts = join(cargo, 'manifests');
  mkdirSync(texts, { recursive: true });
  // Named by what is in it: cargo looks at the name when it decides what to compile again.
  const file = join(texts, `${name}-${sha256(manifestText).slice(0, 16)}.json`);
  writeFileSync(file, manifestText);
  const described = descriptors === null ? '' : join(texts, `${name}-${sha256(descriptors).slice(0, 16)}.components.json`);
  if (descriptors !== null) writeFileSync(described, descriptors);
  const ended = await children.run({
    argv: [
      'cargo',
      'build',
      '--lib',
      `--package=${pkg.name}@${pkg.version}`,
      '--locked',
      `--profile=${profile === 'debug' ? 'dev' : 'release'}`,
      `--target=${manifest.target}`,
      `--config=profile.${profile === 'debug' ? 'dev' : 'release'}.panic="${PANIC}"`,
      ...(features.length > 0 ? [`--features=${features.join(',')}`] : []),
      '--message-format=json-render-diagnostics',
    ],
    directory: pkg.folder,
    environment: {
      ...environment,
      CARGO_TARGET_DIR: join(cargo, 'target'),
      CARGO_ENCODED_RUSTFLAGS: [...planned.rustFlags, ...remapped(planned, environment)].join('\x1f'),
      [MANIFEST_VARIABLE]: file,
      [DESCRIPTORS_VARIABLE]: described,
    },
    limit: null,
  });
  if (ended.code !== 0) throw new BuildError(`plugin ${name} does not compile`, cargoErrors(ended.stderr));
  const made = libraryIn(ended.stdout, join(pkg.folder, 'Cargo.toml'));
  if (made === null) throw new BuildError(`plugin ${name}: cargo made no shared library of crate ${pkg.name}`);
  copyFileSync(made, target);
  writeFileSync(`${target}.manifest.json`, manifestText);
  return statSync(target).size;
}

/** Panic messages name source files: without this, where this machine has them. */
function remapped({ package: { folder, metadata } }: RustPlanned, { CARGO_HOME, HOME }: NodeJS.ProcessEnv): string[] {
  const home = CARGO_HOME || join(HOME || homedir(), '.cargo');
  // The last that fits counts: a crate below the workspace is named from there.
  const local = metadata.packages.filter(({ source }) => source === null).map(({ manifest_path }) => dirname(manifest_path));
  const folders = [
    ...new Set([...local.map((path) => [path, `/${path.split('/').at(-1)}`] as const), [folder, '/plugin'] as const]),
  ];
  return [[home, '/cargo'] as const, ...folders].map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
}

/** The path of the `.so` in cargo's messages; null when the package gave none. */
export function libraryIn(messages: string, manifestPath: string): string | null {
  for (const line of messages.split('\n')) {
    if (!line.startsWith('{"reason":"compiler-artifact"')) continue;
    const message: { manifest_path: string; target: { crate_types: string[] }; filenames: string[] } = JSON.parse(line);
    if (message.manifest_path !== manifestPath || !message.target.crate_types.includes('cdylib')) continue;
    const library = message.filenames.find((name) => name.endsWith('.so'));
    if (library !== undefined) return library;
  }
  return null;
}
