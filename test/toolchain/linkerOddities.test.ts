import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ocx, ocxPlugins } from './ocx.js';
import { open } from './realLoader.js';

// What linkers can be made to do to a plugin. Each was a wrong verdict once.
const host = 'fixtures/otelcol';
let work = '';
const at = (name: string) => join(work, name);

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'ocx-linker-'));
  cpSync('fixtures/src/go', at('go'), { recursive: true });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function goPlugin(name: string, extldflags: string): string {
  execFileSync(
    'go',
    ['build', '-trimpath', '-buildmode=plugin', `-ldflags=-s -w -extldflags=${extldflags}`, '-o', at(name), './light'],
    {
      cwd: at('go/plugins'),
      env: { ...process.env, CGO_ENABLED: '1', GOFLAGS: '-buildvcs=false' },
    },
  );
  return at(name);
}

function cPlugin(name: string, source: string, ...flags: string[]): string {
  writeFileSync(at(`${name}.c`), source);
  execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-o', at(name), at(`${name}.c`), ...flags]);
  return at(name);
}

const said = (file: string) => {
  const [plugin] = ocxPlugins('validate', file, '--collector', host);
  // What decides the load: these have no manifest, and are refused for that too.
  const decides = plugin?.findings.find(
    ({ severity }) => severity === 'crashes' || severity === 'fails' || severity === 'unknown',
  );
  return [plugin?.load, decides?.code];
};
const ENTRY = 'int register_collector_plugin(void *host) { return host != 0; }';

describe('a Go plugin', () => {
  it('linked with -Bsymbolic kills the host, and one that hides the module list too', () => {
    const symbolic = goPlugin('symbolic.so', '-Wl,-Bsymbolic');
    expect(open(host, symbolic, 'go').outcome).toBe('crashes');
    expect(said(symbolic)).toEqual(['crashes', 'OCX0304']);
    writeFileSync(at('hide.map'), '{ local: runtime.lastmoduledatap; };');
    const hidden = goPlugin('hidden.so', `-Wl,--version-script=${at('hide.map')}`);
    expect(open(host, hidden, 'go').outcome).toBe('crashes');
    expect(said(hidden)).toEqual(['crashes', 'OCX0304']);
  });

  it('linked with -Bsymbolic-functions loads', () => {
    const functions = goPlugin('functions.so', '-Wl,-Bsymbolic-functions');
    expect(open(host, functions, 'go').outcome).toBe('loads');
    expect(said(functions)[0]).toBe('loads');
  });

  it('that lacks the end of its last page may load: it is no crash', () => {
    const whole = readFileSync('fixtures/plugins/go-cut-after-segments.so');
    writeFileSync(at('short.so'), whole.subarray(0, whole.length - 8));
    expect(open(host, at('short.so'), 'go').outcome).toBe('loads');
    expect(said(at('short.so'))).toEqual(['unknown', 'OCX0111']);
  });
});

describe('a C library', () => {
  it('whose manifest names its entry symbol is looked up by that name', () => {
    const file = cPlugin('named.so', 'int my_entry(void *host) { return host != 0; }');
    const manifest = {
      language: 'rust',
      toolchain_version: 'rustc 1.95.0 (59807616e 2026-04-14)',
      build_profile: 'release',
      dependency_hashes: {},
      build_flags: [],
      target: 'x86_64-unknown-linux-gnu',
      build_time: '2026-01-01T00:00:00Z',
      entry_symbol: 'my_entry',
    };
    writeFileSync(`${file}.manifest.json`, JSON.stringify(manifest));
    expect(said(file)[0]).toBe('loads');
    writeFileSync(`${file}.manifest.json`, JSON.stringify({ ...manifest, entry_symbol: 'constructor' }));
    expect(said(file)).toEqual(['fails', 'OCX0501']);
  });

  it('that wants 64 kB of static TLS is refused by the loader', () => {
    const file = cPlugin(
      'tls.so',
      `static __thread char block[65536] __attribute__((tls_model("initial-exec"))); char *use(void) { return block; } ${ENTRY}`,
    );
    expect(open(host, file, 'rust')).toMatchObject({ outcome: 'fails' });
    expect(said(file)).toEqual(['fails', 'OCX0218']);
  });

  it('that filters a library which is not there is refused by the loader, and is not said to load', () => {
    const file = cPlugin('filter.so', ENTRY, '-Wl,-F,libnotthere.so');
    expect(open(host, file, 'rust')).toMatchObject({ outcome: 'fails' });
    expect(said(file)).toEqual(['fails', 'OCX0210']);
  });

  it('with a search path of its own that has nothing is judged by the libraries of the system', () => {
    const file = cPlugin('runpath.so', ENTRY, '-Wl,-rpath,/opt/lib', '-Wl,--no-as-needed', '-lgcc_s');
    expect(said(file)[0]).toBe('loads');
  });

  it('that wants a Go symbol of the host is not said to load by a profile, which knows the symbol by hash only', () => {
    const file = cPlugin(
      'asks.so',
      `extern int wanted(void) __asm__("runtime.gcStart"); int ask(void) { return wanted(); } ${ENTRY}`,
    );
    const profile = at('host.json');
    expect(ocx('collector', 'profile', host, '-o', profile).status).toBe(0);
    expect(said(file)[0]).toBe('loads');
    const [plugin] = ocxPlugins('validate', file, '--collector', profile);
    expect(plugin?.load).toBe('unknown');
    expect(plugin?.findings.map(({ code }) => code)).toContain('OCX0220');
  });
});
