// Writes test/triage/logs/*.log: real failures of real plugins, logged by a plain Go host (test/triage/host, built here) in the
// formats of several loggers. The folder of the checkout is written as /srv/gateway. `node test/triage/capture.mjs [folder]` (needs
// Go, gcc). collector.log is of a Collector that `ocx build` made, given a directory of these plugins and --plugin-policy=skip.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [folder = 'test/triage/logs'] = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), 'ocx-triage-'));
const host = join(work, 'plainhost');
execFileSync('go', ['build', '-trimpath', '-o', host, '.'], {
  cwd: 'test/triage/host',
  env: { ...process.env, CGO_ENABLED: '1', GOFLAGS: '-buildvcs=false' },
});
const plugin = (name) => `fixtures/plugins/${name}.so`;
const panics = join(work, 'panics');
cpSync('fixtures/src/go', panics, { recursive: true });
writeFileSync(join(panics, 'plugins/light/panics.go'), 'package main\n\nfunc init() { panic("no configuration") }\n');
execFileSync('go', ['build', '-trimpath', '-buildmode=plugin', '-o', join(work, 'panics.so'), './light'], {
  cwd: join(panics, 'plugins'),
  env: { ...process.env, CGO_ENABLED: '1', GOFLAGS: '-buildvcs=false' },
});

const refused = [
  'go-other-trimpath',
  'go-other-dependency',
  'go-race',
  'text-file',
  'c-missing-library',
  'go-no-entry',
  'missing',
];
/** Log to format and plugins. */
const LOGS = {
  krakend: ['krakend', refused.map(plugin)],
  json: ['json', refused.map(plugin)],
  text: ['text', refused.map(plugin)],
  tyk: ['tyk', refused.map(plugin)],
  'other-minor': ['text', [plugin('go-other-trimpath'), plugin('go-other-minor')]],
  'cut-in-segment': ['text', [plugin('go-cut-in-segment')]],
  'init-panics': ['json', [join(work, 'panics.so')]],
};
for (const [name, [format, files]] of Object.entries(LOGS)) {
  const { stderr } = spawnSync(host, [format, ...files], {
    encoding: 'utf8',
    env: { ...process.env, GOTRACEBACK: 'single', LC_ALL: 'C' },
  });
  const text = stderr.replaceAll(process.cwd(), '/srv/gateway').replaceAll(work, '/srv/gateway');
  writeFileSync(join(folder, `${name}.log`), text.split('\n').slice(0, 60).join('\n'));
}
rmSync(work, { recursive: true });
