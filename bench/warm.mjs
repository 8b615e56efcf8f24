// In-process, warm: evidence and judgement of a large plugin, the host already read, as the explorer does when a file changes.
// Run from the root of the repository: node bench/warm.mjs [--rounds N]
import { basename } from 'node:path';
import { isMain, rounds } from './measuring/arguments.mjs';
import { importCore } from './measuring/bundle.mjs';
import { buildLargePlugins } from './measuring/largePlugin.mjs';
import { print } from './measuring/print.mjs';
import { median, min, quantile } from './measuring/statistics.mjs';
import { markdownTable, number, time } from './measuring/table.mjs';
import { withTempDir } from './measuring/tempDir.mjs';

const WARM_UP = 20;

/** @returns the section of docs/benchmarks.md. */
export async function warm() {
  return withTempDir(async (scratch) => {
    const core = await importCore(scratch);
    const { pairs, missing } = buildLargePlugins(scratch);
    const rows = pairs.flatMap((pair) => rowsOf(core, pair));
    const columns = ['plugin', 'what', 'first', 'median', 'p95', 'min', 'bytes read', 'share'];
    return [
      '## In one process, warm',
      '',
      `The host is read before. "first" is the first run in this process, before anything is compiled or cached (the smallest plugin comes first, so later`,
      `rows have it easier); the others are of ${rounds(200)} runs after ${WARM_UP} that don't count. Each run opens the file again and keeps nothing of the run before, but for`,
      'what was looked up in the host.',
      '',
      markdownTable(
        columns.map((title, index) => ({ title, right: index > 1 })),
        rows,
      ),
      '',
      ...missing.map((line) => `Not built here: ${line}\n`),
    ].join('\n');
  });
}

function rowsOf(core, { plugin, host }) {
  const opened = core.openHost(host);
  try {
    const evidence = samples(() => read(core, plugin).evidence);
    const gathered = read(core, plugin);
    const judgement = samples(() => core.judge(gathered.evidence, opened.host, core.SYSTEM_LIBRARIES));
    const both = samples(() => core.judge(read(core, plugin).evidence, opened.host, core.SYSTEM_LIBRARIES));
    const all = samples(() =>
      withHost(core, host, (fresh) => core.judge(read(core, plugin).evidence, fresh, core.SYSTEM_LIBRARIES)),
    );
    const hostRead = samples(() => withHost(core, host, () => {}));
    const name = `${number(gathered.size)} bytes`;
    const share = `${((100 * gathered.bytesRead) / gathered.size).toFixed(2)} %`;
    return [
      [name, 'evidence', ...times(evidence), number(gathered.bytesRead), share],
      [name, 'judgement of it', ...times(judgement), '', ''],
      [name, 'evidence and judgement', ...times(both), number(gathered.bytesRead), share],
      [name, 'both, with nothing kept of the host', ...times(all), '', ''],
      [name, `its host (\`${basename(host)}\`) read anew`, ...times(hostRead), '', ''],
    ];
  } finally {
    opened.close();
  }
}

function withHost({ openHost }, path, use) {
  const opened = openHost(path);
  try {
    return use(opened.host);
  } finally {
    opened.close();
  }
}

function read({ FileSource, gatherEvidence }, file) {
  const source = new FileSource(file);
  try {
    return { evidence: gatherEvidence(source, { sidecar: null }), size: source.size, bytesRead: source.bytesRead };
  } finally {
    source.close();
  }
}

function samples(run) {
  const all = Array.from({ length: WARM_UP + rounds(200) }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return { first: all[0], warm: all.slice(WARM_UP) };
}

function times({ first, warm: values }) {
  return [first, median(values), quantile(values, 0.95), min(values)].map(time);
}

if (isMain(import.meta.url)) await print(warm);
