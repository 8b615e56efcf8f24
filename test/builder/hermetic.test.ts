import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../source/builder/configuration.js';
import { writeContainer } from '../../source/builder/hermetic/container.js';
import { environmentDigest, environmentOf } from '../../source/builder/hermetic/environment.js';
import { neededImages } from '../../source/builder/hermetic/images.js';
import { eventIn, InsideEvents } from '../../source/builder/hermetic/insideEvents.js';
import { layoutOf } from '../../source/builder/hermetic/layout.js';
import { imageDigests, lockedImages, lockFile, lockText, readLock } from '../../source/builder/hermetic/lock.js';
import type { Manifest } from '../../source/manifest/manifest.js';

const room = mkdtempSync(join(tmpdir(), 'ocx-hermetic-'));
afterAll(() => rmSync(room, { recursive: true, force: true }));
let project = '';
let counter = 0;
beforeEach(() => {
  project = join(room, String(counter++), 'project');
  mkdirSync(project, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

const BUILD_FILE = `dist: { name: otelcol, output_path: ./dist }
receivers:
  - gomod: go.opentelemetry.io/collector/receiver/otlpreceiver v0.165.0
plugins:
  - name: greeter
    processors:
      - { gomod: example.com/greeter v0.0.0, path: ./greeter }
`;
const configuration = (text = BUILD_FILE, into: string | null = null) =>
  parseConfiguration(text, join(project, 'ocx-build.yaml'), project, into);

describe('what goes into a container', () => {
  it('is the build file and the folders that it names, as they lie to each other', () => {
    const layout = layoutOf(configuration(`${BUILD_FILE}replaces:\n  - example.com/api => ../../api\n`), project);
    expect(layout.sources).toEqual([join(dirname(project), 'api'), join(project, 'greeter'), join(project, 'ocx-build.yaml')]);
    expect(layout).toMatchObject({ root: dirname(project), directory: 'project', file: 'ocx-build.yaml', output: 'dist' });
  });

  it('is, of a Rust package, also its workspace and what it names by path', () => {
    write('ws/Cargo.toml', '[workspace]\nmembers = ["tag"]\n');
    write('ws/tag/Cargo.toml', '[package]\nname = "tag"\n[dependencies]\nplugin = { path = "../../plugin" }\n');
    write('plugin/Cargo.toml', '[package]\nname = "plugin"\n[dependencies]\nmacros = { version = "1", path = "macros" }\n');
    write('plugin/macros/Cargo.toml', '[package]\nname = "macros"\n');
    const file = 'dist: { name: c, output_path: ./dist }\nplugins:\n  - name: tag\n    cargo: { path: ./ws/tag }\n';
    expect(layoutOf(configuration(file), project).sources).toEqual(
      ['plugin', 'ws', 'ocx-build.yaml'].map((name) => join(project, name)),
    );
  });

  it('writes beside the sources, where the output has them in it', () => {
    expect(layoutOf(configuration(BUILD_FILE.replace('./dist', '.')), project).output).toBe('dist');
  });

  it('is no history, no output, and nothing that cargo can make again', () => {
    write('ocx-build.yaml', BUILD_FILE);
    for (const path of ['main.go', '.git/HEAD', 'target/CACHEDIR.TAG', 'target/x.rlib', 'vendor/a.go', 'dist/otelcol'])
      write(`greeter/${path}`, path);
    const folder = join(room, 'container');
    const images = neededImages({}, { rust: false });
    writeContainer(folder, {
      layout: layoutOf(configuration(), project),
      images,
      rust: false,
      ocxVersion: '9.9.9',
      lock: { name: 'ocx-build.lock', text: lockText({ images: {}, go_sum: ['a v1 h1:x'], cargo_locks: {} }) },
      except: [join(project, 'greeter/dist')],
    });
    expect(readdirSync(folder).sort()).toEqual(['Dockerfile', 'environment.json', 'no-network.c', 'ocx', 'project']);
    expect(readdirSync(join(folder, 'project')).sort()).toEqual(['greeter', 'ocx-build.lock', 'ocx-build.yaml']);
    expect(readdirSync(join(folder, 'project/greeter')).sort()).toEqual(['main.go', 'vendor']);
    expect(existsSync(join(folder, 'ocx/dist/cli.js'))).toBe(true);
    expect(existsSync(join(folder, 'ocx/runtime/go/loader/loader.go'))).toBe(true);
    const recorded = JSON.parse(readFileSync(join(folder, 'environment.json'), 'utf8'));
    expect(recorded.images).toEqual({ go: images[0]?.reference, node: images[1]?.reference });
    expect(recorded.ocx).toMatch(/^9\.9\.9 sha256:[0-9a-f]{64}$/);
  });

  it('gives the same Dockerfile in every folder', () => {
    const texts = [project, join(room, 'elsewhere/deeper/project')].map((place) => {
      mkdirSync(join(place, 'greeter'), { recursive: true });
      writeFileSync(join(place, 'ocx-build.yaml'), BUILD_FILE);
      const there = parseConfiguration(BUILD_FILE, join(place, 'ocx-build.yaml'), place);
      const images = neededImages({}, { rust: false });
      const request = { layout: layoutOf(there, place), images, rust: false, ocxVersion: '1', lock: null, except: [] };
      return writeContainer(join(place, 'container'), request);
    });
    expect(texts[0]).toBe(texts[1]);
  });
});

describe('images of a build file', () => {
  it('stand in place of the usual ones', () => {
    const { images } = configuration(`${BUILD_FILE}hermetic: { go: "golang:1.27.0-bookworm" }\n`);
    expect(neededImages(images, { rust: false }).map(({ reference }) => reference)).toEqual([
      'golang:1.27.0-bookworm',
      'docker.io/library/node:20.20.2-bookworm-slim',
    ]);
  });

  it.each([
    ['hermetic: { go: "a b" }', 'hermetic.go must be an image'],
    ['hermetic: { golang: "golang:1" }', 'hermetic.golang is not a field of hermetic'],
    ['hermetic: golang', 'hermetic must be a mapping'],
  ])('%s is refused by its line', (line, problem) => {
    expect(() => configuration(`${BUILD_FILE}${line}\n`)).toThrow(`ocx-build.yaml:8: ${problem}`);
  });
});

describe('the lock file', () => {
  const DIGEST = `sha256:${'a'.repeat(64)}`;

  it('is named after the build file, and comes back as it was written', () => {
    const file = join(project, 'builder-config.yaml');
    expect(lockFile(file)).toBe(join(project, 'builder-config.lock'));
    expect(readLock(file)).toBeNull();
    const lock = {
      images: { 'z:1': DIGEST, 'a:1': DIGEST },
      go_sum: ['b v1 h1:b', 'a v1 h1:a'],
      cargo_locks: { tag: 'version = 4\n' },
    };
    writeFileSync(lockFile(file), lockText(lock));
    expect(readLock(file)).toEqual({ ...lock, format_version: 1, go_sum: ['a v1 h1:a', 'b v1 h1:b'] });
  });

  it.each([
    '',
    '[]',
    'null',
    '{"format_version":2,"images":{},"go_sum":[]}',
    '{"format_version":1,"images":{"a":1},"go_sum":[]}',
  ])('%j is refused: what it locked would slip', (text) => {
    write('ocx-build.lock', text);
    expect(() => readLock(join(project, 'ocx-build.yaml'))).toThrow('ocx-build.lock: ');
  });

  it('pins images that are named by tag, and says nothing of those named by digest', () => {
    const named = neededImages({ go: 'golang:1.26.8', node: `node:20@${DIGEST}` }, { rust: false });
    const found = lockedImages(named, { format_version: 1, images: { 'golang:1.26.8': DIGEST }, go_sum: [], cargo_locks: {} });
    expect(found.map(({ reference }) => reference)).toEqual([`golang:1.26.8@${DIGEST}`, `node:20@${DIGEST}`]);
    expect(imageDigests(named, found)).toEqual({ 'golang:1.26.8': DIGEST });
  });
});

describe('the environment in a manifest', () => {
  const manifest = (hashes: Record<string, string>): Manifest => ({
    language: 'go',
    toolchain_version: 'go1.26.8',
    build_profile: 'release',
    dependency_hashes: hashes,
    build_flags: [],
    target: 'x86_64-unknown-linux-gnu',
    build_time: '1970-01-01T00:00:00Z',
    dependency_versions: { 'a.example/m': 'v1.0.0' },
  });
  const container = { format_version: 1, dockerfile: 'sha256:d', images: { go: 'golang:1' }, ocx: '1 sha256:x' } as const;
  const toolchains = { go: 'go1.26.8', cc: 'gcc 12', rust: null, ocb: 'v0.165.0' };
  const of = (hashes: Record<string, string>) =>
    environmentOf(container, toolchains, [{ language: 'go', manifest: manifest(hashes) }]);

  it('has a part for each thing that decides, and one digest over all', () => {
    const { digest, parts } = of({ 'a.example/m': 'h1:a' });
    expect(Object.keys(parts)).toEqual(['dockerfile', 'image go', 'go', 'cc', 'ocb', 'ocx', 'go.sum']);
    expect(digest).toBe(environmentDigest(parts));
  });

  it('has the same digest in whatever order the parts are', () => {
    // printf '{"a":"1","b":"2"}' | sha256sum
    const digest = 'sha256:21f76dfbfe6dfe21f762080ef484112cf2952974cef30741fd1931e1c6d92112';
    expect(environmentDigest({ b: '2', a: '1' })).toBe(environmentDigest({ a: '1', b: '2' }));
    expect(environmentDigest({ b: '2', a: '1' })).toBe(digest);
  });

  it('changes with a module, and not with a folder of your own', () => {
    const before = of({ 'a.example/m': 'h1:a', 'b.example/own': 'dir:sha256-1' });
    expect(of({ 'a.example/m': 'h1:a', 'b.example/own': 'dir:sha256-2' })).toEqual(before);
    expect(of({ 'a.example/m': 'h1:b' }).parts['go.sum']).not.toBe(before.parts['go.sum']);
  });
});

describe('what the ocx inside a container says', () => {
  it('is found behind what an engine puts before it, however the pieces fall', () => {
    const heard: string[] = [];
    const inside = new InsideEvents((event) => heard.push(event.event === 'warning' ? event.message : event.event));
    const said = '#12 3.4 {"event":"step started","step":"ocb","title":"t"}\nSTEP 3\n{"event":"warning","message":"ü"}\n';
    for (const byte of Buffer.from(said)) inside.add(Buffer.from([byte]));
    expect(heard).toEqual(['step started', 'ü']);
  });

  it('is nothing where a line only looks like it', () => {
    expect(eventIn('{"event":"broken')).toBeNull();
    expect(eventIn('RUN echo hello')).toBeNull();
  });
});
