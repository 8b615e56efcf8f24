import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { BuildError, BuildStopped } from '../../source/builder/buildError.js';
import { openBuildLog } from '../../source/builder/buildLog.js';
import { Children } from '../../source/builder/children.js';
import { leftOver, readDistribution } from '../../source/builder/distribution.js';
import { openOutput } from '../../source/builder/outputFolder.js';
import { signatureNote } from '../../source/builder/publish.js';
import { type Artifact, distributionText } from '../../source/trust/distribution.js';

const room = mkdtempSync(join(tmpdir(), 'ocx-output-'));
afterAll(() => rmSync(room, { recursive: true, force: true }));
let folder = '';
let counter = 0;
beforeEach(() => {
  folder = join(room, String(counter++));
});

const artifact = (path: string): Artifact => ({
  path,
  kind: 'plugin',
  sha256: '0'.repeat(64),
  size: 1,
  manifest_sha256: '0'.repeat(64),
  components_sha256: null,
});

describe('the output directory', () => {
  it('gets a file whole or not at all, and keeps no trace of a build that ends', () => {
    const output = openOutput(folder);
    writeFileSync(join(output.staging, 'plugins/a.so'), 'new');
    writeFileSync(join(output.staging, 'plugins/b.so'), 'half');
    expect(readdirSync(join(folder, 'plugins'))).toEqual([]);
    output.publish('plugins/a.so');
    output.close();
    expect(readdirSync(join(folder, 'plugins'))).toEqual(['a.so']);
    expect(readdirSync(join(folder, '.ocx'))).toEqual([]);
  });

  it('belongs to one build at a time', () => {
    mkdirSync(join(folder, '.ocx'), { recursive: true });
    writeFileSync(join(folder, '.ocx/lock'), String(process.ppid));
    expect(() => openOutput(folder)).toThrow(`another ocx build (process ${process.ppid}) is at work there`);
  });

  it('is free again after a build that was killed', () => {
    mkdirSync(join(folder, '.ocx'), { recursive: true });
    writeFileSync(join(folder, '.ocx/lock'), '999999999');
    openOutput(folder).close();
  });

  it('that can not be made is said in one sentence', () => {
    writeFileSync(folder, 'a file');
    expect(() => openOutput(folder)).toThrow(`output ${folder}: a part of the path is not a directory`);
  });
});

describe('distribution.json', () => {
  it('is read back, and no other file is taken for one', () => {
    mkdirSync(folder);
    const distribution = {
      format_version: 1,
      name: 'otelcol',
      version: '1.0.0',
      artifacts: [artifact('plugins/a.so')],
      files: [],
      build: { go: 'go1.26.8', ocb: 'v0.165.0', ocx: '0.1.0', target: 't', flags: [], environment: {} },
    } as const;
    expect(readDistribution(folder)).toBeNull();
    writeFileSync(join(folder, 'distribution.json'), distributionText(distribution));
    const { format_version: _, build: __, ...list } = distribution;
    expect(readDistribution(folder)).toEqual(list);
    // The second ended the build with a TypeError.
    for (const other of ['{"format_version": 2}', '{"format_version": 1, "artifacts": [null], "files": []}']) {
      writeFileSync(join(folder, 'distribution.json'), other);
      expect(readDistribution(folder)).toBeNull();
    }
  });

  it('tells which artifacts of the last build are no longer made; it never points outside', () => {
    const before = {
      format_version: 1,
      name: '',
      version: '',
      files: [],
      artifacts: ['otelcol', 'plugins/a.so', 'plugins/b.so', '../../etc/passwd', '.ssh', 'plugins/../x', 'plugins/..'].map(
        artifact,
      ),
      build: { go: '', ocb: '', ocx: '', target: '', flags: [], environment: {} },
    } as const;
    expect(leftOver(before, [artifact('otelcol'), artifact('plugins/b.so')])).toEqual(['plugins/a.so']);
    expect(leftOver(null, [])).toEqual([]);
  });
});

describe('commands of a build', () => {
  const command = (script: string, limit: number | null = null) => ({
    argv: [process.execPath, '-e', script],
    directory: room,
    environment: process.env,
    limit,
  });

  it('are in the log with all they say, and with how they ended', async () => {
    const log = openBuildLog(join(folder, 'build.log'));
    const ended = await new Children(log).run(command('console.log("out"); console.error("err"); process.exitCode = 3'));
    log.close();
    // Node adds a line of its own where both NO_COLOR and FORCE_COLOR are set.
    expect(ended).toMatchObject({ code: 3, stdout: 'out\n', stderr: expect.stringMatching(/^err\n/m), overtime: false });
    expect(readFileSync(log.path, 'utf8')).toMatch(/\$ cd \S+ && .* -e .*\n[\s\S]*err\n[\s\S]*\[3, \d+\.\d s\]\n$/);
  });

  it('end with everything they started when the build is stopped', async () => {
    const log = openBuildLog(join(folder, 'build.log'));
    const children = new Children(log);
    const mark = join(folder, 'grandchild');
    // The child starts one of its own, which would write a file after a second.
    const grandchild = `setTimeout(() => require('node:fs').writeFileSync(${JSON.stringify(mark)}, ''), 1000)`;
    const running = children.run(
      command(`require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], {stdio: 'inherit'})`),
    );
    setTimeout(() => children.stop('SIGINT'), 200);
    await expect(running).rejects.toThrow(BuildStopped);
    await expect(children.run(command(''))).rejects.toThrow(BuildStopped);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(existsSync(mark)).toBe(false);
    log.close();
  });

  it('are killed when they take longer than they may', async () => {
    const log = openBuildLog(join(folder, 'build.log'));
    const ended = await new Children(log).run(command('setInterval(() => {}, 1000)', 200));
    expect(ended).toMatchObject({ overtime: true, signal: 'SIGKILL' });
    log.close();
  });

  it('that do not exist are named', async () => {
    const log = openBuildLog(join(folder, 'build.log'));
    const run = new Children(log).run({ argv: ['no-such-compiler'], directory: room, environment: process.env, limit: null });
    await expect(run).rejects.toThrow(new BuildError('no-such-compiler is not installed, or not in PATH'));
    log.close();
  });
});

describe('a signature of a distribution', () => {
  // It went without a word, and the next `dist verify --key` failed.
  it('that a build removes with the list it was of is told', () => {
    const output = openOutput(folder);
    const signature = join(folder, 'distribution.json.minisig');
    writeFileSync(signature, '');
    const note = signatureNote(output);
    expect(note()).toBe('');
    rmSync(signature);
    expect(note()).toContain('ocx dist sign');
    expect(signatureNote(output)()).toBe('');
    output.close();
  });
});
