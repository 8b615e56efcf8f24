import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { THIS_MACHINE } from '../catalog/machine.js';
import type { Artifact } from '../trust/distribution.js';
import { buildDescribed } from './cargo/describe.js';
import { compile } from './compile.js';
import { describeComponents } from './describe.js';
import type { Say } from './events.js';
import { sha256 } from './folderHash.js';
import { type BuildState, fileHash } from './inputs.js';
import type { OutputFolder } from './outputFolder.js';
import type { Planned, PluginPlan } from './plan.js';
import type { Made } from './publish.js';
import type { Workshop } from './sources.js';

/** One program for all that is new and Go: path of each artifact to what it will say of its components. A Rust plugin is asked itself, once it is built. */
export async function describeAll(fresh: readonly Planned[], plan: PluginPlan, workshop: Workshop, say: Say) {
  return say('describe', 'describe components', async () => {
    const described = fresh.filter((planned) => planned.language === 'go');
    const value = await describeComponents(
      {
        artifacts: described.map((planned) => ({ ...planned, versions: planned.manifest.dependency_versions ?? {} })),
        folders: plan.folders,
        flags: plan.flags,
        cross: !runsHere(plan),
      },
      workshop,
    );
    const components = described.reduce((sum, planned) => sum + planned.components.length, 0);
    const size = [...value.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    if (components === 0) return { value, note: 'unchanged', unchanged: true };
    return { value, note: `${components === 1 ? '1 component' : `${components} components`}, ${(size / 1e3).toFixed(1)} kB` };
  });
}

/** Whether what is built can run on this machine. */
export function runsHere({ go }: Pick<PluginPlan, 'go'>): boolean {
  return `${go.GOOS}/${go.GOARCH}` === THIS_MACHINE;
}

/** Compiles one artifact into the staging folder, its notes within and in the files beside it; what is kept stays where it is. */
export async function make(
  planned: Planned,
  kept: Made | null,
  descriptors: string | null,
  host: string | null,
  output: OutputFolder,
  workshop: Workshop,
  say: Say,
): Promise<Made> {
  return say('compile', `compile ${planned.title === 'the Collector' ? planned.name : planned.title}`, async () => {
    if (kept) return { value: kept, note: 'unchanged', unchanged: true };
    const file = join(output.staging, planned.path);
    const { size, descriptors: text } =
      planned.language === 'rust'
        ? await buildDescribed(planned, file, host, workshop)
        : { size: await compile(planned, descriptors ?? '', file, workshop), descriptors };
    if (text !== null) writeFileSync(`${file}.components.json`, text);
    const artifact = artifactOf(planned, file, size, {
      manifest: sha256(planned.manifestText),
      components: text === null ? null : sha256(text),
    });
    return { value: { file, artifact, fresh: { descriptors: text } }, note: `${(size / 1e6).toFixed(1)} MB` };
  });
}

/** What an earlier build made from the same inputs, if it is still there as it was; else null. */
export function unchanged(planned: Planned, output: OutputFolder, state: BuildState): Made | null {
  const file = join(output.path, planned.path);
  const before = state[planned.path];
  if (before?.key !== planned.key || fileHash(file) !== before.sha256) return null;
  const { manifest_sha256: manifest, components_sha256: components } = before;
  if (fileHash(`${file}.manifest.json`) !== manifest || fileHash(`${file}.components.json`) !== components) return null;
  return { file, artifact: artifactOf(planned, file, statSync(file).size, { manifest, components }), fresh: null };
}

/** The text of the descriptors beside an artifact of an earlier build; null when there are none. */
export function describedBeside(artifact: string): string | null {
  try {
    return readFileSync(`${artifact}.components.json`, 'utf8');
  } catch {
    return null;
  }
}

function artifactOf(
  { kind, path }: Planned,
  file: string,
  size: number,
  { manifest, components }: { readonly manifest: string; readonly components: string | null },
): Artifact {
  return { path, kind, sha256: fileHash(file) ?? '', size, manifest_sha256: manifest, components_sha256: components };
}
