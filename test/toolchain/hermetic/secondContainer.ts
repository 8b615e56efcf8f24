import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** The list of another release of the same Collector: one module of it is compiled in another version. Its profile is nowhere. */
export function otherRelease(list: string, into: string, { module, version, hash }: OtherModule): void {
  const distribution = JSON.parse(readFileSync(list, 'utf8'));
  const { manifest } = distribution.collector;
  const required = manifest.dependency_versions[module];
  if (required === undefined || required === version) throw new Error(`${module} of the Collector is ${required}`);
  manifest.dependency_versions[module] = version;
  manifest.dependency_hashes[module] = hash;
  distribution.collector.replaced.push({ module, version: required, by: { module, version } });
  mkdirSync(dirname(into), { recursive: true });
  writeFileSync(into, JSON.stringify(distribution));
}

export interface OtherModule {
  readonly module: string;
  readonly version: string;
  /** `h1:` of go.sum. */
  readonly hash: string;
}
