import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { emptyFolder, eventually, freePorts, ocxIn, run, startCollector } from './project.js';

// One folder builds a Collector and publishes two files of it; another builds a plugin from these alone.

const { folder, remove } = emptyFolder('against');
const at = (...names: string[]) => join(folder, ...names);
const PUBLISHED = '../published/distribution.json';
/** Another release of Go, and another minor one. */
const OTHER_GO = ['go1.26.7', 'go1.25.5'] as const;

const mine = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  ocxIn(at('mine'), ['build', ...args], { GOTOOLCHAIN: '', ...env });

beforeAll(async () => {
  for (const [project, name] of [
    ['theirs', 'greeter'],
    ['mine', 'hello'],
  ] as const) {
    const started = await ocxIn(folder, ['init', project, '--name', name]);
    if (started.status !== 0) throw new Error(started.stderr);
  }
  const built = await ocxIn(at('theirs'), ['build']);
  if (built.status !== 0) throw new Error(`${built.stdout}${built.stderr}`);
  mkdirSync(at('published'));
  for (const file of ['distribution.json', 'otelcol-greeter.profile.json'])
    copyFileSync(at('theirs/dist', file), at('published', file));
}, 900_000);

afterAll(remove);

describe('ocx build --against', () => {
  it('builds a plugin from the published files alone, judged against the profile; its own Collector is not built', async () => {
    const { status, stdout, stderr } = await mine(['--against', PUBLISHED]);
    expect(status, `${stdout}${stderr}`).toBe(0);
    expect(stdout).toContain('1 plugin loads in otelcol-greeter 0.1.0');
    expect(stderr).toContain('the plugins alone are built');
    const { artifacts, against, collector, files } = JSON.parse(readFileSync(at('mine/dist/distribution.json'), 'utf8'));
    expect(artifacts.map(({ path }: { path: string }) => path)).toEqual(['plugins/hello.so']);
    expect({ against, collector }).toEqual({ against: { name: 'otelcol-greeter', version: '0.1.0' }, collector: undefined });
    expect(files.map(({ path }: { path: string }) => path)).toEqual(
      ['cdx', 'components', 'manifest'].map((what) => `plugins/hello.so.${what}.json`),
    );
    expect(await ocxIn(at('mine'), ['dist', 'verify', 'dist'])).toMatchObject({ status: 0 });
  });

  it('which the Collector of the other folder loads, and data flows through it', async () => {
    const checked = await run([at('theirs/dist/otelcol-greeter'), 'plugins', 'check-all', at('mine/dist/plugins')], folder);
    expect(checked.status, `${checked.stdout}${checked.stderr}`).toBe(0);
    const [port = 0] = await freePorts(1);
    const config = readFileSync(at('mine/config.yaml'), 'utf8')
      .replace('localhost:4318', `127.0.0.1:${port}`)
      .replace('value: hello', 'value: from afar');
    writeFileSync(at('config.yaml'), `${config}  telemetry: {metrics: {level: none}}\n`);
    const collector = await startCollector(
      [at('theirs/dist/otelcol-greeter'), '--plugin-dir', at('mine/dist/plugins'), '--config', at('config.yaml')],
      folder,
    );
    const body = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' } }] }] }] };
    const headers = { 'content-type': 'application/json' };
    const posted = await fetch(`http://127.0.0.1:${port}/v1/logs`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(posted.status).toBe(200);
    await eventually('the attribute', () => collector.log().includes('greeting: Str(from afar)') || null);
    expect(await collector.stop()).toBe(0);
  });

  it('the profile alone is enough, and gives the same plugin to the byte; so does the folder with the Collector, which opens it', async () => {
    const hash = () => JSON.parse(readFileSync(at('mine/dist/distribution.json'), 'utf8')).artifacts[0].sha256;
    const before = hash();
    const whole = await mine(['--against', '../theirs/dist']);
    expect(whole.stdout).toContain('open plugin hello  processor hello');
    const profile = await mine(['--against', '../published/otelcol-greeter.profile.json']);
    expect(profile.status, profile.stderr).toBe(0);
    expect(hash()).toBe(before);
  });

  it.each(OTHER_GO)('with %s it stops before it compiles, with a fix that works', async (toolchain) => {
    const { status, stdout, stderr } = await mine(['--against', PUBLISHED], { GOTOOLCHAIN: toolchain });
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`was built by go1\\.\\d+\\.\\d+, and this would build with ${toolchain}`));
    expect(stdout).not.toContain('compile');
    const [, wanted = '', args = ''] = /fix: GOTOOLCHAIN=(\S+) ocx build (.*)$/m.exec(stderr) ?? [];
    const fixed = await mine(args.split(' '), { GOTOOLCHAIN: wanted });
    expect(fixed.status, fixed.stderr).toBe(0);
  });

  it('of a module in a higher version than the Collector has it says who asks for it, and compiles nothing', async () => {
    const [module, higher] = ['golang.org/x/text', 'v0.44.0'];
    const source = at('mine/helloprocessor/text.go');
    writeFileSync(source, `package helloprocessor\n\nimport _ "${module}/unicode/norm"\n`);
    const gomod = at('mine/helloprocessor/go.mod');
    const before = readFileSync(gomod, 'utf8');
    writeFileSync(gomod, before.replace('require (', `require (\n\t${module} ${higher}`));
    const { status, stdout, stderr } = await mine(['--against', PUBLISHED]);
    expect(status, stdout).toBe(1);
    expect(stderr).toContain(`${module}: plugin ${higher} h1:`);
    expect(stderr).toMatch(
      /fix: take a version of example\.com\/helloprocessor@v0\.0\.0, which requires it, that asks for golang.org\/x\/text v0\.\d+\.0 at most/,
    );
    expect(stdout).not.toContain('compile');
    // The fix: the lower version is the Collector's.
    writeFileSync(gomod, before);
    const fixed = await mine(['--against', PUBLISHED]);
    expect(fixed.status, fixed.stderr).toBe(0);
  });

  it('for another system it says how', async () => {
    const { status, stderr } = await mine(['--against', PUBLISHED], { GOARCH: 'arm64' });
    expect(status).toBe(1);
    expect(stderr).toContain('is for linux/amd64, and this would build for linux/arm64');
  });

  it('a component type that the Collector has is refused before it compiles', async () => {
    const file = readFileSync(at('mine/ocx-build.yaml'), 'utf8').replace(
      '      - gomod: example.com/helloprocessor',
      '      - gomod: go.opentelemetry.io/collector/processor/batchprocessor v0.165.0\n      - gomod: example.com/helloprocessor',
    );
    writeFileSync(at('mine/taken.yaml'), file.replace(/^processors:\n.*\n\n/m, ''));
    const { status, stdout, stderr } = await mine(['taken.yaml', '--against', PUBLISHED]);
    expect(status, stdout).toBe(1);
    expect(stderr).toMatch(/brings processor batch, which otelcol-greeter 0\.1\.0 .*has already/);
    expect(stdout).not.toContain('compile');
  });

  // The linter that GitHub's own documentation points to; and the steps themselves, without the container.
  it('in CI: the workflow of ocx init --ci is valid, and its steps build, check and annotate', async () => {
    cpSync(at('published'), at('mine/host'), { recursive: true });
    const written = await ocxIn(at('mine'), ['init', '--ci', 'github', '--against', 'host/distribution.json']);
    expect(written.status, written.stderr).toBe(0);
    const installed = await run(['go', 'install', 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12'], folder, {
      GOBIN: at('bin'),
      GOFLAGS: '',
    });
    expect(installed.status, installed.stderr).toBe(0);
    const workflow = '.github/workflows/plugin.yml';
    expect(await run([at('bin/actionlint'), workflow], at('mine'))).toEqual({ status: 0, stdout: '', stderr: '' });

    writeFileSync(at('bin/ocx'), `#!/bin/sh\nexec ${process.execPath} ${resolve('dist/cli.js')} "$@"\n`, { mode: 0o755 });
    for (const args of [
      ['init', '-q'],
      ['add', '.'],
      ['-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-qm', 'x'],
    ])
      expect(await run(['git', ...args], at('mine'))).toMatchObject({ status: 0 });
    const steps: { name?: string; run?: string }[] = parse(readFileSync(at('mine', workflow), 'utf8')).jobs.plugins.steps;
    for (const name of ['Build', 'Check']) {
      const { run: script = 'false' } = steps.find((step) => step.name === name) ?? {};
      const env = { PATH: `${at('bin')}:${process.env.PATH}`, IN_CONTAINER: '', GOTOOLCHAIN: 'local' };
      const ran = await run(['bash', '-e', '-c', script], at('mine'), env);
      expect(ran.status, `${name}: ${ran.stdout}${ran.stderr}`).toBe(0);
    }
    const { runs } = JSON.parse(readFileSync(at('mine/ocx.sarif'), 'utf8'));
    expect(runs[0].results).toEqual([]);
    expect(readFileSync(at('mine/ocx.xml'), 'utf8')).toContain(
      '<testcase classname="dist/plugins" name="hello.so" file="ocx-build.yaml" line="',
    );
  });

  it('never writes over the Collector that it is for', async () => {
    const { status, stderr } = await ocxIn(at('theirs'), ['build', '--against', 'dist'], { GOTOOLCHAIN: '' });
    expect(status).toBe(1);
    expect(stderr).toContain('fix: ocx build --only PLUGIN');
    expect(existsSync(at('theirs/dist/otelcol-greeter'))).toBe(true);
  });

  it('a file beside distribution.json that is not the one it speaks of is not believed', async () => {
    mkdirSync(at('forged'));
    copyFileSync(at('published/distribution.json'), at('forged/distribution.json'));
    writeFileSync(at('forged/otelcol-greeter.profile.json'), '{}');
    const { status, stderr } = await mine(['--against', '../forged']);
    expect(status).toBe(2);
    expect(stderr).toContain('is not the file that');
  });
});
