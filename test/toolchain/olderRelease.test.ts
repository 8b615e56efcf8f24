import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder, eventually, freePorts, ocxIn, type RunningCollector, startCollector } from './project.js';

// A Collector of 0.149.0, the oldest release the runtime is for: another ocb, another main.go, another confmap.

const CORE = 'go.opentelemetry.io/collector';
const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib';

const { folder, remove } = emptyFolder('older');

// What ocb takes: no field of ours but `plugins`, and no tags.
const BUILD_FILE = `dist:
  name: otelcol
  module: example.com/otelcol-older
  output_path: ./dist
receivers:
  - gomod: ${CORE}/receiver/otlpreceiver v0.149.0
exporters:
  - gomod: ${CORE}/exporter/debugexporter v0.149.0
plugins:
  - name: filter
    processors:
      - gomod: ${CONTRIB}/processor/filterprocessor v0.149.0
  - name: hostmetrics
    receivers:
      - gomod: ${CONTRIB}/receiver/hostmetricsreceiver v0.149.0
`;

const pipelines = (otlp: number) => `receivers:
  otlp: {protocols: {http: {endpoint: '127.0.0.1:${otlp}'}}}
  hostmetrics: {collection_interval: 200ms, initial_delay: 0s, scrapers: {load: {}}}
processors:
  filter/metrics: {metrics: {metric: ['name == "system.cpu.load_average.5m"']}}
  filter/traces: {error_mode: ignore, traces: {span: ['attributes["health"] == true']}}
exporters:
  debug: {verbosity: detailed}
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    metrics: {receivers: [hostmetrics], processors: [filter/metrics], exporters: [debug]}
    traces: {receivers: [otlp], processors: [filter/traces], exporters: [debug]}
`;

const span = (name: string, health: boolean) => ({
  traceId: 'ab'.repeat(16),
  spanId: 'cd'.repeat(8),
  name,
  attributes: [{ key: 'health', value: { boolValue: health } }],
});

let otlp = 0;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  [otlp = 0] = await freePorts(1);
  writeFileSync(join(folder, 'builder-config.yaml'), BUILD_FILE);
  writeFileSync(join(folder, 'pipelines.yaml'), pipelines(otlp));
  const { status, stdout, stderr } = await ocxIn(folder, ['build']);
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
}, 900_000);

afterAll(remove);

describe('a Collector of 0.149.0, from a file named as that of ocb', () => {
  let collector: RunningCollector;
  beforeAll(async () => {
    collector = await startCollector(
      [join(folder, 'dist/otelcol'), '--plugin-dir', 'dist/plugins', '--config', 'pipelines.yaml'],
      folder,
    );
  });
  afterAll(async () => {
    expect(await collector.stop(), collector.log()).toBe(0);
  });

  it('the receiver of a plugin measures this machine, and the processor of another takes one metric out', async () => {
    const both = ['system.cpu.load_average.1m', 'system.cpu.load_average.15m'];
    await eventually(both.join(' and '), () => both.every((name) => collector.log().includes(name)) || null);
    expect(collector.log()).not.toContain('system.cpu.load_average.5m');
  });

  it('spans that come by OTLP/HTTP are filtered', async () => {
    const posted = await fetch(`http://127.0.0.1:${otlp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        resourceSpans: [{ scopeSpans: [{ spans: [span('GET /healthz', true), span('GET /orders', false)] }] }],
      }),
    });
    expect(posted.status).toBe(200);
    await eventually('the span', () => (collector.log().includes('GET /orders') ? true : null));
    expect(collector.log()).not.toContain('GET /healthz');
  });
});
