import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { BuildEvent } from '../../source/builder/events.js';

// A real Collector of released modules, with three plugins: the one `ocx init` starts, one of contrib, and one with two
// components of core. Everything is downloaded, compiled, and opened by the Collector it was built for.

const CORE = 'go.opentelemetry.io/collector';
const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib';
const MORE_PLUGINS = `  - name: redaction
    processors:
      - gomod: ${CONTRIB}/processor/redactionprocessor v0.165.0
  - name: nops
    receivers:
      - gomod: ${CORE}/receiver/nopreceiver v0.165.0
    exporters:
      - gomod: ${CORE}/exporter/nopexporter v0.165.0
`;

const room = mkdtempSync(join(tmpdir(), 'ocx-build-'));
const project = join(room, 'project');
const dist = join(project, 'dist');
const processor = join(project, 'greeterprocessor/processor.go');
const buildFile = join(project, 'ocx-build.yaml');

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a user does, in the project; `during` sees the process while it runs. */
function ocx(args: readonly string[], env: NodeJS.ProcessEnv = {}, during?: (child: ChildProcess) => void): Promise<Ran> {
  const child = spawn(process.execPath, [resolve('dist/cli.js'), ...args], {
    cwd: existsSync(project) ? project : room,
    env: { ...process.env, SOURCE_DATE_EPOCH: '1700000000', ...env },
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (data: Buffer) => {
      text[name] += data.toString('utf8');
    });
  during?.(child);
  return new Promise((done) => child.on('close', (status) => done({ status, ...text })));
}

async function events(args: readonly string[] = []): Promise<BuildEvent[]> {
  const { stdout } = await ocx(['build', '--json', ...args]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** What became of each artifact: `compile greeter: unchanged`. */
function compiled(all: readonly BuildEvent[]): string[] {
  return all.flatMap((event) =>
    event.event === 'step ended' && event.step === 'compile' ? [`${event.title}: ${event.state}`] : [],
  );
}

const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

function distribution() {
  return JSON.parse(readFileSync(join(dist, 'distribution.json'), 'utf8'));
}

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(file, text.replace(from, to));
}

let built: Ran;

beforeAll(async () => {
  const started = await ocx(['init', 'project', '--name', 'greeter']);
  if (started.status !== 0) throw new Error(started.stderr);
  writeFileSync(buildFile, `${readFileSync(buildFile, 'utf8')}${MORE_PLUGINS}`);
  built = await ocx(['build']);
});

afterAll(() => rmSync(room, { recursive: true, force: true }));

describe('ocx build of a real Collector with three plugins', () => {
  it('delivers them with a manifest each, and says so in distribution.json', () => {
    expect(built.stderr).toBe('');
    expect(built.status).toBe(0);
    const { artifacts, build } = distribution();
    expect(artifacts.map(({ path, kind }: { path: string; kind: string }) => `${kind} ${path}`)).toEqual([
      'collector otelcol-greeter',
      'plugin plugins/greeter.so',
      'plugin plugins/nops.so',
      'plugin plugins/redaction.so',
    ]);
    for (const { path, sha256: hash, size, manifest_sha256: manifest, components_sha256: components } of artifacts) {
      expect(sha256(join(dist, path)), path).toBe(hash);
      expect(readFileSync(join(dist, path))).toHaveLength(size);
      expect(sha256(join(dist, `${path}.manifest.json`)), path).toBe(manifest);
      expect(sha256(join(dist, `${path}.components.json`)), path).toBe(components);
    }
    expect(build).toMatchObject({ ocb: 'v0.165.0', environment: { CGO_ENABLED: '1', SOURCE_DATE_EPOCH: '1700000000' } });
    expect(readdirSync(join(dist, '.ocx')).sort()).toEqual(['src', 'state.json']);
  });

  it('each plugin loads, and the manifest in its bytes is the file beside it', async () => {
    const { status, stdout } = await ocx(['plugins', 'check-all', 'dist/plugins', '--output', 'json']);
    expect(status).toBe(0);
    const { host, plugins } = JSON.parse(stdout);
    expect(host.path).toBe(join(dist, 'otelcol-greeter'));
    const judged = plugins.filter(({ state }: { state: string }) => state === 'judged');
    expect(judged).toHaveLength(3);
    for (const { path, verdict, policy, load, manifest, carrier, findings } of judged) {
      expect({ path, verdict, policy, load, findings }).toEqual({
        path,
        verdict: 'loads',
        policy: 'ok',
        load: 'loads',
        findings: [],
      });
      expect(carrier.kind).toBe('note');
      expect(manifest).toEqual(JSON.parse(readFileSync(`${path}.manifest.json`, 'utf8')));
    }
  });

  it("manifests hold go.sum's hashes, the folder of one's own module, and only what the artifact is made of", () => {
    const manifest = (name: string) => JSON.parse(readFileSync(join(dist, `${name}.manifest.json`), 'utf8'));
    const sums = readFileSync(join(dist, '.ocx/src/go.sum'), 'utf8');
    const hash = manifest('plugins/redaction.so').dependency_hashes[`${CONTRIB}/processor/redactionprocessor`];
    expect(sums).toContain(`${CONTRIB}/processor/redactionprocessor v0.165.0 ${hash}\n`);
    expect(manifest('plugins/greeter.so').dependency_hashes['example.com/greeterprocessor']).toMatch(/^dir:sha256-[0-9a-f]{64}$/);
    expect(manifest('otelcol-greeter').dependency_hashes['example.com/greeterprocessor']).toBeUndefined();
    expect(manifest('otelcol-greeter')).toMatchObject({ build_time: '2023-11-14T22:13:20Z', name: 'otelcol-greeter' });
  });

  it('the Collector has a profile of at most 300 KB gzipped, with which the verdicts are the same', async () => {
    const host = join(dist, 'otelcol-greeter');
    const profile = join(room, 'host.json.gz');
    expect((await ocx(['collector', 'profile', host, '-o', profile])).status).toBe(0);
    console.log(`profile of ${statSync(host).size} bytes: ${statSync(profile).size} gzipped`);
    expect(statSync(host).size).toBeGreaterThan(20_000_000);
    expect(statSync(profile).size).toBeLessThanOrEqual(300 * 1024);
    const verdicts = async (path: string) =>
      (await ocx(['plugins', 'check-all', join(dist, 'plugins'), '--collector', path, '--no-load', '-o', 'json'])).stdout.replace(
        path,
        'HOST',
      );
    expect(await verdicts(profile)).toBe(await verdicts(host));
  });

  it('what the Collector logs of plugins that it does not open is found and explained by triage', async () => {
    const others = join(room, 'others');
    mkdirSync(others);
    for (const name of ['go-no-manifest', 'go-other-minor', 'text-file'])
      copyFileSync(resolve(`fixtures/plugins/${name}.so`), join(others, `${name}.so`));
    const { stderr } = spawnSync(join(dist, 'otelcol-greeter'), ['--plugin-dir', others, '--config', 'config.yaml'], {
      cwd: project,
      encoding: 'utf8',
      timeout: 20_000,
    });
    const log = join(room, 'collector.log');
    writeFileSync(log, stderr);
    const { stdout, status } = await ocx(['triage', log, '--collector', join(dist, 'otelcol-greeter'), '-o', 'json']);
    const failures: { code: string; file: string; at_hand: { agrees: boolean } }[] = JSON.parse(stdout).failures;
    expect(failures.map(({ code, file }) => [code, basename(file)])).toEqual([
      ['OCX0410', 'go-no-manifest.so'],
      ['OCX0302', 'go-other-minor.so'],
      ['OCX0101', 'text-file.so'],
    ]);
    expect(failures.every(({ at_hand }) => at_hand.agrees)).toBe(true);
    expect(status).toBe(1);
  });

  it('the Collector starts with them, and lists their components', () => {
    const listed = execFileSync(join(dist, 'otelcol-greeter'), ['components', '--plugin-dir', join(dist, 'plugins')], {
      encoding: 'utf8',
    });
    for (const name of ['greeter', 'redaction', 'nop', 'batch', 'otlp', 'debug'])
      expect(listed).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it("the new project's own test passes", () => {
    const go = (...args: string[]) => execFileSync('go', args, { cwd: join(project, 'greeterprocessor'), encoding: 'utf8' });
    go('mod', 'tidy');
    expect(go('test', './...')).toMatch(/^ok\s/);
    expect(
      execFileSync('gofmt', ['-l', join(project, 'greeterprocessor'), join(dist, '.ocx/src/plugins')], { encoding: 'utf8' }),
    ).toBe('');
    go('vet', './...');
  });
});

describe('descriptors', () => {
  const listed = async (...args: string[]) => (await ocx(['components', ...args])).stdout;
  const otelcol = (...args: string[]) =>
    execFileSync(join(dist, 'otelcol-greeter'), ['components', ...args, '--plugin-dir', join(dist, 'plugins')], {
      encoding: 'utf8',
    });

  it('are embedded: ocx reads from the files what the Collector says of itself and its plugins, byte for byte', async () => {
    expect(await listed('list', 'dist/plugins', '-o', 'json')).toBe(otelcol('list', '-o', 'json'));
    expect(parse(await listed('list', 'dist/plugins', '-o', 'yaml'))).toEqual(parse(otelcol('list', '-o', 'yaml')));
    expect(await listed('explain', 'otlp', 'dist/plugins', '-o', 'json')).toBe(otelcol('explain', 'otlp', '-o', 'json'));
    expect(await listed('default-config', 'nop', 'dist/plugins', '-o', 'json')).toBe(
      otelcol('default-config', 'nop', '-o', 'json'),
    );
    const { components, not_loaded: notLoaded, undescribed } = JSON.parse(await listed('dist/plugins', '-o', 'json'));
    expect({ notLoaded, undescribed }).toEqual({ notLoaded: [], undescribed: [] });
    expect(
      components.map((one: Record<string, string>) => `${one.kind} ${one.type} ${one.origin?.replace(`${dist}/`, '')}`),
    ).toEqual([
      'receiver nop plugins/nops.so',
      'receiver otlp built-in',
      'processor batch built-in',
      'processor greeter plugins/greeter.so',
      'processor redaction plugins/redaction.so',
      'exporter debug built-in',
      'exporter nop plugins/nops.so',
    ]);
  });

  it('are what their schema says; each config_schema is JSON Schema 2020-12, and takes the default configuration', async () => {
    const schema = JSON.parse(readFileSync('spec/components.schema.json', 'utf8'));
    const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
    for (const keyword of ['x-duration', 'x-optional', 'x-custom']) ajv.addKeyword({ keyword, schemaType: 'boolean' });
    const isValid = ajv.compile(schema);
    const report = JSON.parse(await listed('dist/plugins', '-o', 'json'));
    expect(isValid(report), JSON.stringify(isValid.errors)).toBe(true);
    const described = ajv.compile({ $ref: `${schema.$id}#/$defs/descriptors` });
    for (const path of ['otelcol-greeter', 'plugins/greeter.so', 'plugins/nops.so', 'plugins/redaction.so'])
      expect(described(JSON.parse(readFileSync(join(dist, `${path}.components.json`), 'utf8'))), path).toBe(true);
    for (const { type, config_schema: config, default_config: defaults } of report.components) {
      const takes = ajv.compile(config);
      expect(takes(defaults), `${type}: ${JSON.stringify(takes.errors)}`).toBe(true);
    }
  });

  it('know what reflection alone does not: sections that are not set, durations, secrets, required fields, docs', async () => {
    const { components } = JSON.parse(await listed('dist/plugins', '-o', 'json'));
    const schemaOf = (type: string) => components.find((one: { type: string }) => one.type === type).config_schema.properties;
    const { grpc } = schemaOf('otlp').protocols.properties;
    expect(grpc['x-optional']).toBe(true);
    expect(grpc.properties.endpoint ?? grpc.properties.net_addr.properties.endpoint).toMatchObject({ default: 'localhost:4317' });
    expect(schemaOf('batch').timeout).toMatchObject({ 'x-duration': true, default: '200ms' });
    expect(schemaOf('batch').timeout.description).toMatch(/^Timeout sets the time after which a batch will be sent/);
    expect(schemaOf('redaction').hmac_key).toMatchObject({ type: 'string', writeOnly: true });
    expect(schemaOf('redaction').hmac_key.default).toBeUndefined();
    expect(schemaOf('debug').verbosity.enum).toContain('Detailed');
    const otlp = components.find((one: { type: string }) => one.type === 'otlp');
    expect(otlp.default_config).toEqual({ protocols: {} });
    expect(otlp.default_config_faults.join()).toContain('must specify at least one protocol');
    expect(components.find((one: { type: string }) => one.type === 'batch').docs).toMatch(/^# Batch Processor\n/);
  });

  it.each(['in force', 'all'])(
    'give a default configuration that otelcol validate takes, what is required filled in (%s)',
    async (fields) => {
      const sectionOf = async (type: string) =>
        parse(await listed('default-config', type, 'dist/plugins', '--fields', fields)) as Record<
          string,
          Record<string, unknown>
        >;
      const config: Record<string, Record<string, unknown>> = {};
      for (const type of ['otlp', 'batch', 'greeter', 'redaction', 'debug', 'nop'])
        for (const [section, entries] of Object.entries(await sectionOf(type)))
          config[section] = { ...config[section], ...entries };
      const file = join(room, 'default.yaml');
      const pipeline = { receivers: ['otlp', 'nop'], processors: ['batch', 'greeter', 'redaction'], exporters: ['debug', 'nop'] };
      const write = (receivers: unknown) =>
        writeFileSync(file, stringify({ ...config, receivers, service: { pipelines: { traces: pipeline } } }));
      const validate = () =>
        spawnSync(join(dist, 'otelcol-greeter'), ['validate', '--config', file, '--plugin-dir', join(dist, 'plugins')], {
          encoding: 'utf8',
        });
      write(config.receivers);
      expect(validate().stderr).toContain('must specify at least one protocol');
      write({ ...config.receivers, otlp: { protocols: { grpc: {} } } });
      const { status, stderr } = validate();
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  );

  it('of plugins that would not load are listed with the sign of the verdict', async () => {
    const { status, stdout } = await ocx(['components', 'dist/plugins', '--plugins', '--collector', resolve('fixtures/otelcol')]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^[x-] +processor +greeter/m);
    expect(stdout).toMatch(/^not loaded: dist\/plugins\/greeter\.so: /m);
  });
});

describe('building again', () => {
  it('builds what changed, and nothing else', async () => {
    // go mod tidy of the test above changed its go.mod, which is part of the plugin.
    await events();
    expect(compiled(await events())).toEqual([
      'compile otelcol-greeter: unchanged',
      'compile plugin greeter: unchanged',
      'compile plugin redaction: unchanged',
      'compile plugin nops: unchanged',
    ]);
    edit(processor, 'g.config.Value)', 'g.config.Value+"!")');
    const host = sha256(join(dist, 'otelcol-greeter'));
    expect(compiled(await events())).toEqual([
      'compile otelcol-greeter: unchanged',
      'compile plugin greeter: done',
      'compile plugin redaction: unchanged',
      'compile plugin nops: unchanged',
    ]);
    expect(sha256(join(dist, 'otelcol-greeter'))).toBe(host);
  });

  it('--only builds one plugin against the Collector that is there', async () => {
    edit(processor, 'g.config.Value+"!")', 'g.config.Value)');
    const before = distribution();
    expect(compiled(await events(['--only', 'greeter']))).toEqual(['compile plugin greeter: done']);
    const after = distribution();
    const changed = after.artifacts.filter(
      (one: { sha256: string }, index: number) => one.sha256 !== before.artifacts[index].sha256,
    );
    expect(changed.map(({ path }: { path: string }) => path)).toEqual(['plugins/greeter.so']);
  });

  it('--only refuses what that Collector would refuse, before anything is compiled', async () => {
    edit(buildFile, '  output_path: ./dist', '  output_path: ./dist\n  build_tags: netgo');
    const all = await events(['--only', 'greeter']);
    edit(buildFile, '\n  build_tags: netgo', '');
    expect(compiled(all)).toEqual([]);
    const failed = all.find((event) => event.event === 'build failed');
    expect(failed?.message).toContain("plugin greeter can't match the Collector in");
    expect(failed?.details).toEqual(['build_flags: plugin -tags=netgo -trimpath, Collector -trimpath']);
  });

  it('--fetch-only brings all that --offline needs, which asks nobody', async () => {
    const caches = { GOPROXY: 'http://127.0.0.1:1', GOSUMDB: 'off' };
    expect((await ocx(['build', '--fetch-only'])).status).toBe(0);
    const { status, stderr } = await ocx(['build', '--offline'], caches);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const nothing = await ocx(['build', '--offline'], { GOMODCACHE: join(room, 'no-modules') });
    expect(nothing.stderr).toMatch(/can't be downloaded: GOPROXY is off; ocx build --fetch-only gets it/);
    expect(nothing.status).toBe(1);
  });

  it('wants no module of the tests of what it imports', async () => {
    const test = join(project, 'greeterprocessor/wanting_test.go');
    writeFileSync(test, 'package greeterprocessor\n\nimport _ "example.com/nowhere/to/be/had"\n');
    const all = await events();
    rmSync(test);
    expect(all.at(-1)).toMatchObject({ event: 'build finished' });
  });

  it('a plugin that is taken from the file is taken from the output', async () => {
    const whole = readFileSync(buildFile, 'utf8');
    edit(buildFile, MORE_PLUGINS, '');
    await events();
    expect(readdirSync(join(dist, 'plugins'))).toEqual(
      ['', '.cdx.json', '.components.json', '.manifest.json'].map((end) => `greeter.so${end}`),
    );
    writeFileSync(buildFile, whole);
    await events();
    expect(readdirSync(join(dist, 'plugins'))).toHaveLength(12);
  });
});

describe('a build that fails', () => {
  it("shows the compiler's error, named from where one stands, and leaves the artifacts alone", async () => {
    const before = distribution();
    edit(processor, 'g.config.Value)', 'g.config.Nothing)');
    const { status, stderr, stdout } = await ocx(['build']);
    edit(processor, 'g.config.Nothing)', 'g.config.Value)');
    expect(status).toBe(1);
    expect(stdout).toContain('describe components');
    expect(stderr.split('\n').slice(0, 2)).toEqual([
      'ocx: plugin greeter does not compile',
      expect.stringMatching(/^ {2}greeterprocessor\/processor\.go:\d+:\d+: g\.config\.Nothing undefined/),
    ]);
    expect(stderr).toContain(join(dist, 'build.log'));
    expect(readFileSync(join(dist, 'build.log'), 'utf8')).toContain('g.config.Nothing undefined');
    for (const { path, sha256: hash } of before.artifacts) expect(sha256(join(dist, path)), path).toBe(hash);
  });

  it('delivers no component type that the Collector has already: it would not start', async () => {
    const factory = join(project, 'greeterprocessor/factory.go');
    const before = sha256(join(dist, 'plugins/greeter.so'));
    edit(factory, 'MustNewType("greeter")', 'MustNewType("batch")');
    const { status, stderr, stdout } = await ocx(['build']);
    edit(factory, 'MustNewType("batch")', 'MustNewType("greeter")');
    expect(status).toBe(1);
    expect(stderr).toContain(
      'plugin greeter (example.com/greeterprocessor) brings processor batch, which the Collector (go.opentelemetry.io/collector/processor/batchprocessor) of line 13 has already',
    );
    expect(stdout, 'nothing was compiled for it').not.toContain('compile plugin');
    expect(sha256(join(dist, 'plugins/greeter.so'))).toBe(before);
  });

  it('names a module that the proxy does not give', async () => {
    const proxy = createServer((_request, response) => response.writeHead(403).end('not here'));
    await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
    const { port } = proxy.address() as AddressInfo;
    const file = join(project, 'missing.yaml');
    writeFileSync(file, readFileSync(buildFile, 'utf8').replace('redactionprocessor v0.165.0', 'nosuchprocessor v0.165.0'));
    const { status, stderr } = await ocx(['build', 'missing.yaml'], { GOPROXY: `http://127.0.0.1:${port}`, GOFLAGS: '' });
    proxy.close();
    expect(status).toBe(1);
    const line =
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('nosuchprocessor')) + 1;
    expect(stderr).toMatch(
      new RegExp(
        `^ocx: ${file}:${line}: \\S+\\.gomod: ${CONTRIB}/processor/nosuchprocessor v0\\.165\\.0 can't be downloaded: 403 Forbidden$`,
        'm',
      ),
    );
  });

  it('a release that there is not is the mistake of a line of the build file, not of ocb', async () => {
    const proxy = createServer((_request, response) => response.writeHead(404).end('not found'));
    await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
    const { port } = proxy.address() as AddressInfo;
    const file = join(project, 'release.yaml');
    writeFileSync(file, readFileSync(buildFile, 'utf8').replace('batchprocessor v0.165.0', 'batchprocessor v0.165.99'));
    const line =
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('v0.165.99')) + 1;
    const { status, stderr } = await ocx(['build', 'release.yaml'], { GOPROXY: `http://127.0.0.1:${port}`, GOFLAGS: '' });
    proxy.close();
    expect(status).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `^ocx: ${file}:${line}: processors\\[\\d\\]\\.gomod asks for v0\\.165\\.99, a release of the Collector whose builder can't be downloaded: `,
        'm',
      ),
    );
  });

  it('a plugin that panics when it is opened is not delivered, and is told from those beside it', async () => {
    const before = sha256(join(dist, 'plugins/greeter.so'));
    writeFileSync(join(project, 'greeterprocessor/bad.go'), 'package greeterprocessor\n\nfunc init() { panic("not today") }\n');
    // Another time: everything is built again, so all are described by one program.
    const { status, stderr } = await ocx(['build'], { SOURCE_DATE_EPOCH: '1700000001' });
    rmSync(join(project, 'greeterprocessor/bad.go'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/ocx: plugin greeter panics when its components are described\n.*not today/);
    expect(sha256(join(dist, 'plugins/greeter.so'))).toBe(before);
  });

  it('Ctrl-C ends the compilers and leaves nothing half-written', async () => {
    const elsewhere = join(project, 'elsewhere.yaml');
    writeFileSync(elsewhere, readFileSync(buildFile, 'utf8').replace('./dist', './other'));
    // A cache of its own: there is much to compile.
    const cache = join(room, 'interrupted');
    const { status, stderr } = await ocx(['build', '--json', 'elsewhere.yaml'], { GOCACHE: cache }, (child) => {
      child.stdout?.on('data', (data: Buffer) => {
        if (data.includes('"step":"describe"')) setTimeout(() => child.kill('SIGINT'), 1000);
      });
    });
    expect({ status, stderr }).toEqual({ status: 130, stderr: '' });
    expect(readdirSync(join(project, 'other')).sort()).toEqual(['.ocx', 'build.log', 'plugins']);
    expect(readdirSync(join(project, 'other/plugins'))).toEqual([]);
    expect(readdirSync(join(project, 'other/.ocx'))).toEqual(['src']);
    const still = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
    expect(still.filter((line) => line.includes(join(project, 'other')))).toEqual([]);
  });
});

describe('two builds', () => {
  it('are the same to the bit, the second from an empty cache', async () => {
    await events();
    const first = distribution();
    rmSync(dist, { recursive: true });
    const { status } = await ocx(['build'], { GOCACHE: join(room, 'fresh') });
    expect(status).toBe(0);
    expect(distribution()).toEqual(first);
  }, 600_000); // Everything is compiled, once for the Collector and once for plugins: 180 s of processor time.

  it('are compared by --verify: what the sources still make is the same, and of the rest it is said why', async () => {
    edit(processor, 'g.config.Value)', 'g.config.Value+"!")');
    const before = distribution();
    // Another time, and none that was asked for: the times of the distribution count.
    const { status, stdout, stderr } = await ocx(['build', '--verify', 'dist'], { SOURCE_DATE_EPOCH: '' });
    edit(processor, 'g.config.Value+"!")', 'g.config.Value)');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    const [, told = ''] = stdout.split(/\n\n/);
    expect(told.split('\n')).toEqual([
      '= otelcol-greeter  the same',
      'x plugins/greeter.so  is built otherwise now',
      expect.stringMatching(
        /^ {4}dependency example\.com\/greeterprocessor: dir:sha256-[0-9a-f]{64}, rebuilt dir:sha256-[0-9a-f]{64}$/,
      ),
      '= plugins/nops.so  the same',
      '= plugins/redaction.so  the same',
      `1 of 4 artifacts of ${dist} are not what these sources make.`,
      '',
    ]);
    expect(distribution()).toEqual(before);
    expect(readdirSync(project).filter((name) => name.includes('verify'))).toEqual([]);
  });
});
