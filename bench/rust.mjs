// One transformation (an attribute on every span) as a built-in Go component, as a Go plugin and as a Rust plugin, in one
// Collector and one run; writes docs/benchmarks-rust.md. Run from the root of the repository: node bench/rust.mjs
// (node bench/rust.mjs --build only builds the Collector, which the next run finds built).
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { machineFacts } from './measuring/machine.mjs';
import { median } from './measuring/statistics.mjs';
import { markdownTable } from './measuring/table.mjs';

const FILE = 'docs/benchmarks-rust.md';
const SIZES = [0, 1, 100, 1000, 10_000];
const ROUNDS = 3;
const TIME = '1s';
const CORE = 'go.opentelemetry.io/collector';
const SUBJECTS = {
  none: 'no processor',
  tag_builtin: 'built-in Go',
  tag_plugin: 'Go plugin',
  tag_rust_edit: 'Rust plugin, `Edit`',
  tag_rust: 'Rust plugin, `Process`',
  tag_rust_mimalloc: '`Process`, mimalloc',
};

const room = join(tmpdir(), 'ocx-bench-rust');
mkdirSync(room, { recursive: true });
const collector = build();
if (!process.argv.includes('--build')) {
  const text = page(await measureAll());
  console.log(text);
  writeFileSync(FILE, text);
}

function build() {
  for (const folder of ['tag', 'driver']) cpSync(`bench/rust/${folder}`, join(room, folder), { recursive: true });
  cpSync('bench/rust/crate', join(room, 'crate'), { recursive: true, filter: (path) => !path.endsWith('/target') });
  const toml = join(room, 'crate/Cargo.toml');
  execFileSync('sed', ['-i', `s#../../../runtime/rust#${resolve('runtime/rust')}#`, toml]);
  writeFileSync(
    join(room, 'ocx-build.yaml'),
    `dist: {name: otelcol-bench, module: example.com/bench/otelcol, output_path: ./dist}
receivers:
  - {gomod: example.com/bench/driver v0.0.0, path: ./driver}
processors:
  - {gomod: example.com/bench/tag v0.0.0, import: example.com/bench/tag/builtin, path: ./tag}
exporters:
  - gomod: ${CORE}/exporter/nopexporter v0.165.0
plugins:
  - name: go
    processors:
      - {gomod: example.com/bench/tag v0.0.0, import: example.com/bench/tag/plugin, path: ./tag}
  - name: rust
    cargo: {path: ./crate}
  - name: rust-mimalloc
    cargo: {path: ./crate, features: [mimalloc]}
`,
  );
  execFileSync(process.execPath, [resolve('dist/cli.js'), 'build'], { cwd: room, stdio: 'inherit' });
  return join(room, 'dist/otelcol-bench');
}

/** `{subject: {size: [result of each round]}}`: the subjects in turn, so that what else runs meets all of them. */
async function measureAll() {
  const all = Object.fromEntries(Object.keys(SUBJECTS).map((subject) => [subject, new Map(SIZES.map((size) => [size, []]))]));
  for (let round = 0; round < ROUNDS; round++)
    for (const subject of Object.keys(SUBJECTS))
      for (const result of await measure(subject)) all[subject].get(result.spans).push(result);
  return all;
}

function measure(subject) {
  const config = join(room, `${subject}.yaml`);
  const processor = subject === 'none' ? '' : subject;
  writeFileSync(
    config,
    `receivers: {driver: {sizes: [${SIZES}], time: ${TIME}}}
processors: {${processor ? `${processor}: {}` : ''}}
exporters: {nop: {}}
service:
  telemetry: {metrics: {level: none}, logs: {level: error}}
  pipelines: {traces: {receivers: [driver], processors: [${processor}], exporters: [nop]}}
`,
  );
  const child = spawn(collector, ['--plugin-dir', join(room, 'dist/plugins'), '--config', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((done, failed) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      if (text.includes('measured all')) child.kill('SIGTERM');
    });
    child.on('close', (code) => {
      if (code !== 0 || !text.includes('measured all')) failed(new Error(`${subject}: the Collector ended with ${code}`));
      else done([...text.matchAll(/^measured (\{.*\})$/gm)].map(([, line]) => JSON.parse(line)));
    });
  });
}

function page(measured) {
  const of = (subject, size, value) => median(measured[subject].get(size).map(value));
  const microseconds = (ns) => (ns / 1000).toLocaleString('en', { maximumFractionDigits: ns < 10_000 ? 2 : 0 });
  const rows = (cell) => Object.entries(SUBJECTS).map(([subject, name]) => [name, ...SIZES.map((size) => cell(subject, size))]);
  const titles = SIZES.map((size) => (size === 0 ? 'empty' : `${size.toLocaleString('en')} span${size === 1 ? '' : 's'}`));
  const columns = [{ title: '' }, ...titles.map((title) => ({ title, right: true }))];
  const times = rows((subject, size) => microseconds(of(subject, size, ({ median_ns }) => median_ns)));
  const tails = rows((subject, size) => microseconds(of(subject, size, ({ p99_ns }) => p99_ns)));
  const speeds = rows((subject, size) =>
    size === 0
      ? '-'
      : Math.round(of(subject, size, ({ batches, total_ns }) => (batches * size * 1e9) / total_ns)).toLocaleString('en'),
  );
  // Larger ones no longer fit into the caches, and last long enough to be interrupted by whatever else runs.
  const large = 100;
  const perSpan = (subject) =>
    (of(subject, large, ({ median_ns }) => median_ns) - of('none', large, ({ median_ns }) => median_ns)) / large;
  const crossing = of('tag_rust', 0, ({ median_ns }) => median_ns) - of('none', 0, ({ median_ns }) => median_ns);
  return `# Benchmarks of Rust plugins

Written by \`node bench/rust.mjs\` on ${new Date().toISOString().slice(0, 10)}. One transformation, an attribute on every span, as a component that is built
in, as a Go plugin, and as a Rust plugin, in one Collector that \`ocx build\` made. A receiver sends batches through the pipeline from one
goroutine and measures each call; copying the batch before is not in the time. ${ROUNDS} rounds of ${TIME} a size, the subjects in turn; each figure is
the median of the rounds. Nothing here is asserted: figures are of one machine and one run.

${machineFacts()}
- rustc: ${execFileSync('rustc', ['--version'], { encoding: 'utf8' }).trim()}

Time of one batch, median, in microseconds:

${markdownTable(columns, times)}

The same, 99th percentile:

${markdownTable(columns, tails)}

Spans per second, of one goroutine:

${markdownTable(columns, speeds)}

An empty batch through the C ABI costs ${microseconds(crossing)} microseconds more than none: that is the crossing. What a Rust plugin costs beyond
it is OTLP: a batch is encoded for the plugin, and what it gives is decoded. For a span of six attributes:

${markdownTable(
  [{ title: '' }, { title: 'ns a span', right: true }],
  Object.entries(SUBJECTS)
    .filter(([subject]) => subject !== 'none')
    .map(([subject, name]) => [name, perSpan(subject).toFixed(0)]),
)}

(In batches of ${large}: larger ones last long enough to be interrupted by what else runs.)
\`Edit\` changes attributes where they lie in the encoded batch; \`Process\` decodes all of it, and encodes all of
it again, which is cheaper with the crate's feature \`mimalloc\`. Most of what is left of \`Edit\` is Go's: encoding the batch, and above all
decoding the new one into its own structures, some twenty allocations a span. A plugin that answers \`Unchanged\`, as an \`Edit\`
that finds nothing to do does, saves that. So a Rust plugin pays where it computes more than that for a span, or where the library for
it is in Rust; for setting an attribute alone a Go plugin is faster, as it runs like built-in code.
`;
}
