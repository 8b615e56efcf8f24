import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { extract } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { VERSION } from '../../source/commands/version.js';
import { ocx } from '../commands/run.js';

const room = mkdtempSync(join(tmpdir(), 'ocx-init-ci-'));
afterAll(() => rmSync(room, { recursive: true, force: true }));

const BUILD_FILE = `dist: {name: otelcol-x, output_path: ./out}
plugins:
  - name: p
    processors:
      - gomod: example.com/p v1.0.0
`;

/** A repository with a build file, and what it is built against. */
function repository(name: string): string {
  const folder = join(room, name);
  mkdirSync(join(folder, 'host'), { recursive: true });
  writeFileSync(join(folder, 'builder-config.yaml'), BUILD_FILE);
  return folder;
}

const ARCHIVE = `.ci/ocx-${VERSION}.tgz`;
const containerOf = (folder: string) => readFileSync(join(folder, 'Containerfile'), 'utf8');
const workflowOf = (folder: string) => readFileSync(join(folder, '.github/workflows/plugin.yml'), 'utf8');
const runsOf = (folder: string): string[] =>
  parse(workflowOf(folder)).jobs.plugins.steps.flatMap(({ run }: { run?: string }) => (run === undefined ? [] : [run]));

describe('ocx init --ci github', () => {
  let profile: string;
  beforeAll(async () => {
    profile = (await ocx(['collector', 'profile', 'fixtures/otelcol'])).stdout;
  });

  it('where a build file is, writes the workflow and the container alone: build, three times check-all, SARIF', async () => {
    const folder = repository('own');
    const { status, stdout, stderr } = await ocx(['init', folder, '--ci', 'github']);
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: `+ .github/workflows/plugin.yml\n+ Containerfile\n+ ${ARCHIVE}\n`,
      stderr: '',
    });
    const [, build = '', check = ''] = runsOf(folder);
    expect(build).toContain('$IN_CONTAINER ocx build builder-config.yaml\n');
    expect(check).toContain(
      'check-all out/plugins --collector out/otelcol-x.profile.json --no-load --build-file builder-config.yaml --output sarif > ocx.sarif',
    );
    expect(check.trim().split('\n').at(-1)).toBe(
      '$IN_CONTAINER ocx plugins check-all out/plugins --collector out/otelcol-x.profile.json --no-load',
    );
    expect(containerOf(folder)).toMatch(/^FROM docker\.io\/library\/golang:1\.\d+\.\d+-bookworm AS build$/m);
  });

  it('installs no ocx of a registry, where the name is anybody’s: the one that wrote it comes along, pinned, and stands alone', async () => {
    const [folder, again] = [repository('alone'), repository('again')];
    for (const at of [folder, again]) expect(await ocx(['init', at, '--ci', 'github'])).toMatchObject({ status: 0 });
    const archive = readFileSync(join(folder, ARCHIVE));
    expect(archive.equals(readFileSync(join(again, ARCHIVE))), 'the same bytes each time').toBe(true);
    expect(archive.length, 'it is committed').toBeLessThan(1_000_000);
    const [line = ''] = /^RUN echo.*$/m.exec(containerOf(folder)) ?? [];
    expect(line).toContain(`'${createHash('sha256').update(archive).digest('hex')}  /opt/ocx.tgz' | sha256sum --check`);
    expect(containerOf(folder)).toContain(`\nCOPY ${ARCHIVE} /opt/ocx.tgz\n`);
    expect(containerOf(folder)).not.toMatch(/npm|curl|wget|https?:/);
    const unpacked = join(room, 'unpacked');
    mkdirSync(unpacked);
    await extract({ file: join(folder, ARCHIVE), cwd: unpacked });
    const ran = (...args: string[]) =>
      spawnSync(join(unpacked, 'package/dist/cli.js'), args, { cwd: room, encoding: 'utf8', env: { PATH: process.env.PATH } });
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(ran('--version').stdout).toBe(`${version}\n`);
    expect(ran('init', 'from-archive', '--name', 'greeter', '--lang', 'rust', '--ci', 'github')).toMatchObject({ status: 0 });
    expect(
      existsSync(join(room, `from-archive/.ci/ocx-${version}.tgz`)),
      'with all that it takes to write itself once more',
    ).toBe(true);
  });

  it('takes images by the digests that a hermetic build locked, and those that the build file names', async () => {
    const folder = repository('locked');
    const digest = `sha256:${'ab'.repeat(32)}`;
    const images = { 'docker.io/library/node:20.20.2-bookworm-slim': digest };
    writeFileSync(join(folder, 'builder-config.lock'), JSON.stringify({ format_version: 1, images, go_sum: [] }));
    writeFileSync(join(folder, 'builder-config.yaml'), `${BUILD_FILE}hermetic: {go: registry.example.com/go:1.26.8}\n`);
    expect(await ocx(['init', folder, '--ci', 'github'])).toMatchObject({ status: 0, stderr: '' });
    expect(containerOf(folder)).toContain('\nFROM registry.example.com/go:1.26.8 AS build\n');
    expect(containerOf(folder)).toContain(`COPY --from=docker.io/library/node:20.20.2-bookworm-slim@${digest} `);
  });

  it('against a Collector that others built: its Go, its profile', async () => {
    const folder = repository('theirs');
    writeFileSync(join(folder, 'host/host.json'), profile);
    const { status, stderr } = await ocx(['init', folder, '--ci', 'github', '--against', join(folder, 'host/host.json')]);
    expect(status, stderr).toBe(0);
    const [, build = '', check = ''] = runsOf(folder);
    expect(build).toContain('ocx build builder-config.yaml --against host/host.json\n');
    expect(check).toContain('--collector host/host.json');
    expect(containerOf(folder)).toContain(`golang:${JSON.parse(profile).host.evidence.go.version.slice(2)}-bookworm`);
  });

  it('a new project has them beside its own files; one in Rust has Rust in its container', async () => {
    const folder = join(room, 'new');
    expect(await ocx(['init', folder, '--name', 'greeter', '--lang', 'rust', '--ci', 'github'])).toMatchObject({ status: 0 });
    expect(existsSync(join(folder, 'ocx-build.yaml'))).toBe(true);
    expect(runsOf(folder).join('')).toContain('--collector dist/otelcol-greeter.profile.json');
    expect(containerOf(folder)).toContain(' /usr/local/rustup /usr/local/rustup\n');
  });

  it('what is there is never touched, and what is built against must be in the repository', async () => {
    const folder = repository('taken');
    writeFileSync(join(folder, 'Containerfile'), 'mine');
    expect(await ocx(['init', folder, '--ci', 'github'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Containerfile is there already'),
    });
    expect(existsSync(join(folder, '.github'))).toBe(false);
    writeFileSync(join(room, 'outside.json'), profile);
    expect(await ocx(['init', repository('out'), '--ci', 'github', '--against', join(room, 'outside.json')])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('lies outside'),
    });
    expect(await ocx(['init', join(room, 'x'), '--name', 'a', '--against', 'no-such.json'])).toMatchObject({
      status: 2,
      stderr: `ocx: --against ${resolve('no-such.json')}: no such file or directory\n`,
    });
    expect(existsSync(join(room, 'x'))).toBe(false);
  });
});
