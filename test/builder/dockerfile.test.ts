import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type DockerfileFacts, dockerfile } from '../../source/builder/hermetic/dockerfile.js';
import { imageFault, neededImages, pinned, promisedVersion } from '../../source/builder/hermetic/images.js';
import { NO_NETWORK_C } from '../../source/builder/hermetic/noNetwork.js';

const room = mkdtempSync(join(tmpdir(), 'ocx-dockerfile-'));
afterAll(() => rmSync(room, { recursive: true, force: true }));

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const container = (rust: boolean, over: Partial<DockerfileFacts> = {}): DockerfileFacts => ({
  images: neededImages({}, { rust }).map((image) => ({ ...image, reference: pinned(image.reference, DIGEST) })),
  directory: '.',
  file: 'ocx-build.yaml',
  output: 'dist',
  rust,
  ...over,
});
/** Instructions, as an engine reads them: no comments, continued lines joined. */
const instructions = (text: string) =>
  text
    .replace(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter(Boolean);

describe('the Dockerfile of a hermetic build', () => {
  it('takes every image by its digest', () => {
    const from = instructions(dockerfile(container(true))).filter((line) => /^FROM|^COPY --from=/.test(line));
    expect(from).toEqual([
      `FROM docker.io/library/golang:1.26.8-bookworm@${DIGEST} AS build`,
      `COPY --from=docker.io/library/node:20.20.2-bookworm-slim@${DIGEST} /usr/local/bin/node /usr/local/bin/`,
      `COPY --from=docker.io/library/rust:1.95.0-bookworm@${DIGEST} /usr/local/rustup /usr/local/rustup`,
      `COPY --from=docker.io/library/rust:1.95.0-bookworm@${DIGEST} /usr/local/cargo /usr/local/cargo`,
      'FROM scratch',
      'COPY --from=build /out /',
    ]);
  });

  it('brings no Rust where no plugin is Rust', () => {
    expect(dockerfile(container(false))).not.toMatch(/rust|cargo/);
  });

  it('fetches in one step, and compiles in another, offline and with every socket refused', () => {
    const runs = instructions(dockerfile(container(true))).filter((line) => line.includes('cli.js build'));
    expect(runs).toHaveLength(2);
    const [fetch = '', compile = ''] = runs;
    expect(fetch).toMatch(/ node \/ocx\/dist\/cli\.js build ocx-build\.yaml --into dist --json --fetch-only$/);
    expect(compile).toContain(' /ocx/no-network node /ocx/dist/cli.js build ocx-build.yaml --into dist --json --offline ');
  });

  it('looks at the toolchains before it fetches anything', () => {
    const lines = instructions(dockerfile(container(true)));
    const at = (part: string) => lines.findIndex((line) => line.includes(part));
    expect(lines[at('go env GOVERSION')]).toContain('= go1.26.8');
    expect(lines[at('go env GOVERSION')]).toContain("grep -qF 'rustc 1.95.0 '");
    expect(at('go env GOVERSION')).toBeLessThan(at('--fetch-only'));
  });

  it('is made of one image, where that is one of your own', () => {
    const images = neededImages({ base: 'registry.example.com/toolchains:7', go: 'golang:1.26.8' }, { rust: true });
    const text = dockerfile(container(true, { images }));
    expect(instructions(text).filter((line) => /^FROM|^COPY --from=/.test(line))).toEqual([
      'FROM registry.example.com/toolchains:7 AS build',
      'FROM scratch',
      'COPY --from=build /out /',
    ]);
    expect(text).toContain('the base image has no cargo in PATH');
  });

  it('keeps what the compiler made apart for each image: of C headers Go knows nothing', () => {
    const cache = (text: string) => /id=(ocx-go-\w+)/.exec(text)?.[1];
    const other = container(false).images.map((image) => ({
      ...image,
      reference: image.reference.replace('@sha256:0', '@sha256:1'),
    }));
    expect(cache(dockerfile(container(false)))).not.toBe(cache(dockerfile(container(false, { images: other }))));
  });

  it('quotes what a build file is called', () => {
    expect(dockerfile(container(false, { file: "it's mine.yaml" }))).toContain(String.raw`build 'it'\''s mine.yaml' --into`);
  });
});

describe('an image', () => {
  it.each(['golang', 'golang:1.26.8-bookworm', 'localhost:5000/a/b:1', `ghcr.io/a/b@${DIGEST}`])('%s is one', (reference) => {
    expect(imageFault(reference)).toBeNull();
  });

  it.each(['', '--privileged', 'golang 1.26', 'golang\nRUN x', 'golang:1 AS build', 'Golang', 'a@sha256:12'])(
    '%j is none',
    (reference) => {
      expect(imageFault(reference)).not.toBeNull();
    },
  );

  it('promises a version by its tag, if it has one in full', () => {
    expect(
      ['golang:1.26.8-bookworm', `rust:1.95.0@${DIGEST}`, 'golang:1.26', 'golang', 'host:5000/x'].map(promisedVersion),
    ).toEqual(['1.26.8', '1.95.0', null, null, null]);
  });
});

describe('no-network', () => {
  const cc = spawnSync('cc', ['--version']).status === 0;
  if (!cc) console.log('skipped: no C compiler (cc) on this machine: the program that takes the network away is not tried');

  it.skipIf(!cc)('refuses sockets to whatever runs under it, but local ones', () => {
    writeFileSync(join(room, 'no-network.c'), NO_NETWORK_C);
    const made = spawnSync('cc', ['-Wall', '-Werror', '-O2', '-o', join(room, 'no-network'), join(room, 'no-network.c')]);
    expect(made.stderr.toString()).toBe('');
    const script = `
      const net = require('node:net');
      const listen = (at) => new Promise((done) => {
        const server = net.createServer().on('error', ({ code }) => done(code));
        server.listen(at, () => server.close(() => done('listens')));
      });
      (async () => console.log(await listen({ host: '127.0.0.1', port: 0 }), await listen({ host: '::1', port: 0 }), await listen({ path: ${JSON.stringify(join(room, 's'))} })))();`;
    // A child of a child: the filter is inherited.
    const nested = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(script)}], { stdio: 'inherit' })`;
    const free = spawnSync(process.execPath, ['-e', script]).stdout.toString().trim();
    expect(free).toMatch(/^listens \w+ listens$/);
    const ran = spawnSync(join(room, 'no-network'), [process.execPath, '-e', nested]);
    expect(ran.stdout.toString().trim()).toBe('ENETDOWN ENETDOWN listens');
  });
});
