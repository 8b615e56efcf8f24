import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { USUAL_IMAGES } from '../../../source/builder/hermetic/images.js';
import { ocxIn, type Ran, run } from '../project.js';

/** Where modules come from is this machine's affair. */
const PASSED = ['GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOFLAGS'] as const;

/**
 * Prepares the folder of somebody else: a plugin of one's own, two files of a distribution, and ocx as its package has it.
 * @param published folder of the distribution.
 */
export async function somebodyElse(folder: string, published: string): Promise<void> {
  mkdirSync(join(folder, 'package'), { recursive: true });
  const started = await ocxIn(folder, ['init', 'project', '--name', 'hello']);
  if (started.status !== 0) throw new Error(started.stderr);
  mkdirSync(join(folder, 'project/host'));
  for (const file of ['distribution.json', 'otelcol-greeter.profile.json'])
    cpSync(join(published, file), join(folder, 'project/host', file));
  const packed = await run(['npm', 'pack', '--silent', '--pack-destination', folder], resolve('.'));
  if (packed.status !== 0) throw new Error(packed.stderr);
  const unpacked = await run(['tar', '-xzf', packed.stdout.trim().split('\n').at(-1) ?? ''], folder);
  if (unpacked.status !== 0) throw new Error(unpacked.stderr);
}

/** Builds the plugin in a container of its own: no cache, no folder of the first build, nothing but what is in `folder`. */
export function buildInContainer(folder: string, toolchain: string, into: string): Promise<Ran> {
  writeFileSync(
    join(folder, 'Dockerfile'),
    `FROM ${USUAL_IMAGES.node} AS node
FROM ${USUAL_IMAGES.go} AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY package /ocx
COPY project /project
WORKDIR /project
${PASSED.map((name) => `ARG ${name}\n`).join('')}ENV GOTOOLCHAIN=${toolchain}
RUN node /ocx/dist/cli.js build --against host/distribution.json
FROM scratch
COPY --from=build /project/dist /
`,
  );
  const args = PASSED.flatMap((name) => (process.env[name] ? [`--build-arg=${name}=${process.env[name]}`] : []));
  return run(['buildah', 'build', '--pull-never', '--layers=false', `--output=type=local,dest=${into}`, ...args, folder], folder);
}
