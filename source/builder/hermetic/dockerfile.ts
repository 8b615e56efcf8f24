import { createHash } from 'node:crypto';
import { quoted } from '../../verdict/shellWord.js';
import { type Image, promisedVersion } from './images.js';

/** What it is called, in the container's folder and in what is delivered. */
export const DOCKERFILE = 'Dockerfile';

/** What a Dockerfile is written from: nothing of the machine, or its hash would differ from place to place. */
export interface DockerfileFacts {
  readonly images: readonly Image[];
  /** Where the command runs, below `/project`: `.`. */
  readonly directory: string;
  /** The build file, relative to that. */
  readonly file: string;
  /** Where it writes, relative to that. */
  readonly output: string;
  readonly rust: boolean;
}

/** Where things lie in the container. */
export const OCX_FOLDER = '/ocx';
export const PROJECT_FOLDER = '/project';
export const ENVIRONMENT_FILE = `${OCX_FOLDER}/environment.json`;

/** Variables that say where modules come from; what comes is checked by its hash, so they are no part of what is built. */
const SOURCES_OF_MODULES = ['GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GONOPROXY', 'GOPRIVATE'] as const;
export const BUILD_ARGUMENTS = ['SOURCE_DATE_EPOCH', ...SOURCES_OF_MODULES] as const;

/**
 * The Dockerfile of a hermetic build: toolchains from images, a step that fetches, and one that compiles without a network.
 * Its last stage is what comes out, so `docker build --output DIR` writes a distribution.
 */
export function dockerfile({ images, directory, file, output, rust }: DockerfileFacts): string {
  const ocx = `node ${OCX_FOLDER}/dist/cli.js build ${quoted(file)} --into ${quoted(output)} --json`;
  return `# Written by ocx build --hermetic. By hand, in this folder:
#   docker build --output DIR .      (podman build, buildah build: the same)
${toolchains(images, '/usr/local/cargo')}
ENV GOTOOLCHAIN=local GOFLAGS= CGO_ENABLED=1 GOPATH=/cache/gopath GOMODCACHE=/cache/modules GOCACHE=/cache/go XDG_CACHE_HOME=/cache/tools

# Runs the compile step: any socket is refused there, whatever the engine.
COPY no-network.c ${OCX_FOLDER}/
RUN cc -O2 -o ${OCX_FOLDER}/no-network ${OCX_FOLDER}/no-network.c
${checks(images, rust)}
COPY ocx ${OCX_FOLDER}
COPY Dockerfile environment.json ${OCX_FOLDER}/
COPY project ${PROJECT_FOLDER}
WORKDIR ${directory === '.' ? PROJECT_FOLDER : `${PROJECT_FOLDER}/${directory}`}

# Fetch: modules by go.sum, crates by Cargo.lock. The only step that needs the network.
${SOURCES_OF_MODULES.map((name) => `ARG ${name}\n`).join('')}RUN ${mounts(images)} \\
  ${ocx} --fetch-only

# Compile, without it.
ARG SOURCE_DATE_EPOCH=0
RUN ${mounts(images)} \\
  ${OCX_FOLDER}/no-network ${ocx} --offline --environment ${ENVIRONMENT_FILE} && \\
  mv ${quoted(output)}/.ocx/locks.json /locks.json && rm -rf ${quoted(output)}/.ocx && mv ${quoted(output)} /out && \\
  mkdir /out/.ocx && mv /locks.json /out/.ocx/

FROM scratch
COPY --from=build /out /
`;
}

/** `sha256:...` of the text. */
export function dockerfileHash(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/**
 * The stage `build`: every toolchain, taken from its image.
 * @param cargoHome where cargo keeps what it downloads; null: in the home of who runs it.
 */
export function toolchains(images: readonly Image[], cargoHome: string | null): string {
  const of = (role: Image['role']) => images.find((image) => image.role === role)?.reference;
  const base = of('base');
  if (base !== undefined) return `FROM ${base} AS build`;
  const rust = of('rust');
  return [
    `FROM ${of('go')} AS build`,
    `COPY --from=${of('node')} /usr/local/bin/node /usr/local/bin/`,
    ...(rust === undefined
      ? []
      : [
          `COPY --from=${rust} /usr/local/rustup /usr/local/rustup`,
          `COPY --from=${rust} /usr/local/cargo /usr/local/cargo`,
          `ENV RUSTUP_HOME=/usr/local/rustup ${cargoHome === null ? '' : `CARGO_HOME=${cargoHome} `}PATH=/usr/local/cargo/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
        ]),
  ].join('\n');
}

/**
 * What an image must have is looked for before anything is fetched, and said in one sentence: a base of one's own may lack
 * it, and a tag may have moved.
 */
function checks(images: readonly Image[], rust: boolean): string {
  const version = (role: Image['role']) => promisedVersion(images.find((image) => image.role === role)?.reference ?? '');
  const [go, rustc] = [version('go'), version('rust')];
  const all = [
    check('command -v go', 'the base image has no go in PATH'),
    check('command -v node', 'the base image has no node in PATH: ocx needs Node 20 or later'),
    ...(go === null ? [] : [check(`test "$(go env GOVERSION)" = go${go}`, `the image of Go ${go} has another Go`)]),
    ...(rust ? [check('command -v cargo', 'the base image has no cargo in PATH')] : []),
    ...(rustc === null
      ? []
      : [check(`rustc --version | grep -qF 'rustc ${rustc} '`, `the image of Rust ${rustc} has another rustc`)]),
  ];
  return `RUN ${all.join(' && \\\n  ')}\n`;
}

function check(command: string, otherwise: string): string {
  return `{ ${command} >/dev/null || { echo 'ocx: ${otherwise}' >&2; exit 1; }; }`;
}

/**
 * Go's caches last from one build to the next. Modules are verified again in the fetch step. Results of the compiler are
 * kept apart for each image: of C headers Go's cache knows nothing. Several builds may use them at once, as Go's caches allow;
 * `sharing=locked` would let buildah 1.28 wait for its own lock in the second step.
 */
function mounts(images: readonly Image[]): string {
  const key = createHash('sha256').update(JSON.stringify(images)).digest('hex').slice(0, 12);
  return ['--mount=type=cache,id=ocx-modules,target=/cache/modules', `--mount=type=cache,id=ocx-go-${key},target=/cache/go`].join(
    ' ',
  );
}
