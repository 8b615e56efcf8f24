import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PlaceError, placeOf } from '../../source/catalog/discovery.js';
import type { CatalogSnapshot } from '../../source/catalog/record.js';
import { scan } from '../../source/catalog/scan.js';
import { directoryWith } from './directory.js';

const PLUGIN = 'plugins/go-match.so';

function look(paths: string[], options: { host?: string; recursive?: boolean } = {}): CatalogSnapshot {
  return scan({ place: placeOf(paths), host: options.host ?? null, recursive: options.recursive ?? false, now: 0 });
}

const names = ({ plugins }: CatalogSnapshot) => plugins.map(({ name, order, state }) => `${order ?? '-'} ${name} ${state}`);
const because = ({ plugins }: CatalogSnapshot, wanted: string) => {
  const record = plugins.find(({ name }) => name === wanted);
  return record?.state === 'ignored' ? record.because : record?.state === 'judged' ? record.cause : undefined;
};

describe('a directory', () => {
  it('is listed in load order, by the bytes of the names, and what is not loaded comes last', () => {
    const directory = directoryWith({
      'b.so': PLUGIN,
      'B.so': PLUGIN,
      'a.so': PLUGIN,
      'ä.so': PLUGIN,
      'readme.txt': 'plugins/text-file.so',
    });
    expect(names(look([directory]))).toEqual([
      '1 B.so judged',
      '2 a.so judged',
      '3 b.so judged',
      '4 ä.so judged',
      '- readme.txt ignored',
    ]);
  });

  it('says of each entry that is no plugin what it is', () => {
    const directory = directoryWith({ 'plugin.so.bak': PLUGIN, '.hidden.so': PLUGIN });
    mkdirSync(join(directory, 'sub'));
    mkdirSync(join(directory, 'dir.so'));
    symlinkSync('sub', join(directory, 'link-to-dir.so'));
    execFileSync('mkfifo', [join(directory, 'pipe.so')]);
    const snapshot = look([directory]);
    expect(because(snapshot, 'plugin.so.bak')).toBe('name does not end in .so');
    expect(because(snapshot, '.hidden.so')).toBe('hidden file');
    expect(because(snapshot, 'sub')).toBe('directory, not followed');
    expect(because(snapshot, 'dir.so')).toBe('directory, not followed');
    expect(because(snapshot, 'link-to-dir.so')).toBe('symbolic link to a directory, not followed');
    expect(because(snapshot, 'pipe.so')).toBe('named pipe, not opened');
  });

  it('is entered when asked, but links to directories are not: they could lead back', () => {
    const directory = directoryWith({ 'a.so': PLUGIN });
    mkdirSync(join(directory, 'sub'));
    linkSync(join(directory, 'a.so'), join(directory, 'sub/b.so'));
    symlinkSync('..', join(directory, 'sub/up'));
    expect(names(look([directory], { recursive: true }))).toEqual(['1 a.so judged', '2 sub/b.so judged', '- sub/up ignored']);
  });

  it('shows links with their target, and a link to nothing as a file that fails to load', () => {
    const directory = directoryWith({ 'a.so': PLUGIN });
    symlinkSync('a.so', join(directory, 'b.so'));
    symlinkSync('gone.so', join(directory, 'c.so'));
    const snapshot = look([directory]);
    expect(snapshot.plugins.map(({ name, link }) => [name, link])).toEqual([
      ['a.so', null],
      ['b.so', 'a.so'],
      ['c.so', 'gone.so'],
    ]);
    expect(because(snapshot, 'c.so')).toBe('symbolic link to gone.so: no such file or directory');
  });

  it('reads a plugin whose name is not UTF-8', () => {
    const directory = directoryWith({ 'a.so': PLUGIN });
    renameSync(
      join(directory, 'a.so'),
      Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xff, 0xfe]), Buffer.from('.so')]),
    );
    const [record] = look([directory], { host: 'fixtures/otelcol' }).plugins;
    expect(record?.state === 'judged' && [record.name, record.judgement.verdict]).toEqual(['\ufffd\ufffd.so', 'loads']);
  });

  it('says of a link that leads in circles that nothing is there', () => {
    const directory = directoryWith();
    symlinkSync('a.so', join(directory, 'a.so'));
    expect(because(look([directory]), 'a.so')).toBe('symbolic link to a.so: too many symbolic links');
  });

  it('a damaged plugin does not hide the healthy ones beside it', () => {
    const directory = directoryWith({ 'a.so': 'plugins/go-cut-in-segment.so', 'b.so': PLUGIN, 'c.so': 'plugins/empty-file.so' });
    const snapshot = look([directory], { host: 'fixtures/otelcol' });
    expect(snapshot.plugins.map((record) => record.state === 'judged' && record.judgement.verdict)).toEqual([
      'crashes',
      'loads',
      'fails',
    ]);
  });

  it('that is not there is one sentence', () => {
    expect(() => placeOf(['/no/such/directory'])).toThrow(new PlaceError('/no/such/directory: no such file or directory'));
  });

  it('may be several, loaded as given', () => {
    const [first, second] = [directoryWith({ 'z.so': PLUGIN }), directoryWith({ 'a.so': PLUGIN })];
    expect(names(look([first, second]))).toEqual(['1 z.so judged', '2 a.so judged']);
  });
});

describe('the host', () => {
  it('is the one host-like executable beside the directory', () => {
    const { host } = look(['fixtures/plugins']);
    expect(host.state === 'read' && [host.title, host.toolchain, host.platform, host.hasManifest]).toEqual([
      'otelcol v0.1.0',
      'go1.26.8',
      'linux/amd64',
      true,
    ]);
  });

  it('is none when there are two, and both are named', () => {
    const directory = directoryWith({ one: 'otelcol', two: 'other-hosts/otelcol-no-manifest', 'a.so': PLUGIN });
    for (const name of ['one', 'two']) chmodSync(join(directory, name), 0o755);
    const { host } = look([directory]);
    expect(host.state === 'absent' && host.because).toMatch(/^2 candidates: .*one, .*two; name one with --collector$/);
  });

  it('is one when a link gives it a second name', () => {
    const directory = directoryWith({ 'otelcol-1.2': 'otelcol', 'a.so': PLUGIN });
    chmodSync(join(directory, 'otelcol-1.2'), 0o755);
    symlinkSync('otelcol-1.2', join(directory, 'otelcol'));
    expect(look([directory]).host.state).toBe('read');
  });

  it('is not a program that exports no link hashes, nor one that may not be executed', () => {
    const directory = directoryWith({ stock: 'other-hosts/otelcol-no-cgo', data: 'otelcol', 'a.so': PLUGIN });
    chmodSync(join(directory, 'stock'), 0o755);
    chmodSync(join(directory, 'data'), 0o644);
    expect(look([directory]).host.state).toBe('absent');
  });

  it('that was named and is no object file ends the command with a sentence', () => {
    expect(() => look(['fixtures/plugins'], { host: 'README.md' })).toThrow(
      /^host .*README\.md is not a Collector: file is a text file$/,
    );
  });
});

describe('a discovery file', () => {
  const write = (directory: string, text: string): string => {
    const file = join(directory, 'plugins.yaml');
    writeFileSync(file, text);
    return file;
  };

  it('gives order, host and pinned hashes; paths are relative to it', () => {
    const directory = directoryWith({ 'a.so': PLUGIN, 'b.plugin': PLUGIN, host: 'otelcol' });
    const sha256 = createHash('sha256')
      .update(readFileSync(join(directory, 'a.so')))
      .digest('hex');
    const file = write(
      directory,
      `host: host\nplugins:\n  - path: b.plugin\n  - {path: ./a.so, sha256: ${sha256}}\n  - path: gone.so\n`,
    );
    const snapshot = look([file]);
    expect(names(snapshot)).toEqual(['1 b.plugin judged', '2 ./a.so judged', '3 gone.so judged']);
    // Alone both copies of it load; one process opens one.
    expect(
      snapshot.plugins.map((record) => record.state === 'judged' && [record.alone.verdict, record.judgement.verdict]),
    ).toEqual([
      ['loads', 'loads'],
      ['loads', 'fails'],
      ['fails', 'fails'],
    ]);
  });

  it('a file with another hash than the pinned one is refused, though it would load', () => {
    const directory = directoryWith({ 'a.so': PLUGIN, host: 'otelcol' });
    const file = write(directory, `host: host\nplugins: [{path: a.so, sha256: ${'0'.repeat(64)}}]`);
    const [record] = look([file]).plugins;
    expect(
      record?.state === 'judged' && [record.judgement.verdict, record.judgement.load, record.judgement.findings[0]?.code],
    ).toEqual(['refused', 'loads', 'OCX0901']);
  });

  it.each([
    ['plugins: 3', /plugins\.yaml:1: plugins must be a list$/],
    ['host: x', /plugins is missing$/],
    [
      'plugins:\n  - path: a.so\n  - paht: b.so',
      /plugins\.yaml:3: plugins\[1\]\.paht is not a field of a plugin \(path, sha256\)$/,
    ],
    ['plugins:\n  - {path: a.so, sha256: 12}', /plugins\.yaml:2: plugins\[0\]\.sha256 must be 64 hex digits$/],
    ['plugins: [', /plugins\.yaml:\d: not YAML or JSON: /],
    ['plugin: []', /plugins\.yaml:1: plugin is not a field of a discovery file \(host, plugins\)$/],
    ['', /the file must be a mapping with the field plugins$/],
  ])('%j is said to be wrong, with line and field', (text, sentence) => {
    const file = write(directoryWith(), text);
    expect(() => look([file])).toThrow(sentence);
  });

  it('that is in fact a plugin is said to be none', () => {
    expect(() => look(['fixtures/plugins/c-library.so'])).toThrow(
      /is not a discovery file: it is not text.*ocx plugins inspect FILE/,
    );
  });
});
