import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder, eventually, freePorts, ocxIn, type RunningCollector, run, startCollector } from './project.js';

// A real Collector of released modules whose plugins are of all five kinds, most of them contrib's, with real data through
// all of them. `health_check` has the assembly of pierrec/lz4 within, which no plugin can have.

const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib';

const PLUGINS = `  - name: shaping
    processors:
      - gomod: ${CONTRIB}/processor/resourceprocessor v0.165.0
      - gomod: ${CONTRIB}/processor/redactionprocessor v0.165.0
      - gomod: ${CONTRIB}/processor/groupbyattrsprocessor v0.165.0
      - gomod: ${CONTRIB}/processor/probabilisticsamplerprocessor v0.165.0
  - name: zipkin
    receivers:
      - gomod: ${CONTRIB}/receiver/zipkinreceiver v0.165.0
  - name: spanmetrics
    connectors:
      - gomod: ${CONTRIB}/connector/spanmetricsconnector v0.165.0
  - name: prometheus
    exporters:
      - gomod: ${CONTRIB}/exporter/prometheusexporter v0.165.0
  - name: health
    extensions:
      - gomod: ${CONTRIB}/extension/healthcheckextension v0.165.0
`;

const { folder, remove } = emptyFolder('distribution');
const project = join(folder, 'project');
const at = (file: string) => join(project, file);
const PLUGIN_NAMES = ['greeter', 'health', 'prometheus', 'shaping', 'spanmetrics', 'zipkin'];
const withPlugins = ['--plugin-dir', 'dist/plugins', '--config', 'pipelines.yaml'];

function pipelines({ otlp, zipkin, health, prometheus }: Readonly<Record<string, number>>): string {
  return `receivers:
  otlp: {protocols: {http: {endpoint: '127.0.0.1:${otlp}'}}}
  zipkin: {endpoint: '127.0.0.1:${zipkin}'}
processors:
  greeter: {attribute: greeting, value: good morning}
  resource: {attributes: [{key: deployment.environment, value: test, action: insert}]}
  redaction: {allow_all_keys: true, blocked_values: ['4[0-9]{12}']}
  groupbyattrs: {keys: [host.name]}
  probabilistic_sampler: {sampling_percentage: 50, hash_seed: 22}
  batch: {timeout: 50ms}
connectors:
  span_metrics: {metrics_flush_interval: 100ms}
exporters:
  debug:
  file/traces: {path: traces.json, flush_interval: 50ms}
  file/sampled: {path: sampled.json, flush_interval: 50ms}
  file/metrics: {path: metrics.json, flush_interval: 50ms}
  prometheus: {endpoint: '127.0.0.1:${prometheus}'}
extensions:
  health_check: {endpoint: '127.0.0.1:${health}'}
service:
  telemetry: {metrics: {level: none}}
  extensions: [health_check]
  pipelines:
    traces: {receivers: [otlp, zipkin], processors: [greeter, resource, redaction, groupbyattrs, batch], exporters: [file/traces, span_metrics, debug]}
    traces/sampled: {receivers: [otlp], processors: [probabilistic_sampler], exporters: [file/sampled]}
    metrics: {receivers: [span_metrics], exporters: [prometheus, file/metrics]}
`;
}

const SPANS = 64;

/** OTLP/HTTP as JSON: spans of as many traces, on two hosts, with a card number among their attributes. */
function otlp() {
  const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
  const spans = Array.from({ length: SPANS }, (_, index) => ({
    traceId: (index + 1).toString(16).padStart(2, '0').repeat(16),
    spanId: (index + 1).toString(16).padStart(16, '0'),
    name: 'pay',
    kind: 2,
    startTimeUnixNano: '1700000000000000000',
    endTimeUnixNano: '1700000000250000000',
    attributes: [text('host.name', index % 2 === 0 ? 'even' : 'odd'), text('card', '4111111111111')],
  }));
  return { resourceSpans: [{ resource: { attributes: [text('service.name', 'shop')] }, scopeSpans: [{ spans }] }] };
}

interface Written {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly { readonly name: string; readonly attributes: readonly Attribute[] }[];
    }[];
  }[];
}
interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

/** What a file exporter has written, each line whole. */
function written(file: string): Written['resourceSpans'] {
  const lines = existsSync(at(file)) ? readFileSync(at(file), 'utf8').split('\n').slice(0, -1) : [];
  return lines.flatMap((line) => (JSON.parse(line) as Written).resourceSpans);
}

const plain = (attributes: readonly Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));
const spansOf = (resources: Written['resourceSpans']) =>
  resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

let built: Awaited<ReturnType<typeof run>>;
let ports: Record<'otlp' | 'zipkin' | 'health' | 'prometheus', number>;

beforeAll(async () => {
  const started = await ocxIn(folder, ['init', 'project', '--name', 'greeter']);
  if (started.status !== 0) throw new Error(started.stderr);
  const file = at('ocx-build.yaml');
  const text = readFileSync(file, 'utf8').replace(
    '\n\n# One entry',
    `\n  - gomod: ${CONTRIB}/exporter/fileexporter v0.165.0\n\n# One entry`,
  );
  writeFileSync(file, `${text}${PLUGINS}`);
  const [first = 0, second = 0, third = 0, fourth = 0] = await freePorts(4);
  ports = { otlp: first, zipkin: second, health: third, prometheus: fourth };
  writeFileSync(at('pipelines.yaml'), pipelines(ports));
  built = await ocxIn(project, ['build']);
}, 900_000);

afterAll(remove);

describe('a Collector of 0.165.0 with plugins of all five kinds', () => {
  it('is built, and says that an assembly is left out', () => {
    expect(built.status, `${built.stdout}${built.stderr}`).toBe(0);
    expect(built.stdout).toMatch(/check assembly {2}adds -tags=noasm/);
    expect(built.stderr).toMatch(/^ocx: built with -tags=noasm, the Collector too: .*pierrec\/lz4.*in plugins .*health/);
    const { artifacts, build } = JSON.parse(readFileSync(at('dist/distribution.json'), 'utf8'));
    expect(artifacts.map(({ path }: { path: string }) => path)).toEqual([
      'otelcol-greeter',
      ...PLUGIN_NAMES.map((name) => `plugins/${name}.so`),
    ]);
    expect(build.flags).toContain('-tags=noasm');
  });

  it('every plugin is judged to load', async () => {
    const { status, stdout } = await ocxIn(project, ['plugins', 'check-all', 'dist/plugins', '--output', 'json']);
    expect(status, stdout).toBe(0);
  });

  it('otelcol components names every component with its plugin', async () => {
    const { status, stdout } = await run(
      [at('dist/otelcol-greeter'), 'components', 'list', '--plugins', '--output', 'json', '--plugin-dir', 'dist/plugins'],
      project,
    );
    expect(status).toBe(0);
    const { components } = JSON.parse(stdout);
    const named = components.map(
      ({ kind, type, origin }: Record<string, string>) => `${kind} ${type} ${origin?.split('/').at(-1)}`,
    );
    expect(named.sort()).toEqual([
      'connector span_metrics spanmetrics.so',
      'exporter prometheus prometheus.so',
      'extension health_check health.so',
      'processor greeter greeter.so',
      'processor groupbyattrs shaping.so',
      'processor probabilistic_sampler shaping.so',
      'processor redaction shaping.so',
      'processor resource shaping.so',
      'receiver zipkin zipkin.so',
    ]);
  });

  it('otelcol validate takes the configuration, and not one of a component that is nowhere', async () => {
    const validate = (...more: string[]) => run([at('dist/otelcol-greeter'), 'validate', ...withPlugins, ...more], project);
    expect(await validate()).toEqual({ status: 0, stdout: '', stderr: '' });
    const wrong = await validate('--set=processors.resource.attributes=[]', '--set=receivers.zipkin.endpoint2=x');
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toContain('endpoint2');
  });
});

describe('its pipelines', () => {
  let collector: RunningCollector;

  beforeAll(async () => {
    collector = await startCollector([at('dist/otelcol-greeter'), ...withPlugins], project);
    const posted = await fetch(`http://127.0.0.1:${ports.otlp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(otlp()),
    });
    expect(posted.status).toBe(200);
  }, 60_000);

  afterAll(async () => {
    expect(await collector.stop(), collector.log()).toBe(0);
  });

  it('processors change what passes: regrouped, a value redacted, attributes added, as the file exporter wrote it', async () => {
    const resources = await eventually('the spans', () => {
      const all = written('traces.json').filter(({ resource }) => plain(resource.attributes)['service.name'] === 'shop');
      return spansOf(all).length === SPANS ? all : null;
    });
    const seen = resources.map(({ resource }) => plain(resource.attributes));
    expect(new Set(seen.map((attributes) => attributes['host.name']))).toEqual(new Set(['even', 'odd']));
    for (const attributes of seen)
      expect(attributes).toMatchObject({ greeting: 'good morning', 'deployment.environment': 'test', 'service.name': 'shop' });
    for (const { attributes } of spansOf(resources)) expect(plain(attributes)).toMatchObject({ card: '****' });
    expect(readFileSync(at('traces.json'), 'utf8')).not.toContain('4111111111111');
  });

  it('the sampler passes some of the traces', async () => {
    const passed = await eventually(`more than ${SPANS / 8} sampled spans`, () => {
      const { length } = spansOf(written('sampled.json'));
      return length > SPANS / 8 ? length : null;
    });
    expect(passed).toBeLessThan((SPANS * 7) / 8);
  });

  it('the receiver takes spans in a format of its own', async () => {
    const span = {
      traceId: 'a'.repeat(32),
      id: 'b'.repeat(16),
      name: 'by zipkin',
      timestamp: 1_700_000_000_000_000,
      duration: 1000,
    };
    const answer = await fetch(`http://127.0.0.1:${ports.zipkin}/api/v2/spans`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ ...span, localEndpoint: { serviceName: 'old shop' } }]),
    });
    expect(answer.status).toBe(202);
    const [resource] = await eventually('the span', () => {
      const all = written('traces.json').filter((each) => spansOf([each]).some(({ name }) => name === 'by zipkin'));
      return all.length > 0 ? all : null;
    });
    expect(plain(resource?.resource.attributes ?? [])).toMatchObject({ 'service.name': 'old shop', greeting: 'good morning' });
  });

  it('the connector counts spans, and the exporter answers with its numbers', async () => {
    // The connector and the file exporter flush now and then: what counts is what they come to.
    const counted = new RegExp(` ${SPANS / 2}$|service_name="shop".* ${SPANS}$`);
    await eventually(`a metric of ${SPANS} spans`, async () => {
      const text = await (await fetch(`http://127.0.0.1:${ports.prometheus}/metrics`)).text();
      return text.split('\n').find((each) => /^\w*calls_total\{.*span_name="pay"/.test(each) && counted.test(each)) ?? null;
    });
    await eventually('metrics in the file', () => readFileSync(at('metrics.json'), 'utf8').includes('resourceMetrics') || null);
  });

  it('the extension says that the Collector is well', async () => {
    const answer = await fetch(`http://127.0.0.1:${ports.health}/`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: 'Server available' });
  });

  it('a plugin that was changed on disk stops the next start, and the running one goes on', async () => {
    const file = at('dist/plugins/zipkin.so');
    const whole = readFileSync(file);
    writeFileSync(`${file}.new`, whole.subarray(0, whole.length / 2));
    renameSync(`${file}.new`, file);
    const again = await run([at('dist/otelcol-greeter'), ...withPlugins], project);
    writeFileSync(`${file}.new`, whole, { mode: 0o755 });
    renameSync(`${file}.new`, file);
    expect(again.status).toBe(1);
    expect(again.stderr).toContain('zipkin.so');
    expect((await fetch(`http://127.0.0.1:${ports.health}/`)).status).toBe(200);
  });
});
