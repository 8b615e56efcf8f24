// `ocx plugins list` and `check-all` of 1,000 plugin files, beside the tools a user would run over the same files.
// Run from the root of the repository: node bench/manyPlugins.mjs [--rounds N] [--files N]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileCount, isMain, rounds } from './measuring/arguments.mjs';
import { HOST, makeCorpus } from './measuring/corpus.mjs';
import { isThere } from './measuring/machine.mjs';
import { COLUMNS, cells, measure, toOcx } from './measuring/measure.mjs';
import { print } from './measuring/print.mjs';
import { copyOfDist } from './measuring/program.mjs';
import { markdownTable, megabytes, number, time } from './measuring/table.mjs';
import { withTempDir } from './measuring/tempDir.mjs';

/** @returns the section of docs/benchmarks.md. */
export async function manyPlugins() {
  return withTempDir((scratch) => {
    const cli = copyOfDist(scratch);
    const directory = join(scratch, 'plugins');
    const { files, bytes } = makeCorpus(directory, fileCount());
    const results = measure(subjects(cli, directory, files), rounds(5), scratch);
    const [ocx] = results;
    const rows = results.map((result) => [
      ...cells(result),
      number(Math.round((1000 * files.length) / result.median)),
      toOcx(result, ocx),
    ]);
    for (const kind of ['one process', 'shell loop']) {
      const parts = results.filter(({ what }) => what === kind);
      if (parts.length < 3) continue;
      const sum = parts.reduce((total, { median }) => total + median, 0);
      const filesPerSecond = number(Math.round((1000 * files.length) / sum));
      rows.push([`the three, ${kind}`, '', time(sum), '', '', '', '', filesPerSecond, toOcx({ median: sum }, ocx)]);
    }
    return [
      `## ${number(files.length)} plugins`,
      '',
      `Copies of the fixtures, each with an inode and blocks of its own: ${number(bytes)} bytes (${megabytes(bytes / files.length)} a file on average), against the host`,
      `\`${HOST}\`. ocx says: ${totals(cli, directory)}.`,
      '',
      'Whole processes, from spawn to exit. ocx reads each file, judges it and says why; the tools print what they read, with no host to compare',
      'with. A tool is given all files at once where it takes several, and one file a process as a shell loop would. "ratio" is the median beside that of',
      '`ocx plugins list`: above 1, ocx is faster. A command of more than 10 s is run once. CPU and RSS are of one run; of a loop, RSS is that of its largest',
      "process. Where LLVM's BFD plugin is installed, `nm` loads it at each start: most of what a loop of it costs.",
      '',
      markdownTable([...COLUMNS, { title: 'files/s', right: true }, { title: 'ratio', right: true }], rows),
      '',
    ].join('\n');
  });
}

function subjects(cli, directory, files) {
  const ocx = (what, ...args) => ({
    what,
    shown: `ocx plugins ${args.join(' ')} DIR --collector HOST`,
    argv: [process.execPath, cli, 'plugins', ...args, directory, '--collector', HOST],
  });
  const tools = ['readelf -sW', 'nm -D', 'go version -m'].filter((tool) =>
    isThere(tool.split(' ')[0], tool.startsWith('go') ? ['version'] : ['--version']),
  );
  return [
    ocx('ocx, one line each', 'list'),
    ocx('ocx, every finding, as data', 'check-all', '-o', 'json'),
    ...tools.map((tool) => ({
      what: 'one process',
      shown: `${tool} FILE...`,
      argv: [...tool.split(' '), ...files],
    })),
    ...tools.map((tool) => ({
      what: 'shell loop',
      shown: `for f in DIR/*.so; do ${tool} $f; done`,
      argv: ['sh', '-c', `for f in "$0"/*.so; do ${tool} "$f"; done`, directory],
    })),
  ];
}

function totals(cli, directory) {
  const args = [cli, 'plugins', 'list', directory, '--collector', HOST];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (stdout === '') throw new Error(stderr);
  return stdout.trimEnd().split('\n').at(-1);
}

if (isMain(import.meta.url)) await print(manyPlugins);
