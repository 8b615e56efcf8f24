import { createHash } from 'node:crypto';
import { toolchains } from '../hermetic/dockerfile.js';
import type { Image } from '../hermetic/images.js';
import { ownArchive } from '../ownPackage.js';
import type { ProjectFile } from './project.js';
import { shellWord } from './shellWord.js';

/** What CI of a plugin repository needs to know. */
export interface CiProject {
  /** The build file, relative to the repository. */
  readonly buildFile: string;
  /** Where the build puts things, relative to it: `dist`. */
  readonly output: string;
  /** What plugins are judged against: the Collector's profile, relative to it. */
  readonly profile: string;
  /** `--against` of the build, relative to it; null where the Collector is built too. */
  readonly against: string | null;
  /** What the container is made of, by digest where one is known. */
  readonly images: readonly Image[];
}

/** CI systems whose files `ocx init --ci` writes. */
export const CI_SYSTEMS = ['github'] as const;

/**
 * The workflow of a plugin repository, and the container it runs in: build, check-all, annotations. The same container on a laptop gives
 * the same plugins. This ocx itself comes along as a file: what is installed is what wrote the workflow, and no registry is asked for it.
 * @throws BuildError when this ocx runs from sources that were not built.
 */
export function ciFiles(project: CiProject, ocxVersion: string): ProjectFile[] {
  const archive = { path: `.ci/ocx-${ocxVersion}.tgz`, text: ownArchive(ocxVersion) };
  return [
    { path: '.github/workflows/plugin.yml', text: workflow(project) },
    { path: 'Containerfile', text: containerfile(project, archive.path, sha256(archive.text)) },
    archive,
  ];
}

function workflow({ buildFile, output, profile, against }: CiProject): string {
  const build = `ocx build ${shellWord(buildFile)}${against === null ? '' : ` --against ${shellWord(against)}`}`;
  const check = `ocx plugins check-all ${shellWord(`${output}/plugins`)} --collector ${shellWord(profile)} --no-load`;
  return `# Builds the plugins in the container of this repository, and says at the lines of ${buildFile} what would not load. By ocx init --ci github.
name: plugins
on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

jobs:
  plugins:
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    permissions:
      contents: read
      security-events: write # to upload SARIF
    steps:
      - uses: actions/checkout@v4
      - uses: actions/cache@v4
        with:
          path: \${{ runner.temp }}/cache
          key: plugins-\${{ hashFiles('Containerfile', ${quoted(buildFile)}, '**/go.mod', '**/Cargo.lock') }}
          restore-keys: plugins-
      - name: Container
        run: |
          docker build --tag plugin-build --file Containerfile .
          mkdir -p "$RUNNER_TEMP/cache"
          echo "IN_CONTAINER=docker run --rm --volume $PWD:/work --workdir /work --volume $RUNNER_TEMP/cache:/cache --env HOME=/cache --env GOPATH=/cache/go --env SOURCE_DATE_EPOCH --user $(id -u):$(id -g) plugin-build" >> "$GITHUB_ENV"
      - name: Build
        run: |
          SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
          export SOURCE_DATE_EPOCH
          $IN_CONTAINER ${build}
      - name: Check
        id: check
        # The reports are written whatever the answer is; the last command is the answer.
        run: |
          $IN_CONTAINER ${check} --build-file ${shellWord(buildFile)} --output sarif > ocx.sarif || true
          $IN_CONTAINER ${check} --build-file ${shellWord(buildFile)} --output junit > ocx.xml || true
          $IN_CONTAINER ${check}
      - name: Annotations
        if: always() && steps.check.outcome != 'skipped'
        uses: github/codeql-action/upload-sarif@v3
        with:
          sarif_file: ocx.sarif
          category: ocx
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: plugins
          path: |
            ${output}/plugins
            ${output}/distribution.json
            ${output}/build.log
            ocx.xml
`;
}

function containerfile({ images }: CiProject, archive: string, hash: string): string {
  return `# What plugins are built and checked in, in CI and on a laptop: Go of the Collector, a C compiler, Node and ocx. By ocx init --ci.
#   docker build -t plugin-build -f Containerfile . && docker run --rm -it -v .:/work -w /work plugin-build
${toolchains(images, null)}
# The ocx that wrote this file, which has all that it needs in it.
COPY ${archive} /opt/ocx.tgz
RUN echo '${hash}  /opt/ocx.tgz' | sha256sum --check --quiet && mkdir /opt/ocx \\
 && tar -xzf /opt/ocx.tgz -C /opt/ocx --strip-components=1 \\
 && ln -s /opt/ocx/dist/cli.js /usr/local/bin/ocx && ocx --version
# No other Go than this one: plugins must have the Collector's.
ENV GOTOOLCHAIN=local
`;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A text of a workflow expression. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
