import type { Variant } from './sources.js';

/** How one host or plugin is compiled. What is left out is as in `BUILD`. */
export interface Build {
  /** Folder of the main package, relative to the tree. */
  readonly main: string;
  readonly variant: Variant;
  /** `go1.25.5`; null for the one that is installed. */
  readonly toolchain: string | null;
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What must be on this machine: a command's name. Without it the row is left out, and said to be. */
  readonly needs: readonly string[];
  readonly layout: 'replace' | 'vendor' | 'workspace';
  /** Where a profile of `plugins/profiled` is written, before it is built with it. */
  readonly profile: 'none' | 'cpu';
  /** Sources lie in a folder of this name: without -trimpath the build path is in the hashes. */
  readonly folder: string;
}

export interface HostRecipe extends Build {
  readonly name: string;
  /** What runs it where this machine can't: a command and its arguments. */
  readonly under: readonly string[];
}

export interface PluginRecipe extends Build {
  readonly name: string;
  /** What is done to the built file; null leaves it as it is. */
  readonly finish: Finish | null;
  /** Made of this plugin instead of being compiled. */
  readonly of: string | null;
}

/** Acts on a finished file. Offsets are fractions of the file or of what they name. */
export type Finish =
  | { readonly act: 'strip'; readonly how: readonly string[] }
  | { readonly act: 'cut'; readonly at: 'segment' | 'last segment' | 'sections' | 'header' | 'last page' }
  | { readonly act: 'byte'; readonly offset: number; readonly value: number }
  | { readonly act: 'zero'; readonly what: 'section headers' }
  | { readonly act: 'copy' }
  | { readonly act: 'hard link' }
  | { readonly act: 'symbolic link' }
  | { readonly act: 'text'; readonly text: string }
  | { readonly act: 'c'; readonly source: string; readonly flags: readonly string[]; readonly library: string | null };

const BUILD: Build = {
  main: 'host',
  variant: 'none',
  toolchain: null,
  flags: ['-trimpath', '-ldflags=-s -w'],
  env: {},
  needs: [],
  layout: 'replace',
  profile: 'none',
  folder: 'src',
};

type Change = Partial<Build>;

/** Ways to build, of hosts and plugins alike. */
const WAYS = {
  plain: {},
  'no trimpath': { flags: ['-ldflags=-s -w'] },
  'no trimpath, other folder': { flags: ['-ldflags=-s -w'], folder: 'elsewhere' },
  race: { flags: ['-trimpath', '-race', '-ldflags=-s -w'] },
  'gcflags all': { flags: ['-trimpath', '-gcflags=all=-N -l', '-ldflags=-s -w'] },
  'gcflags main': { flags: ['-trimpath', '-gcflags=-N -l', '-ldflags=-s -w'] },
  tags: { flags: ['-trimpath', '-tags=extra', '-ldflags=-s -w'] },
  netgo: { flags: ['-trimpath', '-tags=netgo,osusergo', '-ldflags=-s -w'] },
  'GOAMD64=v3': { env: { GOAMD64: 'v3' } },
  GOEXPERIMENT: { env: { GOEXPERIMENT: 'jsonv2' } },
  cover: { flags: ['-trimpath', '-cover', '-ldflags=-s -w'] },
  asan: { flags: ['-trimpath', '-asan', '-ldflags=-s -w'] },
  msan: { flags: ['-trimpath', '-msan', '-ldflags=-s -w'], env: { CC: 'clang' }, needs: ['clang'] },
  FIPS: { env: { GOFIPS140: 'v1.0.0' } },
  PGO: { profile: 'cpu' },
  musl: {
    flags: ['-trimpath', '-ldflags=-s -w -linkmode=external'],
    env: { CC: 'musl-gcc' },
    needs: ['musl-gcc', '/lib/ld-musl-x86_64.so.1'],
  },
  'not stripped': { flags: ['-trimpath'] },
  vendor: { layout: 'vendor' },
  workspace: { layout: 'workspace' },
  'cgo flags': { env: { CGO_CFLAGS: '-O3 -g0' } },
  gold: { flags: ['-trimpath', '-ldflags=-s -w -extldflags=-fuse-ld=gold'], needs: ['ld.gold'] },
  lld: { flags: ['-trimpath', '-ldflags=-s -w -extldflags=-fuse-ld=lld'], needs: ['ld.lld'] },
  mold: { flags: ['-trimpath', '-ldflags=-s -w -extldflags=-fuse-ld=mold'], needs: ['mold'] },
  clang: { env: { CC: 'clang' }, needs: ['clang'] },
  'go1.27.0': { toolchain: 'go1.27.0' },
  'go1.26.7': { toolchain: 'go1.26.7' },
  'go1.25.5': { toolchain: 'go1.25.5' },
  'go1.25.4': { toolchain: 'go1.25.4' },
  'go1.24.11': { toolchain: 'go1.24.11' },
  'go1.23.12': { toolchain: 'go1.23.12' },
  'go1.22.12': { toolchain: 'go1.22.12' },
  'dep: inlinable body': { variant: 'inlinable body' },
  'dep: type changed': { variant: 'type changed' },
  'dep: lines shifted': { variant: 'lines shifted' },
  'dep: body not inlined': { variant: 'body not inlined' },
  'dep: embedded data': { variant: 'embedded data' },
  'api changed': { variant: 'api changed' },
} as const satisfies Record<string, Change>;

export type Way = keyof typeof WAYS;

const HOST_WAYS: readonly Way[] = [
  'plain',
  'no trimpath',
  'race',
  'gcflags all',
  'tags',
  'GOAMD64=v3',
  'GOEXPERIMENT',
  'not stripped',
  'vendor',
  'workspace',
  'gold',
  'lld',
  'mold',
  'clang',
  'asan',
  'FIPS',
  'PGO',
  'musl',
  'dep: inlinable body',
  'dep: body not inlined',
  'dep: embedded data',
  'go1.27.0',
  'go1.26.7',
  'go1.25.5',
  'go1.24.11',
  'go1.23.12',
  'go1.22.12',
];

/** Compiled for another machine, and run by an emulator of it. */
const ARM64 = {
  env: { GOARCH: 'arm64', CC: 'aarch64-linux-gnu-gcc' },
  needs: ['aarch64-linux-gnu-gcc', 'qemu-aarch64'],
} as const satisfies Change;
const EMULATED = ['qemu-aarch64', '-L', '/usr/aarch64-linux-gnu'];
const STATIC_PIE = '-ldflags=-s -w -linkmode=external -extldflags=-static-pie';

export const HOSTS: readonly HostRecipe[] = [
  ...HOST_WAYS.map((way) => host(way, WAYS[way])),
  host('PIE', { flags: ['-trimpath', '-buildmode=pie', '-ldflags=-s -w'] }),
  host('without cgo', { env: { CGO_ENABLED: '0' } }),
  host('static', { flags: ['-trimpath', '-ldflags=-s -w -linkmode=external -extldflags=-static'] }),
  host('static PIE', { flags: ['-trimpath', '-buildmode=pie', STATIC_PIE] }),
  host('arm64', ARM64, EMULATED),
  host('arm64, no trimpath', { ...ARM64, flags: ['-ldflags=-s -w'] }, EMULATED),
  host('arm64, go1.25.5', { ...ARM64, toolchain: 'go1.25.5' }, EMULATED),
];

function host(name: string, change: Change, under: readonly string[] = []): HostRecipe {
  return { ...BUILD, ...change, name, under };
}

const compiled = (main: string, way: Way = 'plain', change: Change = {}): PluginRecipe => ({
  ...BUILD,
  ...WAYS[way],
  ...change,
  main: `plugins/${main}`,
  name: way === 'plain' ? main : `${main}, ${way}`,
  finish: null,
  of: null,
});

const finished = (of: string, name: string, finish: Finish): PluginRecipe => ({ ...BUILD, name: `${of}, ${name}`, finish, of });

const c = (name: string, source: string, flags: readonly string[], library: string | null): PluginRecipe => ({
  ...BUILD,
  name,
  of: null,
  finish: { act: 'c', source, flags, library },
});

const SHARED_WAYS = (Object.keys(WAYS) as Way[]).filter((way) => way !== 'plain');

export const PLUGINS: readonly PluginRecipe[] = [
  ...[
    'light',
    'basic',
    'sharer',
    'sharer2',
    'template',
    'generic',
    'noentry',
    'wrongtype',
    'variable',
    'factory',
    'lookalike',
    'dot.ted',
    'cgo',
  ].map((main) => compiled(main)),
  ...SHARED_WAYS.map((way) => compiled('basic', way)),
  ...(['no trimpath', 'race', 'go1.25.5', 'go1.24.11', 'go1.22.12', 'GOEXPERIMENT', 'vendor'] as const).map((way) =>
    compiled('light', way),
  ),
  ...(['race', 'go1.26.7', 'tags'] as const).map((way) => compiled('template', way)),
  { ...compiled('tagged', 'tags'), name: 'tagged, tags' },
  { ...compiled('sharer', 'plain', { variant: 'shared changed' }), name: 'sharer, shared changed' },
  { ...compiled('sharer2', 'plain', { variant: 'shared changed' }), name: 'sharer2, shared changed' },
  { ...compiled('basic', 'plain', { variant: 'main changed' }), name: 'basic, main changed' },
  ...[
    ['-ldflags=-s -w -pluginpath=other/path', 'plugin path'],
    ['-ldflags=-s -w -extldflags=-Wl,-Bsymbolic', '-Bsymbolic'],
    ['-ldflags=-s -w -extldflags=-Wl,-z,nodlopen', 'nodlopen'],
    ['-ldflags=-s -w -extldflags=-Wl,-z,now', 'z now'],
    ['-ldflags=-s -w -extldflags=-Wl,-z,pack-relative-relocs', 'RELR'],
    ['-ldflags=-s -w -extldflags=-Wl,--hash-style=sysv', 'DT_HASH'],
    ['-ldflags=-s -w -extldflags=-Wl,-z,nocombreloc', 'nocombreloc'],
    ['-ldflags=-s -w -extldflags=-Wl,-rpath,/nowhere', 'RPATH'],
    ['-ldflags=-s -w -extldflags=-Wl,--no-as-needed,-lm', 'needs libm'],
    ['-ldflags=-s -w -extldflags=-Wl,-z,max-page-size=65536', 'large pages'],
    ['-ldflags=-s -w -extldflags=-Wl,--build-id=sha1', 'build id'],
    ['-ldflags=-B none', 'no Go build id'],
  ].map(([flag = '', name]) => ({ ...compiled('basic', 'plain', { flags: ['-trimpath', flag] }), name: `basic, ${name}` })),
  finished('basic, not stripped', 'strip -s', { act: 'strip', how: ['strip', '-s'] }),
  finished('basic, not stripped', 'strip -d', { act: 'strip', how: ['strip', '-d'] }),
  finished('basic', 'cut in a segment', { act: 'cut', at: 'segment' }),
  finished('basic', 'cut in the last segment', { act: 'cut', at: 'last segment' }),
  finished('basic', 'cut behind the segments', { act: 'cut', at: 'sections' }),
  finished('basic', 'cut in its last page', { act: 'cut', at: 'last page' }),
  finished('basic', 'cut in the header', { act: 'cut', at: 'header' }),
  ...(
    [
      ['EI_CLASS', 4, 1],
      ['EI_DATA', 5, 2],
      ['EI_VERSION', 6, 0],
      ['OSABI 3', 7, 3],
      ['OSABI 9', 7, 9],
      ['ABIVERSION', 8, 1],
      ['e_type', 16, 2],
      ['e_machine', 18, 183],
      ['e_version', 20, 2],
      ['e_phentsize', 54, 57],
      ['e_shoff', 40, 0xff],
      ['e_shnum', 60, 0xff],
    ] as const
  ).map(([name, offset, value]) => finished('basic', name, { act: 'byte', offset, value })),
  finished('basic', 'no section headers', { act: 'zero', what: 'section headers' }),
  finished('basic', 'copy', { act: 'copy' }),
  finished('basic', 'hard link', { act: 'hard link' }),
  finished('basic', 'symbolic link', { act: 'symbolic link' }),
  { ...BUILD, name: 'text', of: null, finish: { act: 'text', text: 'no plugin at all\n' } },
  { ...BUILD, name: 'empty', of: null, finish: { act: 'text', text: '' } },
  c('c library', 'int answer(void) { return 42; }', [], null),
  c('c library with the entry symbol', 'int register_collector_plugin(void *host) { return 0; }', [], null),
  c('c library with a Go entry symbol', 'int CollectorPluginInit(void) { return 0; }', [], null),
  c(
    'c library, library missing',
    'extern int gone(void); int register_collector_plugin(void *host) { return gone(); }',
    [],
    'missing',
  ),
  c(
    'c library, by RUNPATH',
    'extern int gone(void); int register_collector_plugin(void *host) { return gone(); }',
    ['-Wl,--enable-new-dtags,-rpath,$ORIGIN'],
    'there',
  ),
  c(
    'c library, by RPATH',
    'extern int gone(void); int register_collector_plugin(void *host) { return gone(); }',
    ['-Wl,--disable-new-dtags,-rpath,$ORIGIN'],
    'there',
  ),
  c(
    'c library, undefined symbol',
    'extern int nowhere(void); int register_collector_plugin(void *host) { return nowhere(); }',
    [],
    null,
  ),
  { ...BUILD, main: 'plugins/light', name: 'c-shared', flags: ['-trimpath', '-buildmode=c-shared'], finish: null, of: null },
  ...(['light', 'basic', 'sharer', 'template', 'noentry', 'wrongtype', 'lookalike', 'factory', 'cgo'] as const).map((main) => ({
    ...compiled(main, 'plain', ARM64),
    name: `${main}, arm64`,
  })),
  ...(
    ['no trimpath', 'gcflags all', 'dep: inlinable body', 'dep: body not inlined', 'go1.26.7', 'go1.25.5', 'go1.24.11'] as const
  ).map((way) => ({ ...compiled('basic', way, { ...WAYS[way], ...ARM64 }), name: `basic, ${way}, arm64` })),
  finished('basic, arm64', 'cut in a segment', { act: 'cut', at: 'segment' }),
  finished('basic, arm64', 'cut behind the segments', { act: 'cut', at: 'sections' }),
];
