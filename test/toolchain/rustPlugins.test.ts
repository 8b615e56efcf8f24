import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BuildEvent } from '../../source/builder/events.js';
import { emptyFolder, eventually, freePorts, ocxIn, type RunningCollector, run, startCollector } from './project.js';

// A real Collector with Go and Rust plugins in one pipeline: the processor `ocx init --lang rust` starts, the specimen of
// runtime/rust that fails where it is told to, and a processor of core as a Go plugin.

const CORE = 'go.opentelemetry.io/collector';
const SPECIMEN = resolve('runtime/rust/tests/specimen');
const MORE = `  - name: limits
    processors:
      - gomod: ${CORE}/processor/memorylimiterprocessor v0.165.0
  - name: specimen
    cargo: {path: ${SPECIMEN}}
`;
const BUILT_IN = `  - gomod: ${CORE}/exporter/debugexporter v0.165.0
  - gomod: github.com/open-telemetry/opentelemetry-collector-contrib/exporter/fileexporter v0.165.0
`;

const { folder, remove } = emptyFolder('rust');
const project = join(folder, 'project');
const at = (file: string) => join(project, file);
const COLLECTOR = 'dist/otelcol-greeter';
const PLUGINS = ['--plugin-dir', 'dist/plugins'];

const SIGNALS = {
  traces: (name: string) => ({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...IDS, name, kind: 1 }] }] }] }),
  metrics: (name: string) => ({
    resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name, gauge: { dataPoints: [{ asInt: '1' }] } }] }] }],
  }),
  logs: (name: string) => ({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: name } }] }] }] }),
} as const;
type Signal = keyof typeof SIGNALS;
const IDS = { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174' };

function config(port: number, specimen: string): string {
  const pipelines = Object.keys(SIGNALS).map(
    (signal) =>
      `    ${signal}: {receivers: [otlp], processors: [memory_limiter, greeter, specimen], exporters: [file/${signal}]}`,
  );
  return `receivers:
  otlp: {protocols: {http: {endpoint: '127.0.0.1:${port}'}}}
processors:
  memory_limiter: {check_interval: 1s, limit_mib: 4000}
  greeter: {value: good morning}
  specimen: ${specimen}
exporters:
${Object.keys(SIGNALS)
  .map((signal) => `  file/${signal}: {path: ${signal}.json, flush_interval: 20ms}\n`)
  .join('')}service:
  telemetry: {metrics: {level: none}, logs: {level: debug}}
  pipelines:
${pipelines.join('\n')}
`;
}

async function send(port: number, signal: Signal, name: string): Promise<Response> {
  const body = JSON.stringify(SIGNALS[signal](name));
  return fetch(`http://127.0.0.1:${port}/v1/${signal}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
}

/** What arrived of a signal, as the Collector's file exporter wrote it. */
const arrived = (signal: Signal): string => (existsSync(at(`${signal}.json`)) ? readFileSync(at(`${signal}.json`), 'utf8') : '');

const collector = (...args: string[]) => run([COLLECTOR, ...args], project);

/** How many handles of Rust plugins there still are, as the Collector's log says at the end. */
const handlesIn = (log: string): number[] => [...log.matchAll(/"handles": (\d+)/g)].map(([, count]) => Number(count));

async function running<T>(specimen: string, use: (port: number, collector: RunningCollector) => Promise<T>): Promise<string> {
  for (const signal of Object.keys(SIGNALS)) writeFileSync(at(`${signal}.json`), '');
  const [port = 0] = await freePorts(1);
  writeFileSync(at('c.yaml'), config(port, specimen));
  const started = await startCollector([COLLECTOR, ...PLUGINS, '--config', 'c.yaml'], project);
  try {
    await use(port, started);
  } finally {
    await started.stop();
  }
  return started.log();
}

beforeAll(async () => {
  const started = await ocxIn(folder, ['init', 'project', '--name', 'greeter', '--lang', 'rust']);
  if (started.status !== 0) throw new Error(started.stderr);
  // The crate of the repository, so that both plugins have the same: a copy of it is the same crate elsewhere.
  const toml = at('greeterprocessor/Cargo.toml');
  writeFileSync(toml, readFileSync(toml, 'utf8').replace('"../otelcol-plugin"', JSON.stringify(resolve('runtime/rust'))));
  // And the same versions of everything it has: both plugins must agree on what crosses the boundary.
  cpSync('runtime/rust/Cargo.lock', at('greeterprocessor/Cargo.lock'));
  const settled = await run(['cargo', 'metadata', '--format-version=1'], at('greeterprocessor'));
  if (settled.status !== 0) throw new Error(settled.stderr);
  const file = at('ocx-build.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8').replace(/ {2}- gomod: \S+debugexporter \S+\n/, BUILT_IN)}${MORE}`);
  const built = await ocxIn(project, ['build']);
  if (built.status !== 0) throw new Error(`${built.stdout}\n${built.stderr}`);
}, 1_200_000);
afterAll(remove);

describe('Go and Rust plugins in one Collector', () => {
  it('all load, by ocx and by the Collector, with one manifest each from Cargo.lock', async () => {
    const { stdout, status } = await ocxIn(project, ['plugins', 'check-all', 'dist/plugins', '--no-load', '-o', 'json']);
    const judged = JSON.parse(stdout).plugins.filter(({ state }: { state: string }) => state === 'judged');
    const seen = judged.map(({ path, verdict, findings }: { path: string; verdict: string; findings: unknown[] }) => [
      path.split('/').at(-1),
      verdict,
      findings,
    ]);
    expect({ status, seen }).toEqual({
      status: 0,
      seen: [
        ['greeter.so', 'loads', []],
        ['limits.so', 'loads', []],
        ['specimen.so', 'loads', []],
      ],
    });
    const manifest = JSON.parse(readFileSync(at('dist/plugins/greeter.so.manifest.json'), 'utf8'));
    const lock = readFileSync(at('greeterprocessor/Cargo.lock'), 'utf8');
    expect(lock).toContain(`checksum = "${manifest.dependency_hashes.prost}"`);
    expect(manifest.dependency_hashes.greeterprocessor).toMatch(/^dir:sha256-/);
    const { accepts } = JSON.parse(readFileSync(at(`${COLLECTOR}.manifest.json`), 'utf8'));
    expect(accepts.rust.dependency_hashes.prost).toBe(manifest.dependency_hashes.prost);
    // What it registers is in its bytes, as the Collector that opened it said.
    const described = JSON.parse(readFileSync(at('dist/plugins/greeter.so.components.json'), 'utf8'));
    expect(described.components).toMatchObject([
      { kind: 'processor', type: 'greeter', default_config: { attribute: 'greeting', value: 'hello' } },
    ]);
    expect((await ocxIn(project, ['plugins', 'list', 'dist/plugins'])).stdout).toContain('1 component: processor greeter');
    const inCollector = await collector('plugins', 'check-all', 'dist/plugins');
    expect(inCollector.stdout).toMatch(/3 loads/);
    expect(inCollector.status).toBe(0);
  });

  it('all three signals go through both, in one pipeline', async () => {
    const log = await running('{tag: seen}', async (port) => {
      for (const signal of Object.keys(SIGNALS) as Signal[]) {
        expect((await send(port, signal, `a ${signal}`)).status).toBe(200);
        const text = await eventually(signal, () => arrived(signal) || null);
        for (const part of [`a ${signal}`, '"greeting"', '"good morning"', '"specimen"', '"seen"']) expect(text).toContain(part);
      }
    });
    expect(handlesIn(log).at(-1)).toBe(0);
    expect(log).toContain('specimen specimen took 1 batches');
  });

  it('a wrong field is an error that names it, and print-config shows defaults', async () => {
    writeFileSync(at('c.yaml'), config(1, '{numbers: [1, 100]}'));
    expect((await collector('validate', ...PLUGINS, '--config', 'c.yaml')).stderr).toContain(
      'Error: processors::specimen: numbers[1]: 100 is not below 100\n',
    );
    writeFileSync(at('c.yaml'), config(1, '{tagg: x}'));
    const wrong = await collector('validate', ...PLUGINS, '--config', 'c.yaml');
    expect(wrong.stderr).toMatch(/^Error: processors::specimen: tagg: .*no such field/m);
    expect(wrong.status).toBe(1);
    writeFileSync(at('c.yaml'), config(1, '{}'));
    const printed = await collector('print-config', ...PLUGINS, '--config', 'c.yaml');
    expect(printed.stdout).toMatch(/ {4}greeter:\n {8}attribute: greeting\n {8}value: good morning\n/);
    expect(printed.stdout).toMatch(/ {4}specimen:\n(?: {8}.*\n)*? {8}tag: rust\n/);
    const explained = await collector('components', 'explain', 'greeter', ...PLUGINS);
    expect(explained.stdout).toMatch(/attribute\s+string\s+"greeting"\s+The key that is set/);
  });
});

describe('the new project', () => {
  it('passes its own test, and is as rustfmt has it', async () => {
    const env = { CARGO_TARGET_DIR: at('dist/.ocx/cargo/test') };
    for (const args of [
      ['fmt', '--check'],
      ['test', '--locked'],
    ]) {
      const { status, stdout, stderr } = await run(['cargo', ...args], at('greeterprocessor'), env);
      expect(status, `${args[0]}: ${stdout}${stderr}`).toBe(0);
    }
  });
});

describe('a Rust plugin that misbehaves', () => {
  it.each(['consume', 'first_consume', 'thread', 'instance_thread'])('panics in %s: the Collector goes on', async (place) => {
    const log = await running(`{fail: ${place}}`, async (port) => {
      const first = await send(port, 'traces', 'one');
      const fails = place === 'consume' || place === 'first_consume';
      expect(first.ok).toBe(!fails);
      if (fails) expect(await first.text()).toMatch(/plugins\/specimen\.so panicked at \S+\.rs:\d+:\d+: the specimen panics in/);
      expect((await send(port, 'logs', 'two')).ok).toBe(!fails);
    });
    expect(handlesIn(log).at(-1)).toBe(0);
  });

  it('panics in create: the Collector says so and does not start', async () => {
    writeFileSync(at('c.yaml'), config(1, '{fail: create}'));
    const { stderr, status } = await collector(...PLUGINS, '--config', 'c.yaml');
    expect(stderr).toMatch(/specimen\.so panicked at \S+\.rs:\d+:\d+: the specimen panics in Create/);
    expect(status).toBe(1);
  });

  it('panics in shutdown and in drop: the Collector ends all the same', async () => {
    for (const place of ['shutdown', 'drop']) {
      const log = await running(`{fail: ${place}}`, (port) => send(port, 'traces', 'one'));
      expect(log, place).toContain('the specimen panics');
      expect(handlesIn(log).at(-1), place).toBe(0);
    }
  });

  it('is slow while the Collector is told to stop: what was taken goes through, nothing is left', async () => {
    const answers: Promise<Response>[] = [];
    const log = await running('{delay: 2s}', async (port) => {
      for (let index = 0; index < 8; index++) answers.push(send(port, 'traces', `slow ${index}.`));
      await new Promise((later) => setTimeout(later, 500));
    });
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(8).fill(200));
    for (let index = 0; index < 8; index++) expect(arrived('traces')).toContain(`slow ${index}.`);
    expect(handlesIn(log).at(-1)).toBe(0);
  });
});

describe('10,000 batches from 8 clients', () => {
  it('arrive once each, through Go and Rust; memory does not grow', async () => {
    const memory: number[] = [];
    const log = await running('{tag: x}', async (port) => {
      const pid = (await run(['sh', '-c', `pgrep -f -- '--config c.yaml' | head -1`], project)).stdout.trim();
      const rss = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
      let next = 0;
      const client = async () => {
        for (let index = next++; index < 10_000; index = next++) {
          const { status } = await send(port, 'logs', `batch-${index}.`);
          if (status !== 200) throw new Error(`batch ${index}: ${status}`);
          if (index % 1000 === 999) memory.push(rss());
        }
      };
      await Promise.all(Array.from({ length: 8 }, client));
      await eventually('the last batch', () => (arrived('logs').includes('batch-9999.') ? true : null));
    });
    const seen = [...arrived('logs').matchAll(/batch-(\d+)\./g)].map(([, index]) => Number(index));
    expect(seen.length).toBe(10_000);
    expect(new Set(seen).size).toBe(10_000);
    expect(handlesIn(log).at(-1)).toBe(0);
    const [early, late] = [memory[2] ?? 0, memory.at(-1) ?? 0];
    console.log(`RSS after each 1,000 batches, MB: ${memory.map((mb) => mb.toFixed(0)).join(' ')}`);
    expect(late - early, 'megabytes that 7,000 batches added').toBeLessThan(20);
  });
});

describe('building again', () => {
  const compiled = async (...args: string[]) => {
    const { stdout } = await ocxIn(project, ['build', '--json', ...args]);
    const events: BuildEvent[] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return events.flatMap((event) =>
      event.event === 'step ended' && event.step === 'compile' ? [`${event.title}: ${event.state}`] : [],
    );
  };

  it('builds what changed, and nothing else; --only one plugin', async () => {
    expect(await compiled()).toEqual([
      'compile otelcol-greeter: unchanged',
      'compile plugin greeter: unchanged',
      'compile plugin limits: unchanged',
      'compile plugin specimen: unchanged',
    ]);
    const source = at('greeterprocessor/src/lib.rs');
    writeFileSync(source, readFileSync(source, 'utf8').replace('"hello".into()', '"hello, you".into()'));
    expect(await compiled('--only', 'greeter')).toEqual(['compile plugin greeter: done']);
    expect(await compiled()).toContain('compile plugin greeter: unchanged');
  });

  it("shows rustc's error when it does not compile, and delivers nothing", async () => {
    const source = at('greeterprocessor/src/lib.rs');
    const good = readFileSync(source, 'utf8');
    const before = readFileSync(at('dist/distribution.json'), 'utf8');
    writeFileSync(source, good.replace('Ok(Self { config })', 'Ok(Self { nothing })'));
    const { status, stderr } = await ocxIn(project, ['build']);
    writeFileSync(source, good);
    expect(status).toBe(1);
    expect(stderr).toContain('ocx: plugin greeter does not compile\n  error[E');
    expect(stderr).toContain('src/lib.rs:');
    expect(readFileSync(at('dist/distribution.json'), 'utf8')).toBe(before);
  });

  it('names a crate that is not there', async () => {
    const file = readFileSync(at('ocx-build.yaml'), 'utf8');
    writeFileSync(at('missing.yaml'), file.replace('path: ./greeterprocessor', 'crate: itoa\n      version: 99.0.0'));
    const { status, stderr } = await ocxIn(project, ['build', 'missing.yaml']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/ocx: plugin greeter: crate itoa 99\.0\.0 can't be had: there is no such version/);
  });
});

describe('a crate of a registry', () => {
  it('is built by its name and version, offline from a directory that stands in for the registry', async () => {
    // As cargo vendor leaves it, with the fixtures' crate among it as one that was published.
    const fixture = resolve('fixtures/src/rust');
    const vendored = at('vendored');
    const made = await run(['cargo', 'vendor', '--locked', '--manifest-path', join(fixture, 'Cargo.toml'), vendored], project);
    if (made.status !== 0) throw new Error(made.stderr);
    cpSync(fixture, join(vendored, 'otelcol-fixture-plugin'), { recursive: true });
    writeFileSync(
      join(vendored, 'otelcol-fixture-plugin/.cargo-checksum.json'),
      JSON.stringify({ files: {}, package: 'ab'.repeat(32) }),
    );
    mkdirSync(at('home'), { recursive: true });
    writeFileSync(
      at('home/config.toml'),
      `[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\ndirectory = ${JSON.stringify(vendored)}\n`,
    );
    const [head] = readFileSync(at('ocx-build.yaml'), 'utf8').split('plugins:');
    const of = (crate: string, version: string) =>
      `${head?.replace('./dist', './other-dist')}plugins:\n  - name: published\n    cargo: {crate: ${crate}, version: ${version}}\n`;
    const build = (crate: string, version: string) => {
      writeFileSync(at('published.yaml'), of(crate, version));
      return ocxIn(project, ['build', 'published.yaml'], { CARGO_HOME: at('home'), CARGO_NET_OFFLINE: 'true' });
    };
    const built = await build('otelcol-fixture-plugin', '0.1.0');
    expect(built.stderr).toBe('');
    expect(built.stdout).toMatch(/open plugin published {2}processor rust_\d/);
    const manifest = JSON.parse(readFileSync(at('other-dist/plugins/published.so.manifest.json'), 'utf8'));
    expect(manifest.dependency_hashes['otelcol-fixture-plugin']).toBe('ab'.repeat(32));
    expect((await build('otelcol-fixture-plugin', '0.2.0')).stderr).toContain(
      "ocx: plugin published: crate otelcol-fixture-plugin 0.2.0 can't be had: there is no such version",
    );
    expect((await build('nosuchcrate', '1.0.0')).stderr).toContain(
      "ocx: plugin published: crate nosuchcrate can't be had: there is no crate of that name",
    );
    const prost = JSON.parse(readFileSync(join(vendored, 'prost/.cargo-checksum.json'), 'utf8')).package;
    expect(manifest.dependency_hashes.prost).toBe(prost);
    const plain = join(vendored, 'plain-library');
    mkdirSync(join(plain, 'src'), { recursive: true });
    writeFileSync(join(plain, 'src/lib.rs'), '');
    writeFileSync(join(plain, 'Cargo.toml'), '[package]\nname = "plain-library"\nversion = "1.0.0"\nedition = "2021"\n');
    writeFileSync(join(plain, '.cargo-checksum.json'), JSON.stringify({ files: {}, package: 'cd'.repeat(32) }));
    expect((await build('plain-library', '1.0.0')).stderr).toContain('crate plain-library is no cdylib');
  });
});

describe('a Rust plugin that does not match', () => {
  it('is refused with every reason by ocx and by the Collector, and taken under policy abi', async () => {
    const other = at('other');
    const manifest = JSON.parse(readFileSync(at('dist/plugins/greeter.so.manifest.json'), 'utf8'));
    const claim = {
      ...manifest,
      build_profile: 'debug',
      dependency_hashes: { ...manifest.dependency_hashes, prost: '00' },
    };
    writeFileSync(at('claim.json'), JSON.stringify(claim));
    // The same crate, with another claim within. (One of another rustc would be a lie, which its bytes give away.)
    const env = {
      OTELCOL_MANIFEST: at('claim.json'),
      OTELCOL_DESCRIPTORS: at('dist/plugins/greeter.so.components.json'),
      CARGO_TARGET_DIR: at('dist/.ocx/cargo/other'),
    };
    const built = await run(['cargo', 'build', '--release', '--locked'], at('greeterprocessor'), env);
    if (built.status !== 0) throw new Error(built.stderr);
    await run(['mkdir', '-p', other], project);
    const file = join(other, 'greeter.so');
    cpSync(at('dist/.ocx/cargo/other/release/libgreeterprocessor.so'), file);
    const codes = ['OCX0805', 'OCX0703'];
    const mine = await ocxIn(project, ['plugins', 'validate', file, '--collector', COLLECTOR, '--no-load', '-o', 'json']);
    const theirs = await collector('plugins', 'validate', file, '--no-load', '-o', 'json');
    for (const { stdout, status } of [mine, theirs]) {
      const [judged] = JSON.parse(stdout).plugins;
      expect(judged.verdict).toBe('refused');
      expect(judged.findings.map(({ code }: { code: string }) => code)).toEqual(expect.arrayContaining(codes));
      expect(status).toBe(1);
    }
    const refused = await collector('components', '--plugin-dir', other);
    expect(refused.status).toBe(1);
    for (const code of codes) expect(refused.stderr).toContain(code);
    const skipped = await collector('components', 'list', '--plugin-dir', other, '--plugin-policy=skip');
    expect(skipped.status).toBe(0);
    expect(skipped.stdout).toMatch(/^- +processor +greeter/m);
    expect(skipped.stdout).toContain('not loaded: ');
    const taken = await collector('components', 'list', '--plugin-dir', other, '--plugin-policy=abi');
    expect(taken.stdout).toMatch(/^\+ +processor +greeter/m);
    const byAbi = await ocxIn(project, ['plugins', 'validate', file, '--collector', COLLECTOR, '--policy', 'abi']);
    expect(byAbi.stdout).toContain('+ loads  greeter.so');
    expect(byAbi.stdout).toContain('OCX0704');
    expect(byAbi.status).toBe(0);
    expect((await collector('plugins', 'list', other, '--plugin-policy=strict')).status).toBe(2);
  }, 900_000); // The crate and all that it is made of are compiled once more, by cargo alone.
});
