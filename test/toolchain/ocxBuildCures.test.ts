import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MendedProject } from './buildFileFix.js';
import { emptyFolder, ocxIn } from './project.js';

// Plugins that `ocx build` made, each in a way that its Collector refuses; then the fix that ocx gives is done as it stands: lines of the build
// file, commands in the folder of a component, and `ocx build`. The Collector opens what comes out.

const CORE = 'go.opentelemetry.io/collector';
const { folder, remove } = emptyFolder('cures');
const project = new MendedProject(join(folder, 'project'));
const HOST = 'dist/otelcol-greeter';

const NOPS = (version: string) => `dist:
  name: otelcol-nops
  output_path: ./mine
receivers:
  - gomod: ${CORE}/receiver/nopreceiver ${version}
exporters:
  - gomod: ${CORE}/exporter/nopexporter ${version}
plugins:
  - name: limits
    processors:
      - gomod: ${CORE}/processor/memorylimiterprocessor ${version}
`;

beforeAll(async () => {
  const started = await ocxIn(folder, ['init', 'project', '--name', 'greeter']);
  if (started.status !== 0) throw new Error(started.stderr);
  await project.buildCollector();
}, 1_200_000);
afterAll(remove);

const greeter = (change: (text: string) => string) =>
  change(readFileSync(project.at('ocx-build.yaml'), 'utf8').replace('./dist', './mine'));

interface Case {
  readonly name: string;
  readonly plugin: string;
  readonly file: () => string;
  /** How it is built, and what is done before. */
  readonly build: string;
  readonly verdict: string;
  readonly fix: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: 'with a tag that its Collector does not have',
    plugin: 'greeter',
    file: () => greeter((text) => text.replace('output_path:', 'build_tags: ours\n  output_path:')),
    build: 'ocx build mine.yaml',
    verdict: 'refused',
    fix: /^in its build file: build_tags: '' \(dist\); then: ocx build$/,
  },
  {
    name: 'by another patch of Go, for another GOAMD64, and to be debugged',
    plugin: 'limits',
    file: () => NOPS('v0.165.0').replace('output_path:', 'debug_compilation: true\n  output_path:'),
    build: 'GOTOOLCHAIN=go1.26.7 GOAMD64=v3 ocx build mine.yaml',
    verdict: 'fails',
    fix: /^in its build file: debug_compilation: false \(dist\); then: GOTOOLCHAIN=go1\.26\.8 GOAMD64=v1 ocx build$/,
  },
  {
    name: 'of another release of the Collector',
    plugin: 'limits',
    file: () => NOPS('v0.149.0'),
    build: 'ocx build mine.yaml',
    verdict: 'fails',
    fix: /^in its build file: every gomod of go\.opentelemetry\.io\/collector\/\.\.\. at v0\.165\.0; then: ocx build$/,
  },
  // The fix was a `go get` in the plugin's folder, which `replaces` overrules.
  {
    name: 'with another version of a module under replaces',
    plugin: 'greeter',
    file: () => greeter((text) => `${text}\nreplaces:\n  - go.uber.org/zap => go.uber.org/zap v1.27.1\n`),
    build: 'ocx build mine.yaml',
    verdict: 'fails',
    fix: /^in its build file: replaces: go\.uber\.org\/zap => go\.uber\.org\/zap v1\.\d+\.\d+; then: ocx build$/,
  },
  {
    name: 'of a folder whose go.mod asks for a newer module',
    plugin: 'greeter',
    file: () => greeter((text) => text),
    build: `cd greeterprocessor && printf 'package greeterprocessor\n\nimport _ "golang.org/x/text/unicode/norm"\n' > norm.go && \
      go get golang.org/x/text@v0.44.0 && go mod tidy && cd .. && ocx build mine.yaml`,
    verdict: 'fails',
    fix: /^in the folder of example\.com\/greeterprocessor: go get golang\.org\/x\/text@v0\.\d+\.0 && go mod tidy; then: ocx build$/,
  },
];

it.each(CASES.map((one) => [one.name, one] as const))(
  'built by ocx build %s: the fix makes it load',
  async (name, { plugin, file, build, verdict, fix }) => {
    writeFileSync(project.at('mine.yaml'), file());
    await project.shell(build);
    const before = await project.validated(plugin, HOST);
    expect(before.verdict).toBe(verdict);
    const given = before.findings.find(({ severity }) => severity === verdict);
    console.log(`${name}\n  ${given?.cause}\n  ${given?.fix}`);
    expect(given?.fix).toMatch(fix);
    await project.applyFix(given?.fix ?? '');
    expect((await project.validated(plugin, HOST)).verdict).toBe('loads');
  },
  900_000,
);
