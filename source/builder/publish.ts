import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Artifact, DISTRIBUTION_FILE, distributionText, SIGNATURE_SUFFIX } from '../trust/distribution.js';
import type { BuildRequest } from './build.js';
import { BESIDE, deliveredFiles, leftOver, readDistribution } from './distribution.js';
import { sha256 } from './folderHash.js';
import { DOCKERFILE } from './hermetic/dockerfile.js';
import { type BuildState, fileHash, writeState } from './inputs.js';
import type { Ocb } from './ocb.js';
import type { OutputFolder } from './outputFolder.js';
import type { Plan, Planned } from './plan.js';

/** A file that was built, or was there from the same inputs. */
export interface Made {
  /** Absolute: in the staging folder, or where it has been. */
  readonly file: string;
  readonly artifact: Artifact;
  /** What it says of its components, when it was built now; null when it was there. */
  readonly fresh: { readonly descriptors: string | null } | null;
}

/** Artifacts first, each in one rename; then the files that speak of them. */
export function publish(
  { only, ocxVersion, environment, container }: BuildRequest,
  plan: Plan,
  ocb: Ocb,
  built: ReadonlyMap<Planned, Made>,
  output: OutputFolder,
  state: BuildState,
): Artifact[] {
  const before = readDistribution(output.path);
  const made = [...built.values()].map(({ artifact }) => artifact);
  const newState: Record<string, BuildState[string]> = only === null ? {} : { ...state };
  for (const [planned, { artifact, fresh }] of built) {
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
  const rust = plan.host.manifest.accepts?.rust?.toolchain_version;
  const placed = plan.host.manifest.build_environment;
  if (container !== null) {
    writeFileSync(join(output.staging, DOCKERFILE), container.dockerfile);
    output.publish(DOCKERFILE);
  } else if (only === null) output.remove(DOCKERFILE);
  const text = distributionText({
    format_version: 1,
    name: plan.host.manifest.name ?? plan.host.path,
    version: plan.host.manifest.version ?? '',
    artifacts,
    files: deliveredFiles(output.path, artifacts, [{ path: DOCKERFILE, kind: 'dockerfile' }]),
    build: {
      go: plan.go.GOVERSION,
      ...(rust ? { rust } : {}),
      ocb: ocb.version,
      ocx: ocxVersion,
      target: plan.host.manifest.target,
      flags: plan.host.flags,
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

function recorded({ go, compiler }: Plan, { SOURCE_DATE_EPOCH = '' }: NodeJS.ProcessEnv): Record<string, string> {
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
