import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Distribution, PublishedCollector } from '../../../source/trust/distribution.js';
import { ocxIn } from '../project.js';
import { Workflow } from './workflow.js';

/** Where the two files that are published lie in the repository of somebody else. */
const PUBLISHED = ['distribution.json', 'otelcol-greeter.profile.json'] as const;

/**
 * The repository of somebody else: a plugin of one's own, two files of a distribution, and the CI that `ocx init` writes for them. Its
 * container has nothing of the first one.
 * @param published folder of the distribution.
 */
export async function somebodyElse(repository: string, published: string): Promise<Workflow> {
  mkdirSync(join(repository, 'host'), { recursive: true });
  for (const file of PUBLISHED) cpSync(join(published, file), join(repository, 'host', file));
  const against = join(repository, 'host/distribution.json');
  const started = await ocxIn(dirname(repository), [
    'init',
    repository,
    '--name',
    'hello',
    '--ci',
    'github',
    '--against',
    against,
  ]);
  if (started.status !== 0) throw new Error(started.stderr);
  const workflow = new Workflow(repository, `${repository}-runner`);
  await workflow.checkOut();
  return workflow;
}

/** What a plugin is built against of a published Collector. */
export type Published = Pick<PublishedCollector, 'manifest' | 'replaced'>;

/** The list of another release of the same Collector, which differs in one thing. Its profile is nowhere. */
export function otherRelease(list: string, into: string, differs: (collector: Published) => Published): void {
  const distribution: Distribution = JSON.parse(readFileSync(list, 'utf8'));
  const { collector } = distribution;
  if (!collector) throw new Error(`${list} has no Collector`);
  mkdirSync(dirname(into), { recursive: true });
  writeFileSync(into, JSON.stringify({ ...distribution, collector: { ...collector, ...differs(collector) } }));
}

/** One module of it is compiled in another version. @param hash `h1:` of go.sum. */
export const withModule =
  (module: string, version: string, hash: string) =>
  ({ manifest, replaced }: Published): Published => {
    const { dependency_versions: versions = {}, dependency_hashes: hashes } = manifest;
    const required = versions[module];
    if (required === undefined || required === version) throw new Error(`${module} of the Collector is ${required}`);
    return {
      manifest: {
        ...manifest,
        dependency_versions: { ...versions, [module]: version },
        dependency_hashes: { ...hashes, [module]: hash },
      },
      replaced: [...replaced, { module, version: required, by: { module, version } }],
    };
  };

/** It has a build tag more. */
export const withTag =
  (tag: string) =>
  ({ manifest, replaced }: Published): Published => {
    const { build_flags: flags } = manifest;
    const tags = flags.find((flag) => flag.startsWith('-tags='));
    const all = tags === undefined ? `-tags=${tag}` : `${tags},${tag}`;
    return { manifest: { ...manifest, build_flags: [...flags.filter((flag) => flag !== tags), all] }, replaced };
  };
