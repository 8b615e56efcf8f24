import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DT } from '../../source/binary/elf/constants.js';
import { readLibraryCache } from '../../source/binary/elf/libraryCache.js';
import { levelsHere } from '../../source/catalog/processorLevels.js';
import { ocxPlugins, type Reported } from './ocx.js';
import { open } from './realLoader.js';

// Where ld.so finds what a plugin needs, and what it makes of that: each answer beside the one of the real loader.
const host = 'fixtures/otelcol';
const ENTRY = 'int register_collector_plugin(void *host) { return host == 0; }';
let work = '';
const at = (name: string) => join(work, name);

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'ocx-libraries-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function library(name: string, source: string, ...flags: string[]): string {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(`${name}.c`), source);
  execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-o', at(name), at(`${name}.c`), ...flags], { cwd: work });
  return at(name);
}

/** A library that others can be linked against, and that lies in `lib`. */
const named = (name: string, source: string, ...flags: string[]) =>
  library(`lib/${name}`, source, `-Wl,-soname,${name}`, ...flags);

const RUNPATH = ['-Wl,--enable-new-dtags', '-Wl,-rpath,$ORIGIN/lib'];
const RPATH = ['-Wl,--disable-new-dtags', '-Wl,-rpath,$ORIGIN/lib'];
const calling = (symbol: string) => `int ${symbol}(void); int use(void) { return ${symbol}(); } ${ENTRY}`;

function decides(file: string): string {
  const [plugin] = ocxPlugins('validate', file, '--collector', host, '--no-load') as [Reported?];
  const finding = plugin?.findings.find(({ severity }) => severity === plugin.load);
  return `${plugin?.load}${finding ? ` ${finding.code}` : ''}`;
}

/** The loader's words, as ocx has them. */
function message(file: string): string | null | undefined {
  const [plugin] = ocxPlugins('validate', file, '--collector', host, '--no-load') as [Reported?];
  return plugin?.findings[0]?.loader_message;
}

/** What ocx says, which must be what happens. */
function both(file: string): string {
  const said = decides(file);
  const real = open(host, file, 'rust');
  if (!said.startsWith('unknown')) expect(said.split(' ')[0], real.message).toBe(real.outcome);
  return said;
}

describe('a library is found', () => {
  it('by DT_RUNPATH, and not by that of the one that needs the one that needs it', () => {
    named('libone.so', 'int one(void) { return 1; }');
    expect(both(library('runpath.so', calling('one'), at('lib/libone.so'), ...RUNPATH))).toBe('loads');
    named('libtwo.so', 'int two(void) { return 2; }');
    named('liboftwo.so', 'int two(void); int oftwo(void) { return two(); }', at('lib/libtwo.so'));
    const flags = [at('lib/liboftwo.so'), `-Wl,-rpath-link,${at('lib')}`];
    expect(both(library('runpath-deep.so', calling('oftwo'), ...flags, ...RUNPATH))).toBe('fails OCX0210');
    expect(both(library('rpath-deep.so', calling('oftwo'), ...flags, ...RPATH))).toBe('loads');
  });

  it('not by DT_RPATH where there is DT_RUNPATH in the library that asks', () => {
    named('libthree.so', 'int three(void) { return 3; }');
    named(
      'libofthree.so',
      'int three(void); int ofthree(void) { return three(); }',
      at('lib/libthree.so'),
      '-Wl,--enable-new-dtags',
      '-Wl,-rpath,/nowhere',
    );
    const file = library(
      'rpath-runpath.so',
      calling('ofthree'),
      at('lib/libofthree.so'),
      `-Wl,-rpath-link,${at('lib')}`,
      ...RPATH,
    );
    expect(both(file)).toBe('fails OCX0210');
  });

  it('by an absolute path, which is not searched for', () => {
    const plain = library('elsewhere/plain.so', 'int plain(void) { return 4; }');
    const file = library('absolute.so', calling('plain'), plain);
    expect(both(file)).toBe('loads');
    rmSync(plain);
    expect(both(file)).toBe('fails OCX0210');
  });

  it('by LD_LIBRARY_PATH', () => {
    named('libfive.so', 'int five(void) { return 5; }');
    const file = library('environment.so', calling('five'), at('lib/libfive.so'));
    expect(both(file)).toBe('fails OCX0210');
    process.env.LD_LIBRARY_PATH = at('lib');
    try {
      expect(both(file)).toBe('loads');
    } finally {
      delete process.env.LD_LIBRARY_PATH;
    }
  });

  it.skipIf(process.arch !== 'x64')('in a folder for the processor before the one of all', () => {
    const there = levelsHere();
    const file = library('levels.so', calling('level'), named('liblevel.so', 'int level(void) { return 1; }'), ...RUNPATH);
    for (const level of ['x86-64-v4', 'x86-64-v3', 'x86-64-v2']) {
      const folder = `lib/glibc-hwcaps/${level}`;
      library(`${folder}/liblevel.so`, 'int other(void) { return 2; }', '-Wl,-soname,liblevel.so');
      expect([level, both(file)]).toEqual([level, there.includes(level) ? 'fails OCX0213' : 'loads']);
      rmSync(at(folder), { recursive: true });
    }
    rmSync(at('lib/liblevel.so'));
    library('lib/glibc-hwcaps/x86-64-v2/liblevel.so', 'int level(void) { return 3; }', '-Wl,-soname,liblevel.so');
    expect(both(file)).toBe(there.includes('x86-64-v2') ? 'loads' : 'fails OCX0210');
  });

  it.skipIf(process.arch !== 'x64')('in the cache, as ldconfig writes it', () => {
    library('cached/libcached.so.1', 'int cached(void) { return 1; }', '-Wl,-soname,libcached.so.1');
    for (const level of ['x86-64-v2', 'x86-64-v3'])
      library(`cached/glibc-hwcaps/${level}/libcached.so.1`, 'int cached(void) { return 2; }', '-Wl,-soname,libcached.so.1');
    writeFileSync(at('cached.conf'), `${at('cached')}\n`);
    execFileSync('/sbin/ldconfig', ['-X', '-C', at('cache'), '-f', at('cached.conf')], { stdio: 'ignore' });
    const paths = (...levels: string[]) =>
      readLibraryCache(readFileSync(at('cache')), 62, levels)
        .get('libcached.so.1')
        ?.map((path) => relative(at('cached'), path));
    expect(paths()).toEqual(['libcached.so.1']);
    expect(paths('x86-64-v2')).toEqual(['glibc-hwcaps/x86-64-v2/libcached.so.1', 'libcached.so.1']);
    expect(paths('x86-64-v3', 'x86-64-v2')).toEqual([
      'glibc-hwcaps/x86-64-v3/libcached.so.1',
      'glibc-hwcaps/x86-64-v2/libcached.so.1',
      'libcached.so.1',
    ]);
  });

  it('by LD_PRELOAD, whatever the path has', () => {
    const given = named('libgiven.so', 'int preloaded(void) { return 1; }');
    const file = library('preloaded.so', calling('preloaded'), given);
    expect(both(file)).toBe('fails OCX0210');
    process.env.LD_PRELOAD = given;
    try {
      expect(both(file)).toBe('loads');
    } finally {
      delete process.env.LD_PRELOAD;
    }
  });

  it('by the letters of a search path: `..` behind a link, words that begin like a token, more slashes than one', () => {
    const six = named('libsix.so', 'int six(void) { return 6; }');
    mkdirSync(at('far/deep'), { recursive: true });
    mkdirSync(at('far/$ORIGINAL'));
    for (const folder of ['far', 'far/$ORIGINAL']) copyFileSync(six, at(`${folder}/libsix.so`));
    rmSync(six);
    symlinkSync('far/deep', at('near'));
    const said = (path: string) => {
      named('libsix.so', 'int six(void) { return 6; }');
      const file = library('letters.so', calling('six'), six, `-Wl,-rpath,${path}`);
      rmSync(six);
      return both(file);
    };
    expect(said('$ORIGIN/near/..')).toBe('loads');
    expect(said(`${at('far')}/$ORIGINAL`)).toBe('loads');
    expect(said('$ORIGIN/far//')).toBe('loads');
    expect(said('$ORIGIN/near')).toBe('fails OCX0210');
    expect(said(['$', '{ORIGIN/far'].join(''))).toBe('unknown OCX0201');
  });

  it('beside the link to the library that needs it, and not where that leads', () => {
    const seven = named('libseven.so', 'int seven(void) { return 7; }');
    const origin = ['-Wl,--enable-new-dtags', '-Wl,-rpath,$ORIGIN/below'];
    const middle = library(
      'store/libofseven.so',
      'int seven(void); int ofseven(void) { return seven(); }',
      seven,
      '-Wl,-soname,libofseven.so',
      ...origin,
    );
    mkdirSync(at('shop/below'), { recursive: true });
    mkdirSync(at('store/below'));
    symlinkSync('../store/libofseven.so', at('shop/libofseven.so'));
    const file = library('ofseven.so', calling('ofseven'), middle, `-Wl,-rpath-link,${at('lib')}`, `-Wl,-rpath,${at('shop')}`);
    copyFileSync(seven, at('store/below/libseven.so'));
    expect(both(file)).toBe('fails OCX0210');
    copyFileSync(seven, at('shop/below/libseven.so'));
    expect(both(file)).toBe('loads');
  });

  it('not behind what ends the search: a device, a link that leads nowhere else', () => {
    const eight = named('libeight.so', 'int eight(void) { return 8; }');
    mkdirSync(at('odd'));
    const file = library('eight.so', calling('eight'), eight, `-Wl,-rpath,${at('odd')}:${at('lib')}`);
    expect(both(file)).toBe('loads');
    symlinkSync('/dev/null', at('odd/libeight.so'));
    expect(both(file)).toBe('fails OCX0211');
    rmSync(at('odd/libeight.so'));
    symlinkSync('libeight.so', at('odd/libeight.so'));
    expect(both(file)).toBe('fails OCX0210');
    rmSync(at('odd/libeight.so'));
    symlinkSync('nowhere', at('odd/libeight.so'));
    expect(both(file)).toBe('loads');
  });

  it('relative to where the Collector was started: not known', () => {
    library('relative/rel.so', 'int rel(void) { return 6; }');
    expect(both(library('relative.so', calling('rel'), 'relative/rel.so'))).toBe('unknown OCX0201');
  });
});

describe('what is found', () => {
  it('is no library', () => {
    const real = named('libscript.so', 'int script(void) { return 7; }');
    const file = library('script.so', calling('script'), real, ...RUNPATH);
    writeFileSync(real, '/* GNU ld script */ GROUP ( /lib/libscript.so.1 AS_NEEDED ( libother.so ) ) and more of it\n');
    expect(both(file)).toBe('fails OCX0211');
    writeFileSync(real, 'short');
    expect(both(file)).toBe('fails OCX0211');
  });

  it('lacks a version that is asked for, or has none at all, which kills the host', () => {
    writeFileSync(at('one.map'), 'VERS_1 { global: versioned; local: *; };');
    writeFileSync(at('two.map'), 'VERS_2 { global: versioned; local: *; };');
    const source = 'int versioned(void) { return 8; }';
    const made = named('libversioned.so', source, `-Wl,--version-script=${at('one.map')}`);
    const file = library('versioned.so', calling('versioned'), made, ...RUNPATH);
    expect(both(file)).toBe('loads');
    named('libversioned.so', source, `-Wl,--version-script=${at('two.map')}`);
    expect(both(file)).toBe('fails OCX0212');
    named('libversioned.so', source);
    expect(both(file)).toBe('crashes OCX0214');
    // With versions of others it has a table of them, and its own symbols are taken as of any version.
    named('libversioned.so', `#include <stdio.h>\nint versioned(void) { return puts("8"); }`);
    expect(both(file)).toBe('loads');
  });
});

describe('an undefined symbol', () => {
  it('that is nowhere fails', () => {
    expect(both(library('nowhere.so', calling('symbol_of_nobody')))).toBe('fails OCX0213');
  });

  // The one that the symbol table has first was named; ld.so names the one that a relocation asks for first.
  it('of several is named as the loader names it', () => {
    const many = 'int call_z(void); int call_a(void); extern int data_m, data_b; int *at[] = { &data_m, &data_b };';
    const file = library('several.so', `${many} int use(void) { return call_z() + call_a(); } ${ENTRY}`);
    expect(both(file)).toBe('fails OCX0213');
    expect(message(file)).toBe(open(host, file, 'rust').message);
  });

  it('that is weak is none', () => {
    expect(
      both(
        library('weak.so', `int nobody(void) __attribute__((weak)); int use(void) { return nobody ? nobody() : 0; } ${ENTRY}`),
      ),
    ).toBe('loads');
  });

  it('of a library that comes with it may be the plugin’s own', () => {
    named('libwants.so', 'int given(void); int wants(void) { return given(); }');
    const file = library('gives.so', `int given(void) { return 9; } ${calling('wants')}`, at('lib/libwants.so'), ...RUNPATH);
    expect(both(file)).toBe('loads');
    named('liblonely.so', 'int of_nobody(void); int lonely(void) { return of_nobody(); }');
    const lonely = library('lonely.so', calling('lonely'), at('lib/liblonely.so'), ...RUNPATH);
    expect(both(lonely)).toBe('fails OCX0213');
    expect(message(lonely)).toBe(open(host, lonely, 'rust').message);
  });

  it('without a version is bound to the oldest one, and to a later one if that is no hidden one', () => {
    const plain = named('libold.so', 'int old(void) { return 1; }');
    const file = library('old.so', calling('old'), plain, ...RUNPATH);
    const hidden = (version: string) =>
      named(
        'libold.so',
        `__asm__(".symver old_one,old@${version}"); int old_one(void) { return 1; } int other(void) { return 2; }`,
        `-Wl,--version-script=${at('old.map')}`,
      );
    writeFileSync(at('old.map'), 'V1 { }; V2 { global: other; } V1;');
    hidden('V1');
    expect(both(file)).toBe('loads');
    hidden('V2');
    expect(both(file)).toBe('fails OCX0213');
  });

  it('in a version that the library has for another symbol fails', () => {
    writeFileSync(at('both.map'), 'OLD { global: moved; }; NEW { global: other; } OLD;');
    writeFileSync(at('moved.map'), 'OLD { global: other; }; NEW { global: moved; } OLD;');
    const source = 'int moved(void) { return 1; } int other(void) { return 2; }';
    const made = named('libmoved.so', source, `-Wl,--version-script=${at('moved.map')}`);
    const file = library('moved.so', calling('moved'), made, ...RUNPATH);
    expect(both(file)).toBe('loads');
    named('libmoved.so', source, `-Wl,--version-script=${at('both.map')}`);
    expect(both(file)).toBe('fails OCX0213');
    expect(message(file)).toBe(open(host, file, 'rust').message);
  });
});

// What was found under the name decides, whatever lies further along the path.
describe('a library that is found, and is', () => {
  const needing = (name: string) => {
    named(`lib${name}.so`, `int ${name}(void) { return 1; }`);
    return library(`needs-${name}.so`, calling(name), at(`lib/lib${name}.so`), ...RUNPATH);
  };

  it('a directory, fails', () => {
    const file = needing('folder');
    rmSync(at('lib/libfolder.so'));
    mkdirSync(at('lib/libfolder.so'));
    expect(both(file)).toBe('fails OCX0211');
  });

  it('a program, fails', () => {
    const file = needing('program');
    writeFileSync(at('program.c'), 'int program(void) { return 1; } int main(void) { return 0; }\n');
    execFileSync('gcc', ['-o', at('lib/libprogram.so'), '-pie', '-fPIE', at('program.c')]);
    expect(both(file)).toBe('fails OCX0211');
  });

  it('marked as not to be opened, fails', () => {
    const file = needing('marked');
    named('libmarked.so', 'int marked(void) { return 1; }', '-Wl,-z,nodlopen');
    expect(both(file)).toBe('fails OCX0211');
  });

  it('damaged in its tables, kills the host or is refused', () => {
    const file = needing('inside');
    const whole = readFileSync(at('lib/libinside.so'));
    const damaged = (tag: number, value: bigint) => {
      const bytes = Buffer.from(whole);
      const dynamic = Array.from({ length: bytes.readUInt16LE(56) }, (_, at) => 64 + 56 * at).find(
        (at) => bytes.readUInt32LE(at) === 2,
      );
      for (let entry = Number(bytes.readBigUInt64LE((dynamic ?? 0) + 8)); bytes.readBigUInt64LE(entry) !== 0n; entry += 16)
        if (bytes.readBigUInt64LE(entry) === BigInt(tag)) bytes.writeBigUInt64LE(value, entry + 8);
      writeFileSync(at('lib/libinside.so'), bytes);
      return both(file);
    };
    expect(damaged(DT.RELAENT, 23n)).toBe('crashes OCX0104');
    expect(damaged(DT.SYMTAB, 1n << 45n)).toBe('crashes OCX0104');
    expect(damaged(DT.GNU_HASH, 1n << 45n)).toBe('crashes OCX0104');
    expect(damaged(DT.INIT, 1n << 45n)).toBe('unknown OCX0103');
    expect(damaged(DT.SONAME, 1n << 40n)).toBe('loads');
    expect(damaged(DT.RELAENT, 24n)).toBe('loads');
  });

  it('cut in a segment, kills the host', () => {
    const file = needing('cut');
    truncateSync(at('lib/libcut.so'), 4096);
    expect(both(file)).toBe('crashes OCX0104');
  });
});

// What dlopen and the kernel make of the place, whatever is in the file.
describe('where the file lies', () => {
  it('a token of ld.so in its path is replaced, other words are not', () => {
    for (const [name, answer] of [
      ['$ORIGIN.so', 'fails OCX0216'],
      [['$', '{LIB}.so'].join(''), 'fails OCX0216'],
      ['$ORIGINAL.so', 'loads'],
      ['$HOME.so', 'loads'],
    ] as const)
      expect([name, both(library(name, ENTRY))]).toEqual([name, answer]);
  });

  it('on a mount with noexec it is not mapped', (context) => {
    const mount = at('noexec');
    mkdirSync(mount);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'noexec,size=1m', 'tmpfs', mount]).status !== 0)
      context.skip('no mount can be made here: it needs root');
    try {
      copyFileSync(library('plain.so', ENTRY), join(mount, 'plain.so'));
      expect(both(join(mount, 'plain.so'))).toBe('fails OCX0217');
    } finally {
      spawnSync('umount', [mount]);
    }
  });
});

// A place in the static block of each thread is given of what was left over at the start of the process.
describe('static thread-local storage', () => {
  const storage = (bytes: number, model = 'initial-exec') =>
    `static __thread char block[${bytes}] __attribute__((tls_model("${model}"))); char *block_of(void) { return block; }`;

  it('fits, or does not, and next to the edge it is not known', () => {
    const sizes = [8, 512, 1400, 1600, 1656, 1680, 1720, 1736, 4000];
    const said = sizes.map((bytes) => [bytes, both(library(`tls-${bytes}.so`, `${storage(bytes)} ${ENTRY}`))]);
    expect(said).toEqual([
      [8, 'loads'],
      [512, 'loads'],
      [1400, 'loads'],
      [1600, 'loads'],
      [1656, 'loads'],
      [1680, 'unknown OCX0209'],
      [1720, 'unknown OCX0209'],
      [1736, 'fails OCX0218'],
      [4000, 'fails OCX0218'],
    ]);
  });

  it('of the dynamic models needs no place, however large', () => {
    expect(both(library('tls-dynamic.so', `${storage(200_000, 'global-dynamic')} ${ENTRY}`))).toBe('loads');
  });

  it('of a library counts, with a variable that is wanted by its name too', () => {
    named('libblock.so', storage(4000));
    expect(both(library('tls-library.so', calling('block_of'), at('lib/libblock.so'), ...RUNPATH))).toBe('fails OCX0218');
    named('libowner.so', '__thread char owned[4000]; char *owner(void) { return owned; }');
    const wants =
      'extern __thread char owned[4000] __attribute__((tls_model("initial-exec"))); char *mine(void) { return owned; }';
    expect(both(library('tls-named.so', `${wants} ${calling('owner')}`, at('lib/libowner.so'), ...RUNPATH))).toBe(
      'fails OCX0218',
    );
    expect(both(library('tls-unnamed.so', calling('owner'), at('lib/libowner.so'), ...RUNPATH))).toBe('loads');
  });

  it('is as large as GLIBC_TUNABLES say', () => {
    const file = library('tls-tuned.so', `${storage(4000)} ${ENTRY}`);
    process.env.GLIBC_TUNABLES = 'glibc.rtld.optional_static_tls=8192';
    try {
      expect(both(file)).toBe('loads');
    } finally {
      delete process.env.GLIBC_TUNABLES;
    }
  });
});
