// `ocx plugins inspect` of one large Go plugin against its host, beside the tools a user would run on the same file.
// Run from the root of the repository: node bench/oneShot.mjs [--rounds N]
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { isMain, rounds } from './measuring/arguments.mjs';
import { importCore } from './measuring/bundle.mjs';
import { buildLargePlugins } from './measuring/largePlugin.mjs';
import { isThere } from './measuring/machine.mjs';
import { COLUMNS, cells, measure, toOcx } from './measuring/measure.mjs';
import { print } from './measuring/print.mjs';
import { copyOfDist } from './measuring/program.mjs';
import { markdownTable, number, time } from './measuring/table.mjs';
import { withTempDir } from './measuring/tempDir.mjs';

/** @returns the section of docs/benchmarks.md. */
export async function oneShot() {
  return withTempDir(async (scratch) => {
    const cli = copyOfDist(scratch);
    const core = await importCore(scratch);
    const { pairs, missing } = buildLargePlugins(scratch);
    const parts = pairs.map(({ title, plugin, host }) => table({ title, plugin, host, cli, core, scratch }));
    return [
      '## One large plugin',
      '',
      'Whole processes, from spawn to exit. `ocx` reads plugin and host, and judges one against the other; the other tools print what they read of the',
      'plugin, and the comparison with the host is left to the reader. "ratio" is the median beside that of `ocx plugins inspect`: above 1, ocx is faster.',
      'CPU and RSS are of one run.',
      '',
      ...parts.flatMap((part) => [part, '']),
      ...missing.map((line) => `Not built here: ${line}\n`),
    ].join('\n');
  });
}

function table({ title, plugin, host, cli, core, scratch }) {
  const subjects = [
    {
      what: 'ocx, verdict and findings',
      shown: 'ocx plugins inspect FILE --collector HOST',
      argv: [process.execPath, cli, 'plugins', 'inspect', plugin, '--collector', host],
    },
    {
      what: 'ocx, everything, as data',
      shown: 'ocx plugins inspect FILE --collector HOST -o json',
      argv: [process.execPath, cli, 'plugins', 'inspect', plugin, '--collector', host, '-o', 'json'],
    },
    {
      what: 'ocx, every symbol too',
      shown: 'ocx plugins inspect FILE --collector HOST --symbols',
      argv: [process.execPath, cli, 'plugins', 'inspect', plugin, '--collector', host, '--symbols'],
    },
    { what: 'Node alone: the floor', shown: 'node -e 0', argv: [process.execPath, '-e', '0'] },
    ...tools(plugin).filter(({ argv: [command] }) => isThere(command, command === 'go' ? ['version'] : ['--version'])),
  ];
  const results = measure(subjects, rounds(15), scratch);
  const [ocx] = results;
  const tool = results.slice(4);
  const sum = tool.reduce((total, { median }) => total + median, 0);
  const rows = results.map((result) => [...cells(result), toOcx(result, ocx)]);
  if (tool.length > 0) rows.push(['the tools, one after the other', '', time(sum), '', '', '', '', toOcx({ median: sum }, ocx)]);
  const size = statSync(plugin).size;
  return [
    `### ${number(size)} bytes: ${title}`,
    '',
    `Host: ${number(statSync(host).size)} bytes. Verdict: \`${verdictOf(cli, plugin, host)}\`. ${bytesRead(core, plugin, host)}`,
    '',
    markdownTable([...COLUMNS, { title: 'ratio', right: true }], rows),
  ].join('\n');
}

const tools = (file) => [
  { what: 'every symbol', shown: 'readelf -sW FILE', argv: ['readelf', '-sW', file] },
  { what: 'every relocation', shown: 'readelf -rW FILE', argv: ['readelf', '-rW', file] },
  { what: 'dynamic symbols', shown: 'nm -D FILE', argv: ['nm', '-D', file] },
  { what: 'build info', shown: 'go version -m FILE', argv: ['go', 'version', '-m', file] },
];

function verdictOf(cli, plugin, host) {
  const args = [cli, 'plugins', 'inspect', plugin, '--collector', host, '-o', 'json'];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return JSON.parse(stdout).plugins[0].verdict;
}

/** Counted where the file is read: every byte that comes from it goes through `FileSource`. */
function bytesRead({ FileSource, gatherEvidence }, ...files) {
  const [plugin, host] = files.map((file) => {
    const source = new FileSource(file);
    gatherEvidence(source, { sidecar: null });
    source.close();
    return `${number(source.bytesRead)} bytes (${((100 * source.bytesRead) / source.size).toFixed(2)} %)`;
  });
  return `For its evidence ocx reads ${plugin} of the plugin; for that of the host, without the look-ups, ${host}.`;
}

if (isMain(import.meta.url)) await print(oneShot);
