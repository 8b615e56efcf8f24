import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { placeOf } from '../../source/catalog/discovery.js';
import { scan } from '../../source/catalog/scan.js';

// A library that one plugin brings is there for the next, whoever could find it; and so are its symbols.
const HOST = resolve('fixtures/other-hosts/otelcol-no-manifest');
let work = '';
const at = (...names: string[]) => join(work, ...names);

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'ocx-plan-libraries-'));
  cpSync('fixtures/src/go', at('go'), { recursive: true });
  mkdirSync(at('lib'));
  writeFileSync(at('own.c'), 'int own(void) { return 7; }\n');
  execFileSync('gcc', ['-shared', '-fPIC', '-o', at('lib/libown.so'), '-Wl,-soname,libown.so', at('own.c')]);
  build('brings', `-L${at('lib')} -lown`, '-Wl,-rpath,$ORIGIN/lib');
  build('needs', `-L${at('lib')} -lown`, '');
  build('wants', '-Wl,--unresolved-symbols=ignore-all', '-Wl,--unresolved-symbols=ignore-all');
  // Two releases of one library, each beside its plugin: the newer has one function more.
  for (const [release, body] of [
    ['older', 'int own(void) { return 1; }'],
    ['newer', 'int own(void) { return 2; } int more(void) { return 3; }'],
  ] as const) {
    mkdirSync(at(release));
    writeFileSync(at(release, 'x.c'), `${body}\n`);
    execFileSync('gcc', ['-shared', '-fPIC', '-o', at(release, 'libx.so.1'), '-Wl,-soname,libx.so.1', at(release, 'x.c')]);
    const library = `-L${at(release)} -l:libx.so.1`;
    build(`on-${release}`, library, `-Wl,-rpath,${at(release)}`, release === 'newer' ? 'more' : 'own');
  }
  // A plugin that names another one as a library.
  build('names', `-L${at('.')} -Wl,--no-as-needed -l:on-older.so -Wl,-rpath,${at('.')}`, '');
  for (const bytes of [1000, 900])
    build(`tls-${bytes}`, '', '', 'own', `static __thread char block[${bytes}] __attribute__((tls_model("initial-exec")));`);
  // One version of a library moved the function to another version of it.
  for (const [release, map] of [
    ['first', 'A { global: own; }; B { global: more; } A;'],
    ['second', 'A { global: more; }; B { global: own; } A;'],
  ] as const) {
    mkdirSync(at(release));
    writeFileSync(at(release, 'v.c'), 'int own(void) { return 1; } int more(void) { return 2; }\n');
    writeFileSync(at(release, 'v.map'), map);
    const made = ['-o', at(release, 'libv.so.1'), '-Wl,-soname,libv.so.1', `-Wl,--version-script=${at(release, 'v.map')}`];
    execFileSync('gcc', ['-shared', '-fPIC', ...made, at(release, 'v.c')]);
    build(`of-${release}`, `-L${at(release)} -l:libv.so.1`, `-Wl,-rpath,${at(release)}`);
  }
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function build(name: string, ldflags: string, extldflags: string, call = 'own', storage = ''): void {
  mkdirSync(at('go/plugins', name));
  writeFileSync(
    at('go/plugins', name, 'main.go'),
    `package main\n\n/*\n#cgo LDFLAGS: ${ldflags}\n${storage === '' ? `int ${call}(void);` : `${storage}\nstatic int ${call}(int at) { return block[at]++; }`}\n*/\nimport "C"\n\nimport "example.com/otelcol-fixture/api"\n\n` +
      `func CollectorPluginInit(registry api.Registry) error {\n\treturn registry.Register(api.Component{Kind: "processor", Type: "${name}" + string(rune('0'+int(C.${call}(${storage === '' ? '' : 3}))))})\n}\n\nfunc main() {}\n`,
  );
  execFileSync(
    'go',
    ['build', '-trimpath', '-buildmode=plugin', `-ldflags=-s -w -extldflags=${extldflags}`, '-o', at(`${name}.so`), `./${name}`],
    {
      cwd: at('go/plugins'),
      env: { ...process.env, CGO_ENABLED: '1', CGO_LDFLAGS_ALLOW: '.*', GOFLAGS: '-buildvcs=false' },
    },
  );
}

function really(names: readonly string[]): string[] {
  const { stdout } = spawnSync(HOST, ['probe', '--lang', 'go', ...names.map((name) => at(`${name}.so`))], {
    encoding: 'utf8',
    timeout: 15_000,
  });
  const lines = stdout.split('\n').filter((line) => line.startsWith('{"file":'));
  return lines.map((line) => JSON.parse(line).outcome);
}

function planned(names: readonly string[]): string[] {
  writeFileSync(at('order.json'), JSON.stringify({ plugins: names.map((name) => ({ path: at(`${name}.so`) })) }));
  const { plan } = scan({ place: placeOf([at('order.json')]), host: HOST, recursive: false, now: 0 });
  return (plan?.steps ?? []).map(({ judgement }) => judgement.load);
}

it.each([
  [
    ['needs', 'wants', 'brings'],
    ['fails', 'fails', 'loads'],
  ],
  [
    ['brings', 'needs', 'wants'],
    ['loads', 'loads', 'loads'],
  ],
  [
    ['wants', 'brings', 'wants'],
    ['fails', 'loads', 'loads'],
  ],
  // The library that is there under the name is taken, though each finds its own.
  [
    ['on-older', 'on-newer'],
    ['loads', 'fails'],
  ],
  [
    ['on-newer', 'on-older'],
    ['loads', 'loads'],
  ],
  // The version that is asked for is there, and the function is not in it.
  [
    ['of-first', 'of-second'],
    ['loads', 'fails'],
  ],
  [
    ['of-second', 'of-first'],
    ['loads', 'fails'],
  ],
  // What plugins before took of static thread-local storage is not left for others.
  [
    ['tls-1000', 'tls-900', 'tls-1000'],
    ['loads', 'fails', 'loads'],
  ],
  [
    ['tls-900', 'tls-1000', 'on-older'],
    ['loads', 'fails', 'loads'],
  ],
  // What is loaded as a library brings no module when it is opened.
  [
    ['names', 'on-older'],
    ['loads', 'fails'],
  ],
  [
    ['on-older', 'names'],
    ['loads', 'loads'],
  ],
])('%j: %j', (names, outcomes) => {
  expect(really(names)).toEqual(outcomes);
  expect(planned(names)).toEqual(outcomes);
});
