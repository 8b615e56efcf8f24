import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildEnvironment } from '../manifest/manifest.js';
import {
  type Artifact,
  DISTRIBUTION_FILE,
  type Distribution,
  distributionText,
  SIGNATURE_SUFFIX,
} from '../trust/distribution.js';
import type { BuildRequest } from './build.js';
import { BESIDE, deliveredFiles, leftOver, readDistribution } from './distribution.js';
import { sha256 } from './folderHash.js';
import { DOCKERFILE } from './hermetic/dockerfile.js';
import { writeProfile } from './hostProfile.js';
import { type BuildState, fileHash, writeState } from './inputs.js';
import type { Ocb } from './ocb.js';
import type { OutputFolder } from './outputFolder.js';
import type { Plan, Planned, PluginPlan } from './plan.js';
import { SBOM_SUFFIX, sbomText } from './sbom.js';

/** A file that was built, or was there from the same inputs. */
export interface Made {
  /** Absolute: in the staging folder, or where it has been. */
  readonly file: string;
  readonly artifact: Artifact;
  /** What it says of its components, when it was built now; null when it was there. */
  readonly fresh: { readonly descriptors: string | null } | null;
}

/** Whose Collector it is: what `distribution.json` says besides the artifacts. */
export type PublishedAs = Pick<Distribution, 'name' | 'version' | 'collector' | 'against'> & {
  /** Empty where no Collector was built. */
  readonly ocb: string;
  readonly rust: string | null;
  readonly target: string;
  /** The container that it was built in; null outside of one. */
  readonly placed: BuildEnvironment | null;
};

/** A distribution with a Collector of its own. */
export function ofCollector({ host: { manifest, path, replaced } }: Plan, ocb: Ocb): PublishedAs {
  return {
    name: manifest.name ?? path,
    version: manifest.version ?? '',
    collector: { path, manifest, replaced },
    ocb: ocb.version,
    rust: manifest.accepts?.rust?.toolchain_version ?? null,
    target: manifest.target,
    placed: manifest.build_environment ?? null,
  };
}

/** Artifacts first, each in one rename; then the files that speak of them. */
export function publish(
  { only, ocxVersion, environment, container }: BuildRequest,
  plan: PluginPlan,
  { ocb, rust, target, placed, ...as }: PublishedAs,
  built: ReadonlyMap<Planned, Made>,
  output: OutputFolder,
  state: BuildState,
): Artifact[] {
  const before = readDistribution(output.path);
  const made = [...built.values()].map(({ artifact }) => artifact);
  const newState: Record<string, BuildState[string]> = only === null ? {} : { ...state };
  for (const [planned, { artifact, file, fresh }] of built) {
    if (planned.kind === 'collector') writeProfile(planned.path, file, fresh !== null, output);
    const replaced = planned.language === 'go' ? planned.replaced : [];
    writeFileSync(
      join(output.staging, `${planned.path}${SBOM_SUFFIX}`),
      sbomText({ ...planned, ...artifact, replaced, ocxVersion }),
    );
    output.publish(`${planned.path}${SBOM_SUFFIX}`);
    const { sha256: hash, manifest_sha256, components_sha256 } = artifact;
    newState[planned.path] = { key: planned.key, sha256: hash, manifest_sha256, components_sha256 };
    if (!fresh) continue;
    output.publish(`${planned.path}.manifest.json`);
    if (fresh.descriptors === null) output.remove(`${planned.path}.components.json`);
    else output.publish(`${planned.path}.components.json`);
    output.publish(planned.path);
  }
  if (only === null)
    for (const path of leftOver(before, made)) {
      output.remove(path);
      for (const { suffix } of BESIDE) output.remove(`${path}${suffix}`);
    }
  const others = only === null ? [] : (before?.artifacts ?? []).filter(({ path }) => made.every((one) => one.path !== path));
  const artifacts = [...others, ...made].sort((a, b) =>
    a.kind === b.kind ? (a.path < b.path ? -1 : 1) : a.kind < b.kind ? -1 : 1,
  );
  if (container !== null) {
    writeFileSync(join(output.staging, DOCKERFILE), container.dockerfile);
    output.publish(DOCKERFILE);
  } else if (only === null) output.remove(DOCKERFILE);
  const { name, version, ...whose } = as;
  const text = distributionText({
    format_version: 1,
    name,
    version,
    artifacts,
    files: deliveredFiles(output.path, artifacts, [{ path: DOCKERFILE, kind: 'dockerfile' }]),
    ...whose,
    build: {
      go: plan.go.GOVERSION,
      ...(rust === null ? {} : { rust }),
      ocb,
      ocx: ocxVersion,
      target,
      flags: plan.flags,
      environment: recorded(plan, environment),
      ...(placed ? { build_environment: placed } : {}),
    },
  });
  writeFileSync(join(output.staging, DISTRIBUTION_FILE), text);
  // A signature of what was there before would say of this one that it was tampered with.
  if (fileHash(join(output.path, DISTRIBUTION_FILE)) !== sha256(text)) output.remove(`${DISTRIBUTION_FILE}${SIGNATURE_SUFFIX}`);
  output.publish(DISTRIBUTION_FILE);
  writeState(output.state, newState);
  return artifacts;
}

/** Asked before anything is written, and called once it is: what to say of a signature that went with the list that it was of. */
export function signatureNote({ path }: OutputFolder): () => string {
  const signature = join(path, `${DISTRIBUTION_FILE}${SIGNATURE_SUFFIX}`);
  const was = existsSync(signature);
  return () =>
    was && !existsSync(signature) ? `${DISTRIBUTION_FILE} is another: its signature is removed, sign it with ocx dist sign` : '';
}

function recorded({ go, compiler }: PluginPlan, { SOURCE_DATE_EPOCH = '' }: NodeJS.ProcessEnv): Record<string, string> {
  const { GOVERSION: _version, GOAMD64, ...rest } = go;
  const all = {
    CGO_ENABLED: '1',
    ...rest,
    ...(go.GOARCH === 'amd64' ? { GOAMD64 } : {}),
    ...compiler,
    SOURCE_DATE_EPOCH,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}
