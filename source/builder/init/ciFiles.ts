import { USUAL_IMAGES } from '../hermetic/images.js';
import type { ProjectFile } from './project.js';

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
  /** `1.26.8`. */
  readonly go: string;
  /** `1.95.0`; null without a plugin in Rust. */
  readonly rust: string | null;
}

/** CI systems whose files `ocx init --ci` writes. */
export const CI_SYSTEMS = ['github'] as const;

/**
 * The workflow of a plugin repository, and the container it runs in: build, check-all, annotations. The same container on a laptop gives
 * the same plugins.
 */
export function ciFiles(project: CiProject, ocxVersion: string): ProjectFile[] {
  return [
    { path: '.github/workflows/plugin.yml', text: workflow(project) },
    { path: 'Containerfile', text: containerfile(project, ocxVersion) },
  ];
}

function workflow({ buildFile, output, profile, against }: CiProject): string {
  const build = `ocx build ${word(buildFile)}${against === null ? '' : ` --against ${word(against)}`}`;
  const check = `ocx plugins check-all ${word(`${output}/plugins`)} --collector ${word(profile)} --no-load`;
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
          echo "IN_CONTAINER=docker run --rm --volume $PWD:/work --workdir /work --volume $RUNNER_TEMP/cache:/cache --env HOME=/cache --env SOURCE_DATE_EPOCH --user $(id -u):$(id -g) plugin-build" >> "$GITHUB_ENV"
      - name: Build
        run: |
          SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
          export SOURCE_DATE_EPOCH
          $IN_CONTAINER ${build}
      - name: Check
        id: check
        # The reports are written whatever the answer is; the last command is the answer.
        run: |
          $IN_CONTAINER ${check} --build-file ${word(buildFile)} --output sarif > ocx.sarif || true
          $IN_CONTAINER ${check} --build-file ${word(buildFile)} --output junit > ocx.xml || true
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

function containerfile({ go, rust }: CiProject, ocxVersion: string): string {
  const rustStage = rust === null ? '' : `FROM docker.io/library/rust:${rust}-bookworm AS rust\n`;
  const rustCopy =
    rust === null
      ? ''
      : `COPY --from=rust /usr/local/cargo /usr/local/cargo
COPY --from=rust /usr/local/rustup /usr/local/rustup
ENV RUSTUP_HOME=/usr/local/rustup RUSTC=/usr/local/cargo/bin/rustc PATH=/usr/local/cargo/bin:$PATH
`;
  return `# What plugins are built and checked in, in CI and on a laptop: Go of the Collector, a C compiler, Node and ocx. By ocx init --ci.
#   docker build -t plugin-build -f Containerfile . && docker run --rm -it -v .:/work -w /work plugin-build
FROM ${USUAL_IMAGES.node} AS node
${rustStage}FROM docker.io/library/golang:${go}-bookworm
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
${rustCopy}RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \\
 && npm install --global --no-audit --no-fund ocx@${ocxVersion}
# No other Go than this one: plugins must have the Collector's.
ENV GOTOOLCHAIN=local
`;
}

/** A word of a shell command in a YAML block. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A text of a workflow expression. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
