import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { placeOf } from '../../source/catalog/discovery.js';
import { scan } from '../../source/catalog/scan.js';
import { sinkOf } from '../../source/commands/output/sink.js';
import { listLines } from '../../source/commands/plugins/list.js';
import { clean } from '../../source/terminal/clean.js';
import { directoryWith } from '../catalog/directory.js';
import { ocx, ocxProcess } from './run.js';

const ALL = ['fixtures/plugins'];
const schema = new Ajv2020({ strict: true, strictTypes: false }).compile(
  JSON.parse(readFileSync('spec/plugins-output.schema.json', 'utf8')),
);

/** What the help of a command names that has no host to name. */
const HELP_NAMES: Readonly<Record<string, string>> = {
  plugins: 'check-all',
  explain: 'OCX0410',
  collector: 'profile',
  'collector profile': 'host.json',
  dist: 'verify',
  'dist verify': '--trusted-key',
  'dist sign': '--key',
  'dist keygen': '--no-password',
};

describe('ocx plugins', () => {
  it.each([
    ['list', ...ALL],
    ['check-all', ...ALL],
    ['inspect', 'fixtures/plugins/go-match.so', '--symbols', '--sections', '--dependencies', '--filter', 'otel'],
    ['inspect', 'fixtures/plugins/rust-cargo-auditable.so'],
    ['inspect', 'fixtures/plugins/text-file.so'],
    ['inspect', 'fixtures/plugins/go-darwin.so', '--symbols', '--sections'],
    ['validate', 'fixtures/plugins/go-other-dependency.so', 'fixtures/plugins/go-match.so'],
    ['validate', 'fixtures/plugins/go-match.so', '--collector', 'fixtures/otelcol'],
    ['check-all', ...ALL, '--no-load'],
  ])('%s %s prints JSON by spec/plugins-output.schema.json, and YAML of the same data', async (...args) => {
    const json = await ocx(['plugins', ...args, '-o', 'json']);
    const data = JSON.parse(json.stdout);
    expect(schema(data), JSON.stringify(schema.errors?.slice(0, 3))).toBe(true);
    expect(parse((await ocx(['plugins', ...args, '-o', 'yaml'])).stdout)).toEqual(data);
  });

  it('inspect prints of an export what the Collector prints, and nothing that only rules need', async () => {
    const { stdout } = await ocx(['plugins', 'inspect', 'fixtures/plugins/go-match.so', '-o', 'json']);
    const { exports } = JSON.parse(stdout).plugins[0].inspection.go;
    expect(exports.map(Object.keys)).toEqual([
      ['name', 'type', 'packages'],
      ['name', 'type', 'packages'],
    ]);
  });

  // SGR, OSC 8 and 52, bells, CR, bidi overrides: the names and manifests of the fixtures have them all.
  it.each([
    ['list', ...ALL],
    ['list', ...ALL, '-o', 'json'],
    ['list', ...ALL, '-o', 'yaml'],
    ['check-all', ...ALL],
    ['check-all', ...ALL, '-o', 'yaml'],
    ['validate', 'fixtures/plugins/go-control-characters.so'],
    ['inspect', 'fixtures/plugins/go-control-characters.so', '--dependencies'],
    ['inspect', 'fixtures/plugins/go-control-characters.so', '-o', 'json'],
    ['inspect', 'no\u001b]52;c;AAAA\u0007such\u202e.so'],
    ['list', '--collector', 'no\u001b[31m\u009bsuch'],
    ['list', '--\u001b[31mflag'],
  ])('%s %s %s lets nothing of a file or argument act on the terminal', async (...args) => {
    const { stdout, stderr } = await ocx(['plugins', ...args]);
    expect(stdout + stderr).not.toBe('');
    for (const line of (stdout + stderr).split('\n')) expect(line).toBe(clean(line));
  });

  it('names with control characters survive JSON and YAML unchanged', async () => {
    const paths = (text: string, read: (text: string) => { plugins: { path: string }[] }) =>
      read(text).plugins.map(({ path }) => path);
    const hostile = paths((await ocx(['plugins', 'list', ...ALL, '-o', 'json'])).stdout, JSON.parse).filter((path) =>
      path.includes('\u001b'),
    );
    expect(hostile).toHaveLength(1);
    expect(paths((await ocx(['plugins', 'list', ...ALL, '-o', 'yaml'])).stdout, parse)).toContain(hostile[0]);
  });
});

describe('the exit code', () => {
  const plugins = 'fixtures/plugins';
  it.each([
    [0, ['validate', `${plugins}/go-cut-after-segments.so`]],
    // It loads alone, and not after what lies before it.
    [1, ['validate', `${plugins}/go-match.so`]],
    [1, ['validate', `${plugins}/go-other-patch.so`]],
    [1, ['validate', `${plugins}/go-other-dependency.so`]],
    [1, ['validate', `${plugins}/go-other-minor.so`]],
    [1, ['validate', `${plugins}/go-cut-in-segment.so`]],
    [3, ['validate', 'fixtures/damaged/note-too-large.so', '--collector', 'fixtures/otelcol']],
    [1, ['validate', `${plugins}/go-wrong-signature.so`, `${plugins}/go-no-entry.so`]],
    [3, ['validate', `${plugins}/subdirectory/go-nested.so`]],
    [2, ['validate', `${plugins}/go-not-there.so`]],
    [2, ['validate']],
    [2, ['validate', `${plugins}/subdirectory`]],
    [2, ['validate', `${plugins}/go-match.so`, '--collector', 'package.json']],
    [1, ['check-all', plugins]],
    [3, ['check-all', `${plugins}/subdirectory`]],
    [0, ['check-all', `${plugins}/subdirectory`, '--collector', 'fixtures/otelcol']],
    [2, ['check-all', 'no/such/directory']],
    [2, ['check-all', plugins, '--output', 'xml']],
    [0, ['check-all', `${plugins}/subdirectory`, '--collector', 'fixtures/otelcol', '--no-load']],
    [2, ['check-all', `${plugins}/subdirectory`, '--collector', 'fixtures/otelcol', '--load']],
    [2, ['validate', `${plugins}/go-match.so`, '--timeout', 'soon']],
    [2, ['validate', `${plugins}/go-match.so`, '--timeout', '0']],
    [2, ['list', plugins, '--load']],
    [0, ['list', plugins]],
    [2, ['list', 'no/such/directory']],
    [0, ['inspect', `${plugins}/go-cut-in-segment.so`]],
    [2, ['inspect', `${plugins}/go-match.so`, '--filter', '/(/']],
    [2, ['inspect']],
    [2, []],
  ])('is %i for %j', async (code, args) => {
    const { status, stdout, stderr } = await ocx(['plugins', ...args]);
    expect(status, stdout.slice(-300) + stderr).toBe(code);
    if (code === 2) expect(stderr).toMatch(/^ocx: .+\n/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('is 2 with one sentence for a file that may not be read, and 3 in a directory', async () => {
    const directory = directoryWith({ 'a.so': 'plugins/go-match.so', otelcol: 'otelcol' });
    for (const reachable of [directory, dirname(directory)]) chmodSync(reachable, 0o755);
    chmodSync(join(directory, 'a.so'), 0);
    chmodSync(join(directory, 'otelcol'), 0o755);
    // Root reads everything, so the command runs as another user, from a copy that this user can reach.
    const dist = mkdtempSync(join(tmpdir(), 'ocx-dist-'));
    cpSync('dist', dist, { recursive: true });
    chmodSync(dist, 0o755);
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [join(dist, 'cli.js'), 'plugins', ...args], { encoding: 'utf8', cwd: directory, ...user });
    const all = run('check-all', directory);
    const named = run('validate', 'a.so');
    rmSync(dist, { recursive: true });
    expect(all.stdout).toContain("can't be read: permission denied");
    expect(all.status).toBe(3);
    expect([named.status, named.stderr]).toEqual([2, 'ocx: a.so: permission denied\n']);
  });
});

describe('bad input', () => {
  it('a disk that is full is a sentence and exit code 2, not the 1 of a bad plugin', () => {
    const command = `${process.execPath} dist/cli.js plugins list fixtures/plugins > /dev/full`;
    const { status, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([2, "ocx: the output can't be written: no space is left\n"]);
  });

  it('a host that is a directory is named', async () => {
    const { status, stderr } = await ocx(['plugins', 'list', ...ALL, '--collector', 'fixtures']);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^ocx: host .*fixtures: is a directory\n$/)]);
  });

  it('a discovery file of aliases that explode is refused', async () => {
    const directory = directoryWith();
    const layers = [
      'a: &a [x, x]',
      ...'bcdefgh'.split('').map((name, at) => `${name}: &${name} [${`*${'abcdefg'[at]}, `.repeat(9)}]`),
    ];
    writeFileSync(join(directory, 'bomb.yaml'), `${layers.join('\n')}\nplugins: [*h, *h]\n`);
    const { status, stderr } = await ocx(['plugins', 'list', join(directory, 'bomb.yaml')]);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/bomb\.yaml: too many aliases for a list of plugins\n$/)]);
  });
});

describe('where things are looked for', () => {
  it('OTELCOL_PLUGIN_DIR and OCX_COLLECTOR name directory and host; arguments win', async () => {
    const env = { OTELCOL_PLUGIN_DIR: 'fixtures/plugins/subdirectory', OCX_COLLECTOR: 'fixtures/otelcol' };
    const found = JSON.parse((await ocx(['plugins', 'list', '-o', 'json'], env)).stdout);
    expect(found.host.path).toMatch(/fixtures\/otelcol$/);
    expect(found.plugins.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['loads']);
    const other = JSON.parse(
      (
        await ocx(
          [
            'plugins',
            'list',
            '--dir',
            'fixtures/other-hosts',
            '--host',
            'fixtures/other-hosts/otelcol-no-manifest',
            '-o',
            'json',
          ],
          env,
        )
      ).stdout,
    );
    expect(other.host.title).toBe('otelcol-no-manifest');
  });
});

describe('--entry-symbol', () => {
  const host = ['--collector', 'fixtures/other-hosts/otelcol-no-manifest'];
  const plugin = 'fixtures/plugins/go-no-manifest.so'; // It exports CollectorPluginInit and Version.
  const validated = async (...options: readonly string[]) => {
    const { stdout, stderr } = await ocx(['plugins', 'validate', plugin, ...host, ...options, '-o', 'json', '--no-load']);
    const [record] = stdout === '' ? [] : JSON.parse(stdout).plugins;
    const entry = record?.findings.find(({ subject }: { subject: string }) => !['host', 'manifest'].includes(subject));
    return [record?.load ?? stderr.split('\n')[0], entry?.code, entry?.plugin, entry?.fix].filter((value) => value !== undefined);
  };

  it('names what another Go host looks up, in place of the usual names; any of several will do', async () => {
    expect(await validated()).toEqual(['loads']);
    expect(await validated('--entry-symbol', 'Version')).toEqual(['loads']);
    expect(await validated('--entry-symbol', 'HandlerRegisterer', '--entry-symbol=Version')).toEqual(['loads']);
    const missing = ['exports CollectorPluginInit, Version', 'export HandlerRegisterer from package main, and build again'];
    expect(await validated('--entry-symbol', 'HandlerRegisterer')).toEqual(['fails', 'OCX0501', ...missing]);
  });

  // Such a host has no dlopen for what is no Go plugin: it goes to plugin.Open, and kills the process.
  it('lets everything go to plugin.Open: a C library crashes the host, which without it is opened as a Rust plugin', async () => {
    const of = async (...options: string[]) => {
      const args = ['plugins', 'validate', 'fixtures/plugins/c-library.so', ...host, '--no-load', '-o', 'json', ...options];
      const [record] = JSON.parse((await ocx(args)).stdout).plugins;
      return [record.load, record.findings[0].code];
    };
    expect(await of()).toEqual(['fails', 'OCX0501']);
    expect(await of('--entry-symbol', 'HandlerRegisterer')).toEqual(['crashes', 'OCX0301']);
  });

  it('says that the type is not compared, and names no plugin could export are refused', async () => {
    const { stdout } = await ocx(['plugins', 'validate', plugin, ...host, '--entry-symbol', 'Version', '--no-load']);
    expect(stdout).toContain('not checked: whether the host takes Version as the type it has');
    for (const wrong of ['version', '', 'a b', 'main.Version'])
      expect(await validated('--entry-symbol', wrong)).toEqual([
        `ocx: --entry-symbol is "${wrong}", must be the name of an exported Go function or variable`,
      ]);
  });

  it('counts in list, inspect, check-all and the explorer too, and a manifest has the last word', async () => {
    for (const command of [
      ['list', ...ALL],
      ['check-all', ...ALL, '--no-load'],
      ['inspect', plugin],
    ]) {
      const { stdout } = await ocx(['plugins', ...command, ...host, '--entry-symbol', 'Defaults', '-o', 'json']);
      const { findings } = JSON.parse(stdout).plugins.find(({ path }: { path: string }) => path.endsWith('go-no-manifest.so'));
      expect(findings[0]).toMatchObject({ code: 'OCX0501', subject: 'Defaults' });
    }
    expect((await ocx([...ALL, ...host, '--entry-symbol', 'Defaults'])).stdout).toMatch(
      /fails +go-no-manifest\.so .*Defaults is not exported/,
    );
    // Exports Defaults; its manifest names CollectorPluginInit.
    const declared = await ocx(['plugins', 'validate', 'fixtures/plugins/go-no-entry.so', ...host, '--entry-symbol', 'Defaults']);
    expect(declared.stdout).toContain('no entry symbol: CollectorPluginInit is not exported');
  });
});

describe('output for people', () => {
  it('list shows language, toolchain, hashes in short, verdict and first cause', async () => {
    const { stdout } = await ocx(['plugins', 'list', ...ALL]);
    expect(stdout).toMatch(/^host {2}otelcol v0\.1\.0 {2}go1\.26\.8 {2}linux\/amd64 {2}-trimpath/);
    expect(stdout).toMatch(
      /^ *\d+ {2}x fails {4}go-other-dependency\.so +Go +1\.26\.8 +\d+ [0-9a-f]{8} +3\.9 MB {2}otel v1\.43\.0, host has v1\.46\.0: explains all \d+$/m,
    );
    expect(stdout).toMatch(
      /^ *\d+ {2}- refused {2}rust-other-crate\.so +Rust +1\.95\.0 +\d+ [0-9a-f]{8} .* crate itoa 1\.0\.11, host has 1\.0\.19 \(would load\)$/m,
    );
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^\d+ files: \d+ loads, \d+ refused, \d+ fails, 2 crashes, \d ignored$/);
  });

  it('equal dependencies have equal digests', async () => {
    const { stdout } = await ocx(['plugins', 'list', ...ALL]);
    const digest = (file: string) => new RegExp(`${file}\\s+Go\\s+\\S+\\s+(\\d+ [0-9a-f]{8})`).exec(stdout)?.[1];
    expect(digest('go-match\\.so')).toBe(digest('go-manifest-section\\.so'));
    expect(digest('go-match\\.so')).not.toBe(digest('go-other-dependency\\.so'));
  });

  it('validate prints what was checked, each finding with place, values, cause, the loader’s words and the fix', async () => {
    const { stdout } = await ocx(['plugins', 'validate', 'fixtures/plugins/go-other-dependency.so']);
    expect(stdout).toMatch(/^x OCX0410 {2}plugin was built with a different version of \d+ packages$/m);
    expect(stdout).toMatch(/^ {4}--> go-other-dependency\.so {3}link hash of go\.opentelemetry\.io\/otel\/\S+, at 0x[0-9a-f]+$/m);
    expect(stdout).toMatch(/^ {5}\| {2}plugin {2}[0-9a-f]{16}$/m);
    expect(stdout).toMatch(
      /^ {5}= {2}the loader will say: plugin\.Open\("fixtures\/plugins\/go-other-dependency"\): plugin was built with/m,
    );
    expect(stdout).toMatch(/^ {5}= {2}fix: go get go\.opentelemetry\.io\/otel@v1\.46\.0 /m);
    expect(stdout).toMatch(/^ {2}checked: .*link hashes of \d+ packages/m);
  });

  it('inspect --symbols demangles Rust names, filters them, and counts', async () => {
    const { stdout } = await ocx([
      'plugins',
      'inspect',
      'fixtures/plugins/rust-v0-names.so',
      '--symbols',
      '--filter',
      'itoa !fmt',
    ]);
    expect(stdout).toMatch(/^0x[0-9a-f]{16} +\d+ {2}t {5}itoa::\S+/m);
    expect(stdout).not.toMatch(/^0x.*fmt$/m);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^\d+ of [\d,]+ symbols$/);
    const raw = await ocx([
      'plugins',
      'inspect',
      'fixtures/plugins/rust-v0-names.so',
      '--symbols',
      '--raw',
      '--filter',
      '/^_R.*itoa/',
    ]);
    expect(raw.stdout).toMatch(/ _RNv\S*itoa/);
  });

  it('inspect --dependencies lists modules with h1, and the crates of cargo-auditable', async () => {
    expect((await ocx(['plugins', 'inspect', 'fixtures/plugins/go-match.so', '--dependencies'])).stdout).toMatch(
      /^go\.opentelemetry\.io\/otel +v1\.46\.0 +h1:\S+= +build info$/m,
    );
    expect((await ocx(['plugins', 'inspect', 'fixtures/plugins/rust-cargo-auditable.so', '--dependencies'])).stdout).toMatch(
      /^itoa +1\.0\.19 +\.dep-v0$/m,
    );
  });

  it('inspect --sections lists what readelf lists', async () => {
    const { stdout } = await ocx(['plugins', 'inspect', 'fixtures/plugins/go-match.so', '--sections', '--filter', '/^\\.note/']);
    expect(stdout).toMatch(/^\.note\.otelcol +0x[0-9a-f]+ +0x[0-9a-f]+ +[\d,]+$/m);
  });

  it('into a pipe nothing is cut, coloured or moved; with FORCE_COLOR verdicts are coloured; NO_COLOR wins', async () => {
    const plain = (await ocx(['plugins', 'list', ...ALL])).stdout;
    expect(plain).not.toContain('\u001b');
    expect(plain).not.toContain('…');
    expect((await ocx(['plugins', 'list', ...ALL], { FORCE_COLOR: '1' })).stdout).toContain('\u001b[32m+ loads\u001b[0m');
    expect((await ocx(['plugins', 'list', ...ALL], { FORCE_COLOR: '1', NO_COLOR: '1' })).stdout).toBe(plain);
  });

  it.each([
    [['--bogus'], 'Unknown argument: bogus', 'ocx'],
    [['plugins'], 'plugins needs a command: list, inspect, validate or check-all', 'ocx plugins'],
    [['plugins', 'inspct', 'x.so'], 'Did you mean inspect?', 'ocx plugins'],
    [['plugins', 'list', '--bogus'], 'Unknown argument: bogus', 'ocx plugins list'],
    [['plugins', 'validate'], 'something is missing: ocx plugins validate <files..>', 'ocx plugins validate'],
  ])('wrong usage %j says what, and points to the help of that command', async (args, sentence, command) => {
    expect(await ocx(args)).toEqual({ status: 2, stdout: '', stderr: `ocx: ${sentence}\nTry: ${command} --help\n` });
  });

  it('a misspelled name among files to validate hides no verdict', async () => {
    const args = ['plugins', 'validate', '--collector', 'fixtures/otelcol', 'fixtures/plugins/go-match.so', 'nope.so'];
    const { status, stdout, stderr } = await ocx(args);
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'ocx: nope.so: no such file or directory\n' });
    expect(stdout).toContain('+ loads  go-match.so');
    expect(JSON.parse((await ocx([...args, '-o', 'json'])).stdout).plugins).toHaveLength(1);
    expect(await ocx(['plugins', 'validate', 'no.so', 'nope.so'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'ocx: no.so: no such file or directory; nope.so: no such file or directory\n',
    });
  });

  it('check-all of a directory without plugins is no yes, in whatever form it prints, unless it may be empty', async () => {
    const [directory, filled] = [directoryWith({}), directoryWith({ 'a.so': 'plugins/go-match.so' })];
    const said = async (...args: string[]) => {
      const { status, stderr } = await ocx(['plugins', 'check-all', directory, ...args]);
      // Named by the shorter path, which is the relative one where the checkout lies beside the temporary directories.
      return { status, stderr: stderr.replaceAll(directory, 'DIR').replaceAll(relative('.', directory), 'DIR') };
    };
    const empty = 'ocx: no plugin (*.so) to judge in DIR: it is empty (--allow-empty: that is fine)\n';
    expect(await said()).toEqual({ status: 2, stderr: empty });
    expect(await said('-o', 'json')).toEqual({ status: 2, stderr: empty });
    expect(await said('--allow-empty')).toEqual({ status: 0, stderr: '' });
    // One of several that is empty may be misspelled as well as the only one.
    const collector = ['--collector', 'fixtures/otelcol', '--no-load'];
    expect(await said(filled, ...collector)).toEqual({ status: 2, stderr: empty });
    expect(await said(filled, '--allow-empty', ...collector)).toEqual({ status: 0, stderr: '' });
    for (const name of ['a.txt', 'b.txt', 'c.txt', 'd.txt']) writeFileSync(join(directory, name), '');
    expect((await said()).stderr).toContain('in DIR: it has a.txt, b.txt, c.txt and 1 more (');
    expect((await ocx(['plugins', 'check-all', join(directory, 'none')])).status).toBe(2);
    expect((await ocx(['plugins', 'list', directory])).status).toBe(0);
    const list = join(directory, 'plugins.yaml');
    writeFileSync(list, 'plugins: []\n');
    expect(await ocx(['plugins', 'check-all', list])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^ocx: no plugin to judge in .*plugins\.yaml: it lists none \(/),
    });
  });

  it('a file where a directory is meant, and the other way round, are told what looks at them', async () => {
    const said = async (...args: string[]) => (await ocx(['plugins', ...args])).stderr;
    expect(await said('list', 'fixtures/plugins/go-match.so')).toMatch(
      /^ocx: .*go-match\.so is not a discovery file: it is not text\. To look at one plugin: ocx plugins inspect FILE\n$/,
    );
    expect(await said('list', 'fixtures/plugins/c-many-symbols.so')).toMatch(
      /is no discovery file: 6,597,096 bytes\. To look at one plugin: ocx plugins inspect FILE\n$/,
    );
    expect(await said('validate', 'fixtures/plugins')).toBe(
      'ocx: fixtures/plugins is a directory: ocx plugins check-all judges what is in it\n',
    );
  });

  it('inspect says what its signs mean, and of what only one side has that the other has it not', async () => {
    const { stdout } = await ocx([
      'plugins',
      'inspect',
      'fixtures/plugins/go-other-trimpath.so',
      '--collector',
      'fixtures/otelcol',
    ]);
    expect(stdout).toMatch(/^\? {4}go\.uber\.org\/multierr +not in plugin +v1/m);
    expect(stdout).toMatch(/\n\n {3}x differs and decides the load {3}\? only one side has it {3}= the same\n$/);
  });

  it.each([
    ['list', 'ocx plugins list'],
    ['version', 'ocx --version'],
    ['plugin list', 'ocx plugins list'],
    ['plugns list', 'ocx plugins list'],
    ['componets', 'ocx components'],
    ['validate x.so', 'ocx plugins validate'],
  ])('%s is taken for no directory: did you mean %s', async (typed, meant) => {
    const [first] = typed.split(' ');
    expect(await ocx(typed.split(' '))).toEqual({
      status: 2,
      stdout: '',
      stderr: `ocx: ${first} is no command, and no directory or discovery file. Did you mean: ${meant}\n`,
    });
  });

  it('a directory that is called like a command is a directory', async () => {
    expect((await ocx(['docs'])).status).toBe(0);
    expect((await ocx(['plugins-of-mine'])).stderr).toBe('ocx: plugins-of-mine: no such file or directory\n');
  });

  it('a profile is written over no file unasked', async () => {
    const file = join(directoryWith({ 'host.json': 'plugins/text-file.so' }), 'host.json');
    const before = readFileSync(file);
    const make = ['collector', 'profile', 'fixtures/otelcol', '-o', file];
    expect(await ocx(make)).toEqual({ status: 2, stdout: '', stderr: `ocx: ${file} exists: give --force to write over it\n` });
    expect(readFileSync(file)).toEqual(before);
    expect((await ocx([...make, '--force'])).status).toBe(0);
    expect(readFileSync(file)).not.toEqual(before);
  });

  it.each([80, 100, 120, 200])('a list in a terminal of %i columns cuts no name and no cause', async (columns) => {
    const snapshot = scan({ place: placeOf(ALL), host: 'fixtures/otelcol', recursive: false, now: 0 });
    const lines = listLines(snapshot, { out: { ...sinkOf(process.stdout, {}), colour: false, columns } });
    const words = lines.join(' ').replaceAll(/\s+/g, ' ');
    for (const record of snapshot.plugins) {
      expect(words).toContain(clean(record.name).replaceAll(/\s+/g, ' '));
      if (record.state === 'judged') expect(words).toContain(clean(record.cause).replaceAll(/\s+/g, ' '));
    }
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
  });

  // One name of 150 characters put 150 columns between the names and the rest of every row.
  it('a long name does not move the columns of the other rows of a pipe', async () => {
    const long = `${'long'.repeat(40)}.so`;
    const directory = directoryWith({ 'a.so': 'plugins/text-file.so', [long]: 'plugins/text-file.so' });
    const rows = (await ocx(['plugins', 'list', directory])).stdout.split('\n');
    expect(rows.find((row) => row.includes(' a.so'))?.length).toBeLessThan(200);
    expect(rows.join('\n')).toContain(long);
  });

  it('is the same from the built command', async () => {
    const args = ['plugins', 'check-all', ...ALL];
    expect(ocxProcess(args)).toEqual(await ocx(args));
    expect(ocxProcess(['plugins', 'list', 'no/such/directory'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'ocx: no/such/directory: no such file or directory\n',
    });
  });

  it('a reader that closes the pipe early is no error', async () => {
    const command = `${process.execPath} dist/cli.js plugins inspect fixtures/plugins/c-many-symbols.so --symbols | head -1; echo "\${PIPESTATUS[0]}"`;
    expect(execFileSync('bash', ['-c', command], { encoding: 'utf8' }).split('\n')[1]).toBe('0');
  });

  it('without a terminal ocx prints the list', async () => {
    expect((await ocx(ALL)).stdout).toBe((await ocx(['plugins', 'list', ...ALL])).stdout);
  });

  it.each([
    [[]],
    [['plugins']],
    [['plugins', 'list']],
    [['plugins', 'inspect']],
    [['plugins', 'validate']],
    [['plugins', 'check-all']],
    [['explain']],
    [['triage']],
    [['collector']],
    [['collector', 'profile']],
    [['dist']],
    [['dist', 'verify']],
    [['dist', 'sign']],
    [['dist', 'keygen']],
  ])('--help of %j names its options and gives examples', async (command) => {
    const { stdout, status } = await ocx([...command, '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain(HELP_NAMES[command.join(' ')] ?? '--collector');
    expect(stdout).toContain('Examples:');
  });
});
