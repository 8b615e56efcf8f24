import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BuildEvent } from '../../../source/builder/events.js';
import { environmentDigest } from '../../../source/builder/hermetic/environment.js';
import type { Manifest } from '../../../source/manifest/manifest.js';
import { eventually, freePorts, ocxIn, run, startCollector } from '../project.js';
import { otherRelease, somebodyElse, withModule, withTag } from './secondContainer.js';
import type { Workflow } from './workflow.js';

// The RFC's own tests: a Collector, a Go plugin and a Rust plugin, built by the Dockerfile that users get; what matches loads, and
// data flows; what does not is refused, with the reason. `run` makes the base images.

const scratch = process.env.OCX_HERMETIC_SCRATCH;
if (scratch === undefined) throw new Error('this suite is started by test/toolchain/hermetic/run, which makes its base images');
const room = mkdtempSync(join(scratch, 'suite-'));
const here = join(room, 'here', 'project');
const there = join(room, 'somewhere', 'else', 'entirely', 'project');
const SOURCES = ['ocx-build.yaml', 'ocx-build.lock', 'config.yaml', 'greeterprocessor', 'taggerprocessor', 'otelcol-plugin'];
const ARTIFACTS = ['otelcol-greeter', 'plugins/greeter.so', 'plugins/tagger.so'];

/** Nothing of this machine's settings may count. */
const ENVIRONMENT = { SOURCE_DATE_EPOCH: '', GOFLAGS: '-tags=elsewhere', RUSTFLAGS: '-Cdebuginfo=2' };

async function events(project: string, ...args: string[]): Promise<{ status: number | null; events: BuildEvent[] }> {
  const { status, stdout, stderr } = await ocxIn(project, ['build', '--json', ...args], ENVIRONMENT);
  const lines = stdout.trim().split('\n');
  if (!lines[0]?.startsWith('{')) throw new Error(`${stdout}\n${stderr}`);
  return { status, events: lines.map((line) => JSON.parse(line)) };
}

/** Fails with the build's own words, which say more than an exit code. */
async function hermetic(project: string): Promise<BuildEvent[]> {
  const { status, events: all } = await events(project, '--hermetic', '--engine', 'buildah');
  if (status === 0) return all;
  const log = join(project, 'dist/build.log');
  throw new Error(`${JSON.stringify(all.at(-1))}\n${existsSync(log) ? readFileSync(log, 'utf8').slice(-4000) : ''}`);
}

async function verified(project: string, distribution: string) {
  const { status, events: all } = await events(project, '--verify', distribution, '--engine', 'buildah');
  const last = all.at(-1);
  if (last?.event !== 'build verified') throw new Error(JSON.stringify(last));
  return { status, same: last.same, artifacts: last.artifacts };
}

const manifest = (project: string, artifact: string): Manifest =>
  JSON.parse(readFileSync(join(project, 'dist', `${artifact}.manifest.json`), 'utf8'));
const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(file, text.replace(from, to));
}

/** Puts one plugin beside those that match, and starts the Collector. */
async function refused(file: string): Promise<{ status: number | null; said: string; codes: string[] }> {
  const place = mkdtempSync(join(room, 'mismatched-'));
  copyFileSync(file, join(place, 'other.so'));
  const started = await run(['dist/otelcol-greeter', '--plugin-dir', place, '--config', 'config.yaml'], here);
  const checked = await run(['dist/otelcol-greeter', 'plugins', 'check-all', place, '--no-load', '-o', 'json'], here);
  const codes = JSON.parse(checked.stdout).plugins.flatMap(({ findings }: { findings: { code: string }[] }) =>
    findings.map(({ code }) => code),
  );
  expect(checked.status).toBe(1);
  return { status: started.status, said: started.stdout + started.stderr, codes };
}

let built: BuildEvent[];

beforeAll(async () => {
  mkdirSync(join(room, 'here'), { recursive: true });
  for (const args of [
    ['project', '--name', 'greeter'],
    ['rust', '--name', 'tagger', '--lang', 'rust'],
  ])
    expect((await ocxIn(join(room, 'here'), ['init', ...args])).status).toBe(0);
  for (const folder of ['taggerprocessor', 'otelcol-plugin'])
    cpSync(join(room, 'here/rust', folder), join(here, folder), { recursive: true });
  edit(join(here, 'ocx-build.yaml'), '\nplugins:\n', '\nplugins:\n  - name: tagger\n    cargo: { path: ./taggerprocessor }\n');
  built = await hermetic(here);
}, 1_800_000);

describe('a hermetic build', () => {
  it("delivers the RFC's four: Collector, plugins, a manifest each, and the Dockerfile with its hash in all of them", () => {
    const dockerfile = `sha256:${sha256(join(here, 'dist/Dockerfile'))}`;
    const { artifacts, build, files } = JSON.parse(readFileSync(join(here, 'dist/distribution.json'), 'utf8'));
    const listed: string[] = [...artifacts, ...files].map(({ path }: { path: string }) => path);
    const there = readdirSync(join(here, 'dist'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(join(here, 'dist'), join(entry.parentPath, entry.name)))
      .filter((path) => !path.startsWith('.ocx/') && path !== 'distribution.json' && path !== 'build.log');
    expect(there.sort(), 'every file that is listed, and no other').toEqual(listed.sort());
    expect(listed).toEqual(expect.arrayContaining(['Dockerfile', ...ARTIFACTS.map((path) => `${path}.manifest.json`)]));
    expect(artifacts.map(({ path }: { path: string }) => path).sort()).toEqual([...ARTIFACTS].sort());
    for (const artifact of ARTIFACTS) {
      const { build_environment: environment, build_time: time } = manifest(here, artifact);
      expect(environment, artifact).toEqual(build.build_environment);
      expect(environment?.parts.dockerfile).toBe(dockerfile);
      expect(environment?.digest).toBe(environmentDigest(environment?.parts ?? {}));
      expect(time).toBe('1970-01-01T00:00:00Z');
    }
    expect(Object.keys(build.build_environment.parts).sort()).toEqual(
      ['Cargo.lock', 'cc', 'dockerfile', 'go', 'go.sum', 'image go', 'image node', 'image rust', 'ocb', 'ocx', 'rust'].sort(),
    );
    for (const { path, sha256: hash } of artifacts) expect(sha256(join(here, 'dist', path)), path).toBe(hash);
  });

  it('says each step of the build inside, as a build outside of a container does', () => {
    const titles = built.flatMap((event) => (event.event === 'step ended' ? [event.title] : []));
    for (const title of [
      'find an engine',
      'write the container',
      'fetch modules',
      'fetch crates',
      'compile otelcol-greeter',
      'compile plugin tagger',
      'open plugin tagger',
    ])
      expect(titles).toContain(title);
  });

  it('takes nothing from the settings of this machine', () => {
    for (const artifact of ARTIFACTS)
      expect(JSON.stringify(manifest(here, artifact).build_flags)).not.toMatch(/elsewhere|debuginfo/);
  });

  it('locks the images, the modules and the crates it took', () => {
    const { images, go_sum, cargo_locks } = JSON.parse(readFileSync(join(here, 'ocx-build.lock'), 'utf8'));
    expect(Object.keys(images)).toEqual(
      expect.arrayContaining([expect.stringContaining('golang:'), expect.stringContaining('rust:')]),
    );
    expect(go_sum.length).toBeGreaterThan(100);
    expect(cargo_locks.tagger).toMatch(/name = "otelcol-plugin"/);
  });
});

describe('plugins that match', () => {
  it('are judged to load, by ocx and by the Collector, with nothing to be said', async () => {
    const args = ['plugins', 'check-all', 'dist/plugins', '--no-load', '-o', 'json'];
    for (const { status, stdout } of [await ocxIn(here, args), await run(['dist/otelcol-greeter', ...args], here)]) {
      const judged = JSON.parse(stdout).plugins.filter(({ state }: { state: string }) => state === 'judged');
      expect(judged.map(({ verdict, findings }: { verdict: string; findings: unknown[] }) => ({ verdict, findings }))).toEqual([
        { verdict: 'loads', findings: [] },
        { verdict: 'loads', findings: [] },
      ]);
      expect(status).toBe(0);
    }
  });

  it('load, and data flows through both', async () => {
    const [port = 0] = await freePorts(1);
    const config = readFileSync(join(here, 'config.yaml'), 'utf8')
      .replace('localhost:4318', `127.0.0.1:${port}`)
      .replace('  batch:\n', '  batch: {timeout: 10ms}\n  tagger: {attribute: tag, value: by-rust}\n')
      .replaceAll('[greeter, batch]', '[greeter, tagger, batch]');
    writeFileSync(join(here, 'flow.yaml'), `${config}\n  telemetry: {metrics: {level: none}}\n`);
    const collector = await startCollector(
      ['dist/otelcol-greeter', '--plugin-dir', 'dist/plugins', '--config', 'flow.yaml'],
      here,
    );
    try {
      const span = { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174', name: 'hermetic-span', kind: 1 };
      const sent = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
      });
      expect(sent.status).toBe(200);
      const log = await eventually('the span', () => (/hermetic-span/.test(collector.log()) ? collector.log() : null));
      expect(log).toContain('greeting: Str(hello)');
      expect(log).toContain('tag: Str(by-rust)');
    } finally {
      expect(await collector.stop()).toBe(0);
    }
  });
});

describe('plugins that do not match', () => {
  it.each([
    ['toolchain', 'go-other-patch', 'OCX0801', /toolchain go1\.26\.7, host go1\.26\.8/],
    ['set of flags', 'go-other-tags', 'OCX0802', /-tags=verboselog/],
    ['dependency', 'go-other-dependency', 'OCX0806', /different version/],
    ['rustc', 'rust-other-rustc', 'OCX0801', /toolchain rustc/],
    ['profile of Rust', 'rust-other-profile', 'OCX0805', /build profile/],
    ['ABI version', 'rust-other-abi', 'OCX0702', /ABI version 2, host is 1/],
    ['target', 'rust-other-target', 'OCX0803', /target x86_64-unknown-linux-musl, host is/],
  ])('another %s: the Collector refuses it and does not start', async (_what, fixture, code, reason) => {
    const { status, said, codes } = await refused(resolve(`fixtures/plugins/${fixture}.so`));
    expect(codes).toContain(code);
    expect(codes).toContain('OCX0608');
    expect(said).toMatch(reason);
    expect(status).not.toBe(0);
  });
});

describe('built again elsewhere', () => {
  beforeAll(() => {
    mkdirSync(there, { recursive: true });
    for (const source of SOURCES) cpSync(join(here, source), join(there, source), { recursive: true });
  });

  it('from another folder, with warm caches where they were cold, it is the same to the bit', async () => {
    const { status, same, artifacts } = await verified(there, join(here, 'dist'));
    expect(artifacts.map(({ path, state, differences }) => ({ path, state, differences }))).toEqual(
      ARTIFACTS.map((path) => ({ path, state: 'same', differences: [] })),
    );
    expect({ status, same }).toEqual({ status: 0, same: true });
  });

  it('with one dependency changed, it is said which artifact differs and by what', async () => {
    const lock = join(there, 'taggerprocessor/Cargo.lock');
    writeFileSync(lock, JSON.parse(readFileSync(join(there, 'ocx-build.lock'), 'utf8')).cargo_locks.tagger);
    const version = /name = "itoa"\nversion = "([\d.]+)"/.exec(readFileSync(lock, 'utf8'))?.[1] ?? '';
    const older = await run(['cargo', 'update', '--quiet', '-p', 'itoa', '--precise', '1.0.14'], join(there, 'taggerprocessor'));
    expect({ status: older.status, said: older.stderr }).toEqual({ status: 0, said: '' });
    const { status, artifacts } = await verified(there, join(here, 'dist'));
    expect(status).toBe(1);
    const state = Object.fromEntries(artifacts.map(({ path, state: of }) => [path, of]));
    // Each manifest names the locks of its container: of the others nothing else differs.
    expect(state).toEqual({
      'otelcol-greeter': 'environment',
      'plugins/greeter.so': 'environment',
      'plugins/tagger.so': 'differs',
    });
    const [first] = artifacts.find(({ path }) => path === 'plugins/tagger.so')?.differences ?? [];
    expect(first).toMatchObject({
      what: 'dependency',
      name: 'itoa',
      distribution: expect.stringMatching(new RegExp(`^${version.replaceAll('.', '\\.')} `)),
      rebuilt: expect.stringMatching(/^1\.0\.14 /),
    });
    expect(readdirSync(there).filter((name) => name.includes('verify'))).toEqual([]);
  });
});

describe('plugins of somebody else, in a second container: that of ocx init --ci', () => {
  const elsewhere = join(room, 'elsewhere');
  const reports = () => ({
    sarif: JSON.parse(readFileSync(join(elsewhere, 'ocx.sarif'), 'utf8')).runs[0].results,
    junit: readFileSync(join(elsewhere, 'ocx.xml'), 'utf8'),
  });
  let workflow: Workflow;

  beforeAll(async () => {
    workflow = await somebodyElse(elsewhere, join(here, 'dist'));
    const { status, stdout, stderr } = await workflow.step('Container');
    if (status !== 0) throw new Error(stdout + stderr);
  });

  it('with another Go it stops before it compiles, and says the fix', async () => {
    const { status, stdout, stderr } = await workflow.inContainer(
      'env GOTOOLCHAIN=go1.26.7 ocx build --against host/distribution.json',
    );
    expect(status).not.toBe(0);
    const said = stdout + stderr;
    expect(said).toContain('otelcol-greeter 0.1.0 was built by go1.26.8, and this would build with go1.26.7');
    expect(said).toContain('fix: GOTOOLCHAIN=go1.26.8 ocx build --against host/distribution.json');
    expect(said).not.toContain('compile plugin');
  });

  it('by the steps of the workflow, from two published files alone, one is built and checked, and the first Collector loads it', async () => {
    const built = await workflow.step('Build');
    expect(built.status, built.stdout + built.stderr).toBe(0);
    expect(built.stdout + built.stderr).toContain('1 plugin loads in otelcol-greeter 0.1.0');
    expect(manifest(elsewhere, 'plugins/hello.so').build_time, 'that of the commit').toMatch(/^20\d\d-/);
    const judged = await workflow.step('Check');
    expect(judged.status, judged.stdout + judged.stderr).toBe(0);
    expect(reports()).toEqual({ sarif: [], junit: expect.stringContaining('tests="1" failures="0" errors="0"') });
    const checked = await run(['dist/otelcol-greeter', 'plugins', 'check-all', join(elsewhere, 'dist/plugins')], here);
    expect(checked.status, checked.stdout).toBe(0);
    const [port = 0] = await freePorts(1);
    const config = readFileSync(join(elsewhere, 'config.yaml'), 'utf8').replace('localhost:4318', `127.0.0.1:${port}`);
    writeFileSync(join(here, 'added.yaml'), `${config}\n  telemetry: {metrics: {level: none}}\n`);
    const argv = ['dist/otelcol-greeter', '--plugin-dir', join(elsewhere, 'dist/plugins'), '--config', 'added.yaml'];
    const collector = await startCollector(argv, here);
    try {
      const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' } }] }] }] });
      const headers = { 'content-type': 'application/json' };
      expect((await fetch(`http://127.0.0.1:${port}/v1/logs`, { method: 'POST', headers, body })).status).toBe(200);
      await eventually('the attribute', () => collector.log().includes('greeting: Str(hello)') || null);
    } finally {
      expect(await collector.stop()).toBe(0);
    }
  });

  const zap = async () => {
    const fetched = await workflow.inContainer('go mod download -json go.uber.org/zap@v1.27.1');
    return withModule('go.uber.org/zap', 'v1.27.1', JSON.parse(fetched.stdout).Sum);
  };

  it.each([
    ['version of a dependency', zap, 'OCX0806', /go\.uber\.org\/zap/],
    ['set of tags', async () => withTag('audit'), 'OCX0802', /-tags=[\w,]*audit/],
  ])(
    'with another %s one is compiled there all the same: its CI and the first Collector refuse it',
    async (_what, differs, code, reason) => {
      otherRelease(join(elsewhere, 'host/distribution.json'), join(elsewhere, 'other/distribution.json'), await differs());
      await workflow.giveToRunner();
      const built = await workflow.inContainer('ocx build --against other/distribution.json');
      expect(built.status, built.stdout + built.stderr).toBe(0);
      const { status, said, codes } = await refused(join(elsewhere, 'dist/plugins/hello.so'));
      expect(codes).toContain(code);
      expect(said).toMatch(reason);
      expect(status).toBe(1);
      const judged = await workflow.step('Check');
      expect(judged.status, judged.stdout).toBe(1);
      const { sarif, junit } = reports();
      expect(sarif).toContainEqual(expect.objectContaining({ ruleId: code, level: 'error' }));
      expect(sarif[0].locations[0].physicalLocation.artifactLocation.uri).toBe('ocx-build.yaml');
      expect(junit).toContain('failures="1"');
    },
  );
});
