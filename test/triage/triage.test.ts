import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readLog } from '../../source/triage/readLog.js';
import { ocx, ocxProcess } from '../commands/run.js';

const log = (name: string) => readFileSync(`test/triage/logs/${name}.log`, 'utf8');
/** `OCX0410 go-race internal/runtime/sys`, for each failure. */
const found = (text: string) =>
  readLog(text).map(({ code, file, subject }) =>
    [code ?? '-', file?.replace(/.*\//, '').replace(/\.so$/, '') ?? '-', subject ?? ''].join(' ').trim(),
  );

const SEVEN = [
  'OCX0410 go-other-trimpath internal/byteorder',
  'OCX0410 go-other-dependency example.com/otelcol-fixture/api',
  'OCX0410 go-race internal/runtime/sys',
  'OCX0101 text-file',
  'OCX0201 c-missing-library libmissing.so',
  'OCX0410 go-no-entry encoding/binary',
  'OCX0109 missing',
];

// Real logs of real failures: capture.mjs says how they were made; collector*.log are of Collectors that `ocx build` made.
describe('a real log', () => {
  it.each(['krakend', 'json', 'text', 'tyk'])(
    'in the format of %s has the seven failures, each with its plugin and what it names',
    (name) => {
      expect(found(log(name))).toEqual(SEVEN);
    },
  );

  it.each([
    ['other-minor', ['OCX0410 go-other-trimpath internal/byteorder', 'OCX0302 go-other-minor']],
    ['cut-in-segment', ['OCX0104 go-cut-in-segment']],
    ['init-panics', ['- panics']],
  ])('of a crash, %s, has it once, with the plugin that was named last before', (name, wanted) => {
    expect(found(log(name))).toEqual(wanted);
    expect(readLog(log(name)).at(-1)?.guessed).toBe(true);
  });

  it('of our Collector has one failure for each plugin that was not opened, with the code of its first finding', () => {
    expect(found(log('collector'))).toEqual([
      'OCX0501 c-library',
      'OCX0104 go-cut-in-segment',
      'OCX0410 go-no-manifest',
      'OCX0410 go-other-dependency',
      'OCX0302 go-other-minor',
      'OCX0701 rust-match',
      'OCX0101 text-file',
      'OCX0305 zcopy',
    ]);
  });

  // Both were `no load failure in this log`.
  it('of our Collector whose plugins failed in a child process has each, with what it did', () => {
    expect(found(log('collector-own-code'))).toEqual(['- panics', '- hangs', '- exits']);
    expect(readLog(log('collector-own-code'))[0]).toMatchObject({
      message: 'not opened: tried in a child process, it panics: panic while opening it: boom',
      advice: expect.stringContaining('its own code did that'),
    });
  });

  it('of our Collector that went on without some plugins has each of them, without what it printed to stderr', () => {
    expect(found(log('collector-skipped'))).toEqual([
      '- c-library',
      '- go-cut-in-segment',
      '- go-no-manifest',
      '- go-other-dependency',
      '- go-other-minor',
      '- rust-match',
      '- text-file',
      'OCX0305 zcopy',
    ]);
  });

  it('is made of as many lines as are read: nothing of it is taken for a failure twice', () => {
    for (const name of readdirSync('test/triage/logs')) {
      const lines = readLog(readFileSync(`test/triage/logs/${name}`, 'utf8')).flatMap((failure) => failure.lines);
      expect(new Set(lines).size).toBe(lines.length);
    }
  });
});

describe('a line', () => {
  const OPEN = 'plugin.Open("/opt/p/a"): plugin was built with a different version of package internal/cpu';
  it.each([
    [
      'of an old KrakenD, over two lines',
      `WARNING: [loading plugins: plugin loader found 1 error(s):\nopening plugin 0 (/opt/p/a.so): ${OPEN}]`,
    ],
    [
      'of docker compose',
      `krakend-1  | 2023/08/01 11:22:42 KRAKEND DEBUG: [SERVICE: Executor Plugin] plugin #0 (/opt/p/a.so): ${OPEN}`,
    ],
    ['of docker json-file', JSON.stringify({ log: `${OPEN}\n`, stream: 'stderr' })],
    [
      'of zap in production',
      JSON.stringify({ level: 'error', ts: 1, msg: 'plugin', error: `load: ${OPEN}`, stacktrace: 'main.main\n\t/x.go:1' }),
    ],
    ['of zap in development', `2025-01-01T00:00:00Z\tERROR\tmain.go:1\tplugin\t${JSON.stringify({ error: OPEN })}`],
    ['of zerolog in a container', JSON.stringify({ log: JSON.stringify({ level: 'error', error: OPEN }) })],
    ['of logrus', `time="t" level=error msg=${JSON.stringify(`failed: ${OPEN}`)}`],
    [
      'of systemd',
      `Nov 25 10:00:00 gw tyk[1]: time="t" level=error msg="Could not load Go-plugin" error="${OPEN}" mwPath="/opt/p/a.so" mwSymbolName=Run`,
    ],
    ['with colours', `\u001b[31mERROR\u001b[0m ${OPEN}`],
    ['twice, the second with the suffix', `${OPEN}\n${OPEN.replace('/a"', '/a.so"')} (previous failure)`],
  ])('%s says which plugin and which package', (_what, text) => {
    expect(found(text)).toEqual(['OCX0410 a internal/cpu']);
    expect(readLog(text)[0]?.message).toBe(OPEN);
  });

  it.each([
    ['/p/a.so: undefined symbol: SSL_new', 'OCX0203 a SSL_new'],
    ["/lib/libc.so.6: version `GLIBC_2.38' not found (required by /p/a.so)", 'OCX0202 a GLIBC_2.38'],
    ['/p/a.so: wrong ELF class: ELFCLASS32', 'OCX0106 a'],
    ['/p/a.so: file too short', 'OCX0101 a'],
    ['/p/a.so: cannot open shared object file: No such file or directory', 'OCX0109 a /p/a.so'],
    ['/p/a.so: failed to map segment from shared object: Operation not permitted', '- a'],
    ['/p/a.so: cannot dynamically load executable', 'OCX0107 a'],
    ['Error loading shared library libz.so.1: No such file or directory (needed by /p/a.so)', 'OCX0201 a libz.so.1'],
    ['plugin: symbol HandlerRegisterer not found in plugin github.com/x/y', 'OCX0501 - HandlerRegisterer'],
    ['plugin.Open("/p/a"): plugin already loaded', 'OCX0305 a'],
    ['plugin: not implemented', 'OCX0402 -'],
    ['==12==ASan runtime does not come first in initial library list', 'OCX0206 -'],
  ])('%s', (text, wanted) => {
    expect(found(`2025/01/01 00:00:00 ${text}`)).toEqual([wanted]);
  });

  it.each([
    'panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:3 +0x1d',
    'SIGSEGV: segmentation violation\n\ngoroutine 7 [running]:\nnet/http.(*conn).serve(0x1)',
    '2025/01/01 loaded plugin /opt/p/a.so',
    '{"msg":"everything is fine","plugins":["/opt/p/a.so"]}',
    '{"broken',
    '',
  ])('that tells of no load failure is none: %j', (text) => {
    expect(found(text)).toEqual([]);
  });
});

// As users of other programs pasted them; file names are shortened.
describe('a line that was really logged', () => {
  const different = (file: string, name: string) =>
    `plugin.Open("${file}"): plugin was built with a different version of package ${name}`;
  it.each([
    [
      'KrakenD 1.4 (krakend/krakend-ce issue 333), both lines twice',
      `2021/07/11 16:51:46  WARNING: [loading plugins: plugin loader found 1 error(s):
opening plugin 0 (plugins/a.so): ${different('plugins/a', 'runtime/internal/sys')}]
2021/07/11 16:51:46  INFO: [total http executor plugins loaded: 0]
2021/07/11 16:51:46  WARNING: [loading plugins: plugin loader found 1 error(s):
opening plugin 0 (plugins/a.so): ${different('plugins/a.so', 'runtime/internal/sys')} (previous failure)]`,
      ['OCX0410 a runtime/internal/sys'],
    ],
    [
      'KrakenD with its prefix and level (issue 235)',
      `[KRAKEND] 2020/07/22 - 16:41:47.955 \u25b6 WARNIN loading plugins: plugin loader found 1 error(s):
opening plugin 0 (/opt/krakend/plugins/a.so): ${different('/opt/krakend/plugins/a', 'internal/cpu')}`,
      ['OCX0410 a internal/cpu'],
    ],
    [
      'KrakenD 2 in docker compose, one file for three kinds of plugins (issue 765)',
      ['Executor', 'Handler', 'Modifier']
        .map(
          (kind, at) =>
            `krakend-krakend-1  | [00] 2023/08/01 11:22:42 KRAKEND DEBUG: [SERVICE: ${kind} Plugin] plugin #0 (plugins/a.so): ${different(at === 0 ? 'plugins/a' : 'plugins/a.so', 'runtime')}${at === 0 ? '' : ' (previous failure)'}`,
        )
        .join('\n'),
      ['OCX0410 a runtime'],
    ],
    [
      'Tyk, in logrus for files, with quotes within quotes (TykTechnologies/tyk issue 2643)',
      `time="Oct 29 16:23:07" level=error msg="Could not load Go-plugin" error="${different('/plugins/post', 'github.com/TykTechnologies/tyk/goplugin')}" mwPath="/plugins/post.so" mwSymbolName=AddFooBarHeader`,
      ['OCX0410 post github.com/TykTechnologies/tyk/goplugin'],
    ],
    [
      'Tyk, in logrus for terminals, of a file that is not there (issue 2558)',
      '[Sep 26 00:08:00] ERROR Could not load Go-plugin error=plugin.Open("Auth.so"): realpath failed mwPath=Auth.so mwSymbolName=Auth',
      ['OCX0109 Auth'],
    ],
    [
      'Tyk, of a file that is there, for another C library (TykTechnologies/custom-go-plugin issue 10)',
      'time="Feb 02 13:43:42" level=error msg="Could not load Go-plugin" error="plugin.Open("/opt/tyk/mw/C.so"): /opt/tyk/mw/C.so: cannot open shared object file: No such file or directory" mwPath="/opt/tyk/mw/C.so" mwSymbolName=AddFooBarHeader',
      ['OCX0109 C /opt/tyk/mw/C.so'],
    ],
    [
      'tyk plugin load (TykTechnologies/tyk-docs-hugo pull 5565)',
      `tyk: error: unexpected error: ${different('plugins/testplugin', 'internal/goarch')}, try --help`,
      ['OCX0410 testplugin internal/goarch'],
    ],
    [
      "Kong's go-pluginserver (Kong/kong issue 6052)",
      `2020/06/24 10:42:57 failed to open plugin go-log: ${different('/kong-go/go-log', 'internal/cpu')}`,
      ['OCX0410 go-log internal/cpu'],
    ],
  ])('%s', (_program, text, wanted) => {
    expect(found(text)).toEqual(wanted);
  });
});

describe('a panic', () => {
  const WORDS = 'plugin.Open("/opt/p/a"): plugin was built with a different version of package internal/cpu';

  // It was taken for an init function that ended the process, and hid every failure below it.
  it('whose trace is not in the log is what its words say, and hides no failure on the lines behind it', () => {
    const behind = [
      'plugin.Open("/opt/p/gone"): realpath failed',
      'plugin: symbol HandlerRegisterer not found in plugin github.com/x/y',
      '/opt/p/c.so: undefined symbol: SSL_new',
      'plugin: not implemented',
    ];
    expect(found([`panic: ${WORDS}`, ...behind].join('\n'))).toEqual([
      'OCX0410 a internal/cpu',
      'OCX0109 gone',
      'OCX0501 - HandlerRegisterer',
      'OCX0203 c SSL_new',
      'OCX0402 -',
    ]);
  });

  it('of a host that opens no plugin in its trace is what its words say', () => {
    expect(found(`panic: ${WORDS}\n\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:3 +0x1d\nexit status 2`)).toEqual([
      'OCX0410 a internal/cpu',
    ]);
  });

  const TRACE = log('init-panics').split('\n').slice(1).join('\n').trimEnd();
  it('whose trace is not in the log is not taken for the panic behind it', () => {
    expect(found(`panic: ${WORDS}\n${TRACE}`)).toEqual(['OCX0410 a internal/cpu', '- a']);
  });

  it.each([
    ['of a host that logs no dates', '', `${WORDS}\n`],
    ['of docker compose', 'gateway-1  | ', `2023/08/01 11:22:42 plugin not loaded: ${WORDS}\n`],
    ['of systemd', 'Nov 25 10:00:00 gw host[1]: ', `time="t" level=error msg=x error=${JSON.stringify(WORDS)}\n`],
  ])('in an init function, in a log %s, ends before the next failure', (_what, prefix, next) => {
    const text = `${TRACE}\n${next}`.trimEnd().replace(/^/gm, prefix);
    expect(found(text)).toEqual(['- -', 'OCX0410 a internal/cpu']);
  });
});

describe('ocx triage', () => {
  const HERE = ['--dir', 'fixtures/plugins', '--collector', 'fixtures/otelcol'];

  it('explains each failure by the file at hand, with its cause and a fix, and exits with 1', async () => {
    const { status, stdout } = await ocx(['triage', 'test/triage/logs/krakend.log', ...HERE]);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /line 4 {3}OCX0410: .*\n.*\n {5}\| {2}here {4}fixtures\/plugins\/go-other-dependency\.so {2}x fails in fixtures\/otelcol\n {5}= {2}cause: otel v1\.43\.0, host has v1\.46\.0: explains all \d/,
    );
    expect(stdout).toContain('=  fix: go get go.opentelemetry.io/otel@v1.46.0 && go mod tidy &&');
    expect(stdout).toContain('for another reason than the log has');
    expect(stdout).toContain('the file is not here');
  });

  it('takes a library that is not there for the reason of a log that names it, though the file here has a code of its own for that', async () => {
    const { failures } = JSON.parse((await ocx(['triage', 'test/triage/logs/json.log', ...HERE, '-o', 'json'])).stdout);
    const missing = failures.find(({ file }: { file: string }) => file.endsWith('c-missing-library.so'));
    expect(missing).toMatchObject({
      code: 'OCX0201',
      cause: expect.stringContaining('libmissing.so'),
      at_hand: { verdict: 'fails', agrees: true },
    });
  });

  it('takes a missing entry symbol for the reason of a log in which dlsym does not find it', () => {
    const input = '/opt/p/rust-no-register.so: undefined symbol: register_collector_plugin\n';
    const [failure] = JSON.parse(ocxProcess(['triage', ...HERE, '-o', 'json'], { input }).stdout).failures;
    expect(failure).toMatchObject({ code: 'OCX0501', at_hand: { findings: ['OCX0501'], agrees: true } });
  });

  it('does so for the entry symbol that a manifest names, and for no other symbol', () => {
    const work = mkdtempSync(join(tmpdir(), 'ocx-triage-'));
    copyFileSync('fixtures/plugins/rust-no-manifest.so', join(work, 'x.so'));
    const { goamd64: _, ...manifest } = JSON.parse(readFileSync('fixtures/plugins/go-manifest-sidecar.so.manifest.json', 'utf8'));
    const named = { ...manifest, language: 'rust', toolchain_version: '1.95.0', entry_symbol: 'start_plugin' };
    writeFileSync(join(work, 'x.so.manifest.json'), JSON.stringify(named));
    const input = '/opt/p/x.so: undefined symbol: start_plugin\n/opt/p/x.so: undefined symbol: SSL_new\n';
    const { failures } = JSON.parse(ocxProcess(['triage', '--dir', work, '-o', 'json'], { input }).stdout);
    rmSync(work, { recursive: true });
    expect(failures.map(({ at_hand }: { at_hand: { agrees: boolean } }) => at_hand.agrees)).toEqual([true, false]);
  });

  it('says of a file that could not be judged for want of a host no reason other than that of the log', () => {
    const input = 'plugin.Open("/opt/p/go-race"): plugin was built with a different version of package fmt\n';
    const work = mkdtempSync(join(tmpdir(), 'ocx-triage-'));
    copyFileSync('fixtures/plugins/go-race.so', join(work, 'go-race.so'));
    const { stdout } = ocxProcess(['triage', '--dir', work], { input });
    rmSync(work, { recursive: true });
    expect(stdout).toMatch(/unknown\n {5}= {2}cause: no host given\n/);
  });

  it('gives the same to scripts', async () => {
    const { failures } = JSON.parse((await ocx(['triage', 'test/triage/logs/other-minor.log', ...HERE, '-o', 'json'])).stdout);
    expect(failures[1]).toMatchObject({
      code: 'OCX0302',
      file: 'fixtures/plugins/go-other-minor.so',
      file_guessed: true,
      at_hand: { verdict: 'crashes', agrees: true },
      fix: expect.stringContaining('GOTOOLCHAIN=go1.26.8'),
    });
  });

  // Neither --policy nor what the host looks up got to the verdict of the file.
  it('judges the file here by what the host is said to look up', () => {
    const input = 'plugin #0 (fixtures/plugins/go-no-manifest.so): plugin: symbol Defaults not found in plugin x\n';
    const args = ['triage', '--host', 'fixtures/other-hosts/otelcol-no-manifest'];
    expect(ocxProcess(args, { input }).stdout).toContain('the file here loads in this host');
    const { stdout } = ocxProcess([...args, '--entry-symbol', 'Defaults'], { input });
    expect(stdout).toContain('cause: no entry symbol: Defaults is not exported');
  });

  it('finds the reason of a plugin that the Collector went on without in the file here', async () => {
    const { failures } = JSON.parse(
      (await ocx(['triage', 'test/triage/logs/collector-skipped.log', ...HERE, '-o', 'json'])).stdout,
    );
    const text = failures.find(({ file }: { file: string }) => file.endsWith('text-file.so'));
    expect(text).toMatchObject({ code: null, cause: 'not an object file: is a text file', at_hand: { agrees: true } });
  });

  // It said that the log was of another file; --dir took the log for a directory.
  it('does not acquit a file that was refused for its signature, which is not looked at here', () => {
    const input = [
      'not opened: fixtures/plugins/go-match.so: refused: sha256 is not the one that the signed ../distribution.json lists',
      '',
      '- OCX0905  sha256 is not the one that the signed ../distribution.json lists',
      '',
    ].join('\n');
    const work = mkdtempSync(join(tmpdir(), 'ocx-triage-'));
    writeFileSync(join(work, 'signed.log'), input);
    const { stdout } = ocxProcess(
      ['triage', '--collector', 'fixtures/otelcol', '--dir', 'fixtures/plugins', join(work, 'signed.log')],
      {},
    );
    rmSync(work, { recursive: true });
    expect(stdout).toContain('OCX0905');
    expect(stdout).toContain('--trusted-key');
    expect(stdout).not.toContain('compare their sha256');
  });

  it('says so when the file here loads: it is not the one of the log', async () => {
    const line = 'plugin.Open("/srv/go-match"): plugin was built with a different version of package fmt';
    const { stdout } = ocxProcess(['triage', ...HERE], { input: line });
    expect(stdout).toContain('the log is of another file or another host');
  });

  it('exits with 0 for a log without failures, 3 when nothing can be said, 2 for a log that is not there', async () => {
    expect((await ocx(['triage', 'README.md'])).status).toBe(0);
    expect(ocxProcess(['triage', '-'], { input: 'all is well' }).stdout).toBe('no load failure in this log\n');
    expect((await ocx(['triage', 'no-such.log'])).status).toBe(2);
    expect((await ocx(['triage', 'no-such.log'])).stderr).toMatch(/^ocx: no-such\.log: .*\n$/);
  });

  it('a binary or an archive is no log, and that is said instead of its strings', async () => {
    const work = mkdtempSync(join(tmpdir(), 'ocx-triage-'));
    writeFileSync(join(work, 'log.gz'), gzipSync('plugin.Open("a"): plugin already loaded'));
    writeFileSync(join(work, 'cut.log'), `${'\0'.repeat(4096)}plugin.Open("/a"): plugin already loaded`);
    const said = async (file: string) => ocx(['triage', file]);
    expect(await said('fixtures/otelcol')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'ocx: fixtures/otelcol is no log: it is a program or a library: ocx plugins inspect FILE shows a plugin\n',
    });
    expect((await said(join(work, 'log.gz'))).stderr).toContain('is no log: it is gzipped: gzip -dc FILE | ocx triage');
    // As copytruncate leaves it.
    expect((await said(join(work, 'cut.log'))).stdout).toContain('OCX0305');
    expect(ocxProcess(['triage'], { input: readFileSync('fixtures/plugins/c-plugin.so') as unknown as string }).stderr).toMatch(
      /^ocx: stdin is no log/,
    );
    rmSync(work, { recursive: true });
  });

  it('lets nothing of a log act on the terminal', () => {
    const { stdout } = ocxProcess(['triage'], {
      input: 'plugin.Open("/a\u001b]52;c;AA\u0007"): \u202eplugin already loaded \u009b2J',
    });
    expect(stdout).toContain('OCX0305');
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  // A debug exporter prints bodies: of a line without a blank each place was tried to its end, nine seconds long.
  it('passes over lines of data', () => {
    const line = Buffer.from(Array.from({ length: 45_000 }, (_, index) => (index * index * 31) & 0xff)).toString('base64');
    const input = `${`2026-11-26T01:00:00Z ${line}\n`.repeat(60)}plugin.Open("/a"): plugin already loaded\n`;
    const { stdout, status } = ocxProcess(['triage'], { input, timeout: 50_000 });
    expect(stdout).toContain('OCX0305');
    expect(status).not.toBeNull();
  });

  it('waits for a log that comes slowly, as kubectl logs gives it', () => {
    const log = `echo first; sleep 1; echo 'plugin.Open("/a"): plugin already loaded'`;
    const { stdout, status } = spawnSync('sh', ['-c', `(${log}) | ${process.execPath} dist/cli.js triage`], { encoding: 'utf8' });
    expect(stdout).toContain('line 2   OCX0305');
    expect(status).toBe(1);
  });
});
