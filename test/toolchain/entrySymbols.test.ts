import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changed, symbol, vectors } from '../binary/entrySymbolVectors.js';
import { ocxPlugins } from './ocx.js';

const ASK = `#include <dlfcn.h>
#include <stdio.h>
int main(int argc, char **argv) {
  void *library = dlopen(argv[1], RTLD_NOW);
  if (library == NULL) return puts(dlerror()), 2;
  dlerror();
  dlsym(library, argv[2]);
  return dlerror() == NULL ? 0 : 1;
}
`;

let work = '';
const at = (name: string) => join(work, name);

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'ocx-entry-'));
  writeFileSync(at('ask.c'), ASK);
  execFileSync('gcc', ['-o', at('ask'), at('ask.c'), '-ldl']);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Whether the real dlsym finds the entry symbol of a file that can be opened. */
function finds(file: string): boolean {
  const { status, stdout } = spawnSync(at('ask'), [file, symbol], { encoding: 'utf8' });
  if (status !== 0 && status !== 1) throw new Error(`${file}: ${stdout}`);
  return status === 0;
}

const said = (file: string) =>
  ocxPlugins('validate', file, '--collector', 'fixtures/otelcol')[0]?.findings.every(({ code }) => code !== 'OCX0501');

describe('the entry symbol of a plugin by dlopen', () => {
  it.each(vectors)('$name: as the real dlsym has it', ({ name, change, found }) => {
    const file = at(`${name.replaceAll(/\W/g, '-')}.so`);
    writeFileSync(file, changed(change));
    expect(finds(file)).toBe(found);
  });

  // What `nm -D` lists as register_collector_plugin@V1 was said to be found; dlsym finds only what has two @.
  it.each([
    ['a version that is not the default', '@V1', false],
    ['the default version', '@@V1', true],
  ])('of gcc, in %s', (_what, version, found) => {
    const file = at(`versioned${version}.so`);
    const source = `int real(void *host) { return host != 0; }\n__asm__(".symver real, ${symbol}${version}");\n`;
    writeFileSync(`${file}.c`, source);
    writeFileSync(at('versions.map'), `V1 { global: ${symbol}; local: *; };\n`);
    execFileSync('gcc', ['-shared', '-fPIC', '-o', file, `${file}.c`, `-Wl,--version-script=${at('versions.map')}`]);
    expect([finds(file), said(file)]).toEqual([found, found]);
  });

  // It was said to have no entry symbol: only its own symbols were looked at.
  it.each([
    ['that it needs', ['-Wl,--no-as-needed'], true],
    ['that is there, and not needed', ['-Wl,--as-needed'], false],
  ])('of a library %s', (_what, linked, found) => {
    const folder = mkdtempSync(at('shim-'));
    const [library, between, file] = ['libreal.so', 'libbetween.so', 'shim.so'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(`${library}.c`, `int ${symbol}(void *host) { return host != 0; }\n`);
    writeFileSync(`${file}.c`, 'int nothing;\n');
    execFileSync('gcc', ['-shared', '-fPIC', '-o', library, `${library}.c`]);
    for (const [made, needed] of [
      [between, '-lreal'],
      [file, '-lbetween'],
    ] as const)
      execFileSync('gcc', [
        '-shared',
        '-fPIC',
        '-o',
        made,
        `${file}.c`,
        ...linked,
        `-L${folder}`,
        needed,
        `-Wl,-rpath,${folder}`,
      ]);
    expect([finds(file), said(file)]).toEqual([found, found]);
  });
});
