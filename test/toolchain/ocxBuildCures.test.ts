import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { emptyFolder, ocxIn, run } from './project.js';

// Plugins that `ocx build` made, each in a way that its Collector refuses; then the fix that ocx gives is done as it stands: lines of the build
// file, commands in the folder of a component, and `ocx build`. The Collector opens what comes out.

const CORE = 'go.opentelemetry.io/collector';
const { folder, remove } = emptyFolder('cures');
const project = join(folder, 'project');
const at = (file: string) => join(project, file);
const HOST = at('dist/otelcol-greeter');
const MINE = at('mine.yaml');

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

interface Judged {
  readonly verdict: string;
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly fix: string | null;
    readonly cause: string | null;
  }[];
  readonly probe?: { readonly outcome: string };
}

/** Judges it, and lets the Collector open it. */
async function validated(plugin: string): Promise<Judged> {
  const { stdout } = await ocxIn(project, [
    'plugins',
    'validate',
    at(`mine/plugins/${plugin}.so`),
    '--collector',
    HOST,
    '-o',
    'json',
  ]);
  const [judged] = JSON.parse(stdout).plugins;
  return judged;
}

/** In a shell, as a user runs it; `ocx` is found on PATH. */
async function shell(line: string, directory: string): Promise<void> {
  const { status, stdout, stderr } = await run(['sh', '-c', line], directory, { PATH: `${at('bin')}:${process.env.PATH}` });
  if (status !== 0) throw new Error(`${line}\n${stdout}\n${stderr}`);
}

async function applyFix(fix: string): Promise<void> {
  const steps = fix.split('; then: ');
  for (const step of steps.slice(0, -1)) {
    const [, lines] = /^in its build file: (.*)$/.exec(step) ?? [];
    const [, component, command] = /^in the folder of (\S+): (.*)$/.exec(step) ?? [];
    if (lines !== undefined) lines.split(', ').forEach(edit);
    else if (component !== undefined && command !== undefined) await shell(command, at(component.split('/').at(-1) ?? ''));
    else throw new Error(`nothing that can be done here: ${step}`);
  }
  await shell(`${steps.at(-1)} mine.yaml`, project);
}

function edit(line: string): void {
  const text = readFileSync(MINE, 'utf8');
  const [, key, value] = /^(\w+): (.*) \(dist\)$/.exec(line) ?? [];
  const [, family = '', release = ''] = /^every gomod of (\S+)\.\.\. at (\S+)$/.exec(line) ?? [];
  const document = parseDocument(text);
  if (key !== undefined) document.setIn(['dist', key], parseDocument(value ?? '').toJS());
  writeFileSync(
    MINE,
    key === undefined ? text.replace(new RegExp(`(gomod: ${family}\\S+) \\S+`, 'g'), `$1 ${release}`) : document.toString(),
  );
}

beforeAll(async () => {
  const started = await ocxIn(folder, ['init', 'project', '--name', 'greeter']);
  if (started.status !== 0) throw new Error(started.stderr);
  mkdirSync(at('bin'));
  writeFileSync(at('bin/ocx'), `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/cli.js')}' "$@"\n`);
  chmodSync(at('bin/ocx'), 0o755);
  const built = await ocxIn(project, ['build']);
  if (built.status !== 0) throw new Error(`${built.stdout}\n${built.stderr}`);
}, 1_200_000);
afterAll(remove);

const greeter = (change: (text: string) => string) =>
  change(readFileSync(at('ocx-build.yaml'), 'utf8').replace('./dist', './mine'));

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
    writeFileSync(MINE, file());
    await shell(build, project);
    const before = await validated(plugin);
    expect(before.verdict).toBe(verdict);
    const given = before.findings.find(({ severity }) => severity === verdict);
    console.log(`${name}\n  ${given?.cause}\n  ${given?.fix}`);
    expect(given?.fix).toMatch(fix);
    await applyFix(given?.fix ?? '');
    expect((await validated(plugin)).verdict).toBe('loads');
  },
  900_000,
);
