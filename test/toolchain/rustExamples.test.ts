import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder, eventually, freePorts, ocxIn, type Ran, run, startCollector } from './project.js';

// The two examples of runtime/rust as a user builds them, in one Collector with a Go plugin of contrib; the same built again
// elsewhere, and stopped while cargo runs; and the specimen over hundreds of thousands of batches.

const CORE = 'go.opentelemetry.io/collector';
const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib';

/** What is built, from the crates of a folder that is laid out as `runtime/rust`. */
const buildFile = (crates: string) => `dist: {name: otelcol-examples, module: example.com/examples, output_path: ./dist}
receivers:
  - gomod: ${CORE}/receiver/otlpreceiver v0.165.0
exporters:
  - gomod: ${CONTRIB}/exporter/fileexporter v0.165.0
plugins:
  - name: redact
    cargo: {path: ${crates}/examples/redact}
  - name: resource
    processors:
      - gomod: ${CONTRIB}/processor/resourceprocessor v0.165.0
  - name: specimen
    cargo: {path: ${crates}/tests/specimen, features: [tracing]}
  - name: syslog
    cargo: {path: ${crates}/examples/syslog}
`;

const { folder, remove } = emptyFolder('examples');
const project = join(folder, 'project');
const at = (file: string) => join(project, file);
const COLLECTOR = 'dist/otelcol-examples';
const PLUGINS = ['--plugin-dir', 'dist/plugins'];
const RUST_PLUGINS = ['redact', 'specimen', 'syslog'];
const collector = (...args: string[]) => run([COLLECTOR, ...args], project);

beforeAll(async () => {
  mkdirSync(project);
  writeFileSync(at('ocx-build.yaml'), buildFile(resolve('runtime/rust')));
  const built = await ocxIn(project, ['build']);
  if (built.status !== 0) throw new Error(`${built.stdout}\n${built.stderr}`);
}, 1_200_000);
afterAll(remove);

const CARD = '4111 1111 1111 1111';

function pipelines(otlp: number, syslog: number, redact = '{}'): string {
  const file = (signal: string) => `  file/${signal}: {path: ${signal}.json, flush_interval: 20ms}\n`;
  const through = 'processors: [resource, redact]';
  return `receivers:
  otlp: {protocols: {http: {endpoint: '127.0.0.1:${otlp}'}}}
  rust_syslog: {listen: '127.0.0.1:${syslog}'}
processors:
  resource: {attributes: [{key: deployment, value: blue, action: insert}]}
  redact: ${redact}
exporters:
${['traces', 'metrics', 'logs'].map(file).join('')}service:
  telemetry: {metrics: {level: none}, logs: {level: debug}}
  pipelines:
    traces: {receivers: [otlp], ${through}, exporters: [file/traces]}
    metrics: {receivers: [otlp], ${through}, exporters: [file/metrics]}
    logs: {receivers: [otlp, rust_syslog], ${through}, exporters: [file/logs]}
`;
}

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const ids = { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174' };
const scoped = <K extends string, T>(key: K, value: T) => ({ scope: {}, [key]: [value] });
const DATA = {
  traces: {
    resourceSpans: [
      { scopeSpans: [scoped('spans', { ...ids, name: `pay ${CARD}`, kind: 2, attributes: [attribute('password', 'hunter2')] })] },
    ],
  },
  metrics: {
    resourceMetrics: [
      {
        scopeMetrics: [
          scoped('metrics', {
            name: 'payments',
            gauge: { dataPoints: [{ asInt: '7', attributes: [attribute('card', CARD), attribute('shop', 'north')] }] },
          }),
        ],
      },
    ],
  },
  logs: {
    resourceLogs: [{ scopeLogs: [scoped('logRecords', { body: { stringValue: `card ${CARD} from north` } })] }],
  },
} as const;

const arrived = (signal: string): string => (existsSync(at(`${signal}.json`)) ? readFileSync(at(`${signal}.json`), 'utf8') : '');

/** How many handles of Rust plugins there still are: as the log says each time one goes. */
const handlesIn = (log: string): number[] => [...log.matchAll(/"handles": (\d+)/g)].map(([, count]) => Number(count));

describe('the examples, redact and rust_syslog, and a Go plugin in one pipeline', () => {
  it('change all three signals, and what comes by syslog', async () => {
    const [otlp = 0, syslog = 0] = await freePorts(2);
    writeFileSync(at('c.yaml'), pipelines(otlp, syslog));
    const running = await startCollector([COLLECTOR, ...PLUGINS, '--config', 'c.yaml'], project);
    for (const [signal, data] of Object.entries(DATA)) {
      const headers = { 'content-type': 'application/json' };
      const request = { method: 'POST', body: JSON.stringify(data), headers };
      expect((await fetch(`http://127.0.0.1:${otlp}/v1/${signal}`, request)).status, signal).toBe(200);
    }
    const sender = connect(syslog, '127.0.0.1');
    sender.end(`<34>1 2026-11-25T22:14:15.003Z web-17 shop 42 ID47 - card ${CARD} by syslog\n`);
    const traces = await eventually('traces', () => arrived('traces') || null);
    const metrics = await eventually('metrics', () => arrived('metrics') || null);
    const logs = await eventually('logs', () =>
      /from north/.test(arrived('logs')) && /by syslog/.test(arrived('logs')) ? arrived('logs') : null,
    );
    expect(await running.stop()).toBe(0);

    for (const text of [traces, metrics, logs]) {
      expect(text).not.toMatch(/4111|hunter2/);
      // The Go plugin, before; and the count that redact leaves.
      expect(text).toContain('{"key":"deployment","value":{"stringValue":"blue"}}');
      expect(text).toContain('"redact.masked.count"');
    }
    expect(traces).toContain('"name":"pay ****"');
    expect(traces).toContain('{"key":"password","value":{"stringValue":"****"}}');
    expect(metrics).toContain('{"key":"card","value":{"stringValue":"****"}}');
    expect(metrics).toContain('{"key":"shop","value":{"stringValue":"north"}}');
    expect(metrics).toContain('"asInt":"7"');
    expect(logs).toContain('"body":{"stringValue":"card **** from north"}');
    expect(logs).toContain('"body":{"stringValue":"card **** by syslog"}');
    expect(logs).toContain('{"key":"hostname","value":{"stringValue":"web-17"}}');
    // Facility 4, severity 2: critical.
    expect(logs).toContain('"severityNumber":18');
    expect(running.log()).toContain('masked 2 values and removed 0 attributes');
    expect(handlesIn(running.log()).at(-1)).toBe(0);
  });

  it('name the field that is wrong, and show their defaults and docs', async () => {
    writeFileSync(at('c.yaml'), pipelines(1, 2, "{blocked_values: ['[0-9]+', '(']}"));
    const wrong = await collector('validate', ...PLUGINS, '--config', 'c.yaml');
    expect(wrong.stderr).toMatch(/^Error: processors::redact: blocked_values\[1\]: .*unclosed group/m);
    expect(wrong.status).toBe(1);
    writeFileSync(at('c.yaml'), pipelines(1, 2));
    const printed = await collector('print-config', ...PLUGINS, '--config', 'c.yaml');
    expect(printed.stdout).toMatch(/ {4}rust_syslog:\n(?: {8}.*\n)*? {8}max_message_bytes: 65536\n/);
    const explained = await collector('components', 'explain', 'redact', ...PLUGINS);
    expect(explained.stdout).toMatch(/allow_all_keys\s+boolean\s+true/);
  });
});

describe('events of the tracing facade', () => {
  const logged = async (level: string) => {
    writeFileSync(
      at('events.yaml'),
      `receivers: {specimen: {batches: 1}}
exporters: {specimen: {}}
extensions: {specimen: {}}
service:
  extensions: [specimen]
  telemetry: {metrics: {level: none}, logs: {level: ${level}, encoding: json}}
  pipelines: {logs: {receivers: [specimen], exporters: [specimen]}}
`,
    );
    const running = await startCollector([COLLECTOR, ...PLUGINS, '--config', 'events.yaml'], project);
    expect(await running.stop()).toBe(0);
    const lines = running.log().split('\n');
    return lines.filter((line) => line.startsWith('{')).map((line): Readonly<Record<string, unknown>> => JSON.parse(line));
  };

  it('arrive in the log of the Collector with their level, their fields and their component', async () => {
    const events = (await logged('info')).filter(({ msg }) => msg === 'the specimen extension stops');
    expect(events).toMatchObject([
      {
        level: 'warn',
        healthy: true,
        answer: 42,
        ratio: 0.5,
        word: 'yes',
        target: 'otelcol_specimen::extension',
        plugin: expect.stringMatching(/specimen\.so$/),
        'otelcol.component.id': 'specimen',
        'otelcol.component.kind': 'extension',
      },
    ]);
  });

  it('are as many as the level of the log lets through', async () => {
    const all = (await logged('debug')).map(({ msg }) => msg);
    expect(all).toContain('the specimen extension starts');
    // A trace event is none of a debug log.
    expect(all).not.toContain('too fine for any Collector');
  });
});

/** Batches of each signal that go through the long run. */
const BATCHES = 100_000;

describe(`${(3 * BATCHES).toLocaleString('en')} batches of a Rust receiver, through a Go and a Rust plugin, to a Rust exporter`, () => {
  it('leave the memory as it is, and no handle', async () => {
    const through = 'receivers: [specimen], processors: [resource, specimen], exporters: [specimen]';
    writeFileSync(
      at('long.yaml'),
      `receivers: {specimen: {batches: ${BATCHES}, every: 0s}}
processors:
  resource: {attributes: [{key: deployment, value: blue, action: insert}]}
  specimen: {}
exporters: {specimen: {}}
service:
  telemetry: {metrics: {level: none}, logs: {level: debug}}
  pipelines: {traces: {${through}}, metrics: {${through}}, logs: {${through}}}
`,
    );
    const running = await startCollector([COLLECTOR, ...PLUGINS, '--config', 'long.yaml'], project);
    const pid = running.pid;
    const megabytes = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
    const ended = () => running.log().match(/the specimen emitted \d+ batches"?/g)?.length ?? 0;
    const seen: number[] = [];
    // One measurement for each tenth of the work, as the receivers say how far they are.
    for (let tenth = 1; tenth <= 10; tenth++) {
      await eventually(
        `${tenth} of 10`,
        () => ((running.log().match(/batches so far/g)?.length ?? 0) >= 3 * tenth ? true : null),
        120,
      );
      seen.push(megabytes());
    }
    await eventually('the end', () => (ended() >= 3 ? true : null));
    expect(await running.stop()).toBe(0);
    console.log(
      `RSS after each ${((3 * BATCHES) / 10).toLocaleString('en')} batches, MB: ${seen.map((mb) => mb.toFixed(1)).join(' ')}`,
    );
    expect(running.log().match(new RegExp(`delivered ${BATCHES} records in ${BATCHES} batches`, 'g'))?.length).toBe(3);
    expect(handlesIn(running.log()).at(-1)).toBe(0);
    // The least of three, so that a moment before a collection of Go's does not count. Half of all batches lie between.
    const settled = Math.min(...seen.slice(2, 5));
    const late = Math.min(...seen.slice(7));
    const lost = ((late - settled) * 2 ** 20) / ((3 * BATCHES) / 2);
    expect(lost, 'bytes that each batch left behind').toBeLessThan(32);
  });
});

describe('a Collector that reads its configuration again', () => {
  const RELOADS = 20;

  it('has let go of every handle of a plugin each time', async () => {
    const through = 'receivers: [specimen], processors: [specimen], exporters: [specimen]';
    writeFileSync(
      at('again.yaml'),
      `receivers: {specimen: {batches: 100, every: 0s}}
processors: {specimen: {}}
exporters: {specimen: {}}
extensions: {specimen: {}}
service:
  extensions: [specimen]
  telemetry: {metrics: {level: none}, logs: {level: debug}}
  pipelines: {traces: {${through}}, metrics: {${through}}, logs: {${through}}}
`,
    );
    const running = await startCollector([COLLECTOR, ...PLUGINS, '--config', 'again.yaml'], project);
    const ready = () => running.log().match(/Everything is ready/g)?.length ?? 0;
    for (let times = 1; times <= RELOADS; times++) {
      process.kill(running.pid, 'SIGHUP');
      await eventually(`reload ${times}`, () => (ready() > times ? true : null));
    }
    expect(await running.stop()).toBe(0);
    // A receiver, a processor and an exporter of each signal, and the extension.
    const counts = handlesIn(running.log());
    expect(counts).toHaveLength((RELOADS + 1) * 10);
    expect(counts.filter((count) => count === 0)).toHaveLength(RELOADS + 1);
    expect(Math.max(...counts)).toBe(9);
  });
});

describe('the same plugins, built elsewhere', () => {
  // Another folder for the crates and the project, another home of cargo, nothing compiled before.
  const elsewhere = join(folder, 'some/where/else');
  const dist = join(elsewhere, 'dist');
  const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
  const build = (during?: Parameters<typeof run>[3]): Promise<Ran> =>
    run(
      [process.execPath, resolve('dist/cli.js'), 'build', '--json'],
      elsewhere,
      {
        SOURCE_DATE_EPOCH: '1700000000',
        CARGO_HOME: join(folder, 'cargo-home'),
      },
      during,
    );

  it('Ctrl-C while cargo compiles leaves no child and no artifact', async () => {
    mkdirSync(elsewhere, { recursive: true });
    cpSync('runtime/rust', join(elsewhere, 'crates'), { recursive: true, filter: (path) => !path.endsWith('/target') });
    writeFileSync(join(elsewhere, 'ocx-build.yaml'), buildFile('./crates'));
    const log = join(dist, 'build.log');
    const { status, stdout, stderr } = await build((child) => {
      const look = setInterval(() => {
        // rustc works on crates of the plugin by now.
        if (existsSync(log) && /Compiling regex-automata/.test(readFileSync(log, 'utf8'))) {
          clearInterval(look);
          child.kill('SIGINT');
        }
      }, 20);
      child.on('close', () => clearInterval(look));
    });
    expect({ status, stderr }).toEqual({ status: 130, stderr: '' });
    expect(stdout).toContain('"event":"step started","step":"compile","title":"compile plugin redact"');
    expect(stdout).not.toContain('"step":"publish"');
    const still = await run(['ps', '-eo', 'args'], folder);
    expect(still.stdout.split('\n').filter((line) => line.includes(elsewhere))).toEqual([]);
    expect(readdirSync(dist).sort()).toEqual(['.ocx', 'build.log', 'plugins']);
    expect(readdirSync(join(dist, 'plugins'))).toEqual([]);
  }, 900_000); // From an empty registry: a Collector, and most crates of a plugin.

  it('are the same to the bit, after the build that was stopped', async () => {
    const { status, stdout } = await build();
    expect(status, stdout).toBe(0);
    for (const name of RUST_PLUGINS)
      for (const suffix of ['.so', '.so.manifest.json', '.so.components.json'])
        expect(sha256(join(dist, `plugins/${name}${suffix}`)), `${name}${suffix}`).toBe(
          sha256(at(`dist/plugins/${name}${suffix}`)),
        );
    const readable = readFileSync(join(dist, 'plugins/redact.so'), 'latin1');
    expect(readable).not.toContain(folder);
    rmSync(elsewhere, { recursive: true });
  }, 900_000); // Three plugins and all that they are made of are compiled.
});
