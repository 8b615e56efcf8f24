// A Collector with three components built in, beside one that has the same three as plugins: size, start-up, memory, throughput.
// Writes docs/benchmarks-collector.md. Run from the root of the repository: node bench/collector.mjs [--rounds N]
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { rounds } from './measuring/arguments.mjs';
import { startCollector } from './measuring/collectorProcess.mjs';
import { machineFacts } from './measuring/machine.mjs';
import { copyOfDist } from './measuring/program.mjs';
import { median, min } from './measuring/statistics.mjs';
import { markdownTable, megabytes, number, ratio, time } from './measuring/table.mjs';
import { withTempDir } from './measuring/tempDir.mjs';

const FILE = 'docs/benchmarks-collector.md';
const VERSION = 'v0.165.0';
const CORE = 'go.opentelemetry.io/collector';
const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib';
const SPANS = 100;
const REQUESTS = 2000;
const CLIENTS = 4;

/** The whole path of a span. */
const COMPONENTS = [
  { name: 'otlp', list: 'receivers', module: `${CORE}/receiver/otlpreceiver` },
  { name: 'redaction', list: 'processors', module: `${CONTRIB}/processor/redactionprocessor` },
  { name: 'nop', list: 'exporters', module: `${CORE}/exporter/nopexporter` },
];
const SUBJECTS = [
  { what: 'built in', plugins: [] },
  { what: 'one plugin of three components', plugins: [COMPONENTS] },
  { what: 'three plugins', plugins: COMPONENTS.map((component) => [component]) },
];

await withTempDir(async (scratch) => {
  const cli = copyOfDist(scratch);
  // The runtime that is compiled in lies beside dist.
  execFileSync('cp', ['-r', resolve('runtime'), scratch]);
  const port = await freePort();
  const load = join(scratch, 'load');
  execFileSync('go', ['build', '-o', load, './load'], {
    cwd: 'bench/collector',
    env: { ...process.env, GOFLAGS: '-buildvcs=false' },
  });
  const subjects = SUBJECTS.map((subject, index) => built({ ...subject, folder: join(scratch, `c${index}`), cli, port }));
  const starting = [...subjects, ...subjects.filter(({ pluginSizes }) => pluginSizes.length > 0).map(unprobed)];
  const starts = await startUps(starting, rounds(15));
  const count = Math.ceil(rounds(15) / 3);
  const loads = await throughputs(subjects, count, load, port, {});
  const seldom = await throughputs(subjects, count, load, port, { GOGC: '800' });
  const text = page(subjects, starting, starts, loads, seldom);
  console.log(text);
  writeFileSync(FILE, text);
  console.log(`${FILE} written`);
});

/** Builds one of the Collectors, by `ocx build`. All have the same tags: the receiver's assembly can't be part of a plugin. */
function built({ what, plugins, folder, cli, port }) {
  mkdirSync(folder, { recursive: true });
  const entry = ({ module }) => `      - gomod: ${module} ${VERSION}\n`;
  const inside = (list) => COMPONENTS.filter((each) => each.list === list && plugins.length === 0).map(entry);
  const text = [
    `dist: {name: otelcol, module: example.com/otelcol-bench, output_path: ./dist, build_tags: noasm}\n`,
    ...['receivers', 'processors', 'exporters'].flatMap((list) =>
      inside(list).length > 0 ? [`${list}:\n`, ...inside(list)] : [],
    ),
    plugins.length > 0 ? 'plugins:\n' : '',
    ...plugins.flatMap((components, index) => [
      `  - name: p${index}-${components.map(({ name }) => name).join('-')}\n`,
      ...components.flatMap((component) => [`    ${component.list}:\n`, entry(component)]),
    ]),
  ].join('');
  writeFileSync(join(folder, 'ocx-build.yaml'), text);
  writeFileSync(join(folder, 'config.yaml'), pipeline(port));
  execFileSync(process.execPath, [cli, 'build'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const directory = join(folder, 'dist/plugins');
  const files = plugins.length === 0 ? [] : readdirSync(directory).filter((file) => file.endsWith('.so'));
  const argv = [
    join(folder, 'dist/otelcol'),
    '--config',
    'config.yaml',
    ...(files.length > 0 ? ['--plugin-dir', directory] : []),
  ];
  return {
    what,
    folder,
    argv,
    collectorSize: statSync(argv[0]).size,
    pluginSizes: files.map((file) => statSync(join(directory, file)).size),
  };
}

/** The same, without the child process that opens each plugin before the Collector does. */
function unprobed({ what, folder, argv }) {
  return { what: `${what}, \`--plugin-probe=off\``, folder, argv: [...argv, '--plugin-probe=off'] };
}

function pipeline(port) {
  return `receivers:
  otlp: {protocols: {http: {endpoint: '127.0.0.1:${port}'}}}
processors:
  redaction: {allow_all_keys: true, blocked_values: ['4[0-9]{12}']}
exporters:
  nop:
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    traces: {receivers: [otlp], processors: [redaction], exporters: [nop]}
`;
}

/** Each in turn, the order turned by one each round, so that what else the machine does falls on all alike. The first round does not count. */
async function inTurn(subjects, count, use) {
  const results = subjects.map(() => []);
  for (let round = -1; round < count; round++)
    for (let step = 0; step < subjects.length; step++) {
      const index = (step + round + 1) % subjects.length;
      const result = await use(subjects[index]);
      if (round >= 0) results[index].push(result);
    }
  return results;
}

function startUps(subjects, count) {
  return inTurn(subjects, count, async ({ argv, folder }) => {
    const collector = await startCollector(argv, folder);
    const result = { ready: collector.ready, cpu: collector.cpu(), rss: collector.memory().now };
    await collector.stop();
    return result;
  });
}

function throughputs(subjects, count, load, port, env) {
  const send = (requests) =>
    JSON.parse(
      execFileSync(load, ['-port', port, '-requests', requests, '-spans', SPANS, '-clients', CLIENTS], { encoding: 'utf8' }),
    );
  return inTurn(subjects, count, async ({ argv, folder }) => {
    const collector = await startCollector(argv, folder, env);
    send(REQUESTS / 10);
    const before = collector.cpu();
    const result = send(REQUESTS);
    const cpu = collector.cpu() - before;
    const { peak } = collector.memory();
    await collector.stop();
    return { ...result, cpu, peak };
  });
}

function page(subjects, starting, starts, usual, seldom) {
  const of = (results, field) => results.map((result) => result[field]);
  const mid = (results, field) => median(of(results, field));
  const right = (title) => ({ title, right: true });
  const size = ({ collectorSize, pluginSizes }) => pluginSizes.reduce((sum, each) => sum + each, collectorSize);
  const [first] = subjects;
  const sizes = subjects.map((subject) => [
    subject.what,
    megabytes(subject.collectorSize),
    subject.pluginSizes.map(megabytes).join(', '),
    megabytes(size(subject)),
    ratio(size(subject) / size(first)),
  ]);
  const start = starting.map(({ what }, index) => [
    what,
    time(mid(starts[index], 'ready')),
    time(min(of(starts[index], 'ready'))),
    ratio(mid(starts[index], 'ready') / mid(starts[0], 'ready')),
    time(mid(starts[index], 'cpu')),
    megabytes(mid(starts[index], 'rss')),
    ratio(mid(starts[index], 'rss') / mid(starts[0], 'rss')),
  ]);
  const rate = (results) => median(results.map(({ spans, seconds }) => spans / seconds));
  const perSpan = (results) => median(results.map(({ cpu, spans }) => (1000 * cpu) / spans));
  const under = (loads) =>
    subjects.map(({ what }, index) => [
      what,
      number(Math.round(rate(loads[index]))),
      ratio(rate(loads[index]) / rate(loads[0])),
      `${perSpan(loads[index]).toFixed(2)} us`,
      ratio(perSpan(loads[index]) / perSpan(loads[0])),
      time(mid(loads[index], 'p50_ms')),
      time(mid(loads[index], 'p99_ms')),
      megabytes(mid(loads[index], 'peak')),
      ratio(mid(loads[index], 'peak') / mid(loads[0], 'peak')),
    ]);
  const columns = [
    { title: 'components' },
    ...['spans/s', 'ratio', 'CPU a span', 'ratio', 'p50', 'p99', 'peak RSS', 'ratio'].map(right),
  ];
  return `# Components built in, and the same as plugins

Written by \`${['node bench/collector.mjs', ...process.argv.slice(2)].join(' ')}\` on ${new Date().toISOString().slice(0, 10)}. Nothing here is asserted: figures are of one machine and one run. All
subjects were built by one \`ocx build\` each, of the same sources and flags (\`-trimpath -tags=noasm -ldflags=-s -w\`), and measured in turn, the order
turned by one each round. "ratio" is beside the first row: below 1 is less.

${machineFacts()}

The components are the whole path of a span: ${COMPONENTS.map(({ module }) => `\`${module.split('/').at(-1)}\``).join(', ')}, ${VERSION}. Without plugins the Collector has no
components but these; with them it has none of its own.

## Size

What a plugin needs and the Collector or another plugin has too is in each file. Both are stripped.

${markdownTable([{ title: 'components' }, right('Collector'), right('plugins'), right('in all'), right('ratio')], sizes)}

## Start-up and memory

From before the spawn until the Collector says that it is ready; medians of ${starts[0].length}. Before the Collector
opens a plugin it reads and judges it, and a child process opens it for a trial; that is in it, and the last rows are without the child (whose CPU
time is not in the column). CPU is user and system time until then, RSS that of the whole process, idle (VmRSS).

${markdownTable([{ title: 'components' }, right('ready'), right('min'), right('ratio'), right('CPU'), right('RSS'), right('ratio')], start)}

## Throughput

OTLP over HTTP from a generator on the same machine (\`bench/collector/load\`): ${number(REQUESTS)} requests of ${SPANS} spans (${number(usual[0][0].bytes)} bytes), ${CLIENTS} at a time. Each is
answered when the exporter has it: no queue, no batch. Medians of ${usual[0].length} runs, each of a fresh process, after a tenth of that for warming up. CPU is the
Collector's alone, and says more than spans a second where the generator shares its CPUs. RSS is the peak (VmHWM).

${markdownTable(columns, under(usual))}

The same with \`GOGC=800\`, so that garbage is collected less often. By default Go collects when the heap has grown by the size of what is in use, in
which it counts the data of the program; plugins add to that, so that there are fewer collections and more memory in use, and a
heap as small as here makes plugins look faster than they are. This table is nearer to what a call through a plugin costs.

${markdownTable(columns, under(seldom))}
`;
}

async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}
