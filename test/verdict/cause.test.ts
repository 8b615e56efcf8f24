import { describe, expect, it } from 'vitest';
import type { GoBuildInfo, GoModule } from '../../source/evidence/evidence.js';
import { cureOf, NO_CURE } from '../../source/verdict/causes/cause.js';
import { sourceCauses } from '../../source/verdict/causes/sources.js';

const at = (path: string, version: string, sum = 'h1:a', replace: GoModule | null = null): GoModule => ({
  path,
  version,
  sum,
  replace,
});
const info = (main: string, deps: readonly GoModule[], trimpath = true): GoBuildInfo => ({
  goVersion: 'go1.26.8',
  path: main,
  main: at(main, '(devel)', ''),
  deps,
  settings: trimpath ? [{ key: '-trimpath', value: 'true' }] : [],
});
const folder = (path: string) => at(path, '', '', null);

// Real builds are in test/toolchain/cures.test.ts; these are the turns that need none.
describe('the source of packages that no version explains', () => {
  it.each([
    [
      "of the host's main module",
      info('example.com/p', [at('example.com/host/api', 'v1.0.0')]),
      info('example.com/host', []),
      "api is the host's main module, which no other module is built like",
      'example.com/host/x',
    ],
    [
      'of a folder in the host alone',
      info('example.com/p', [at('example.com/api', 'v1.0.0')]),
      info('example.com/host', [at('example.com/api', 'v1.0.0', '', folder('../api'))]),
      "api is built from a folder, ../api in the host's go.mod: its sources or its path differ",
      'example.com/api',
    ],
    [
      'of a workspace',
      info('example.com/p', [at('example.com/api', '(devel)', '')]),
      info('example.com/host', [at('example.com/api', 'v1.0.0')]),
      'api is taken from a workspace, host has v1.0.0',
      'example.com/api',
    ],
    [
      'vendored in the host',
      info('example.com/p', [at('example.com/api', 'v1.0.0')]),
      info('example.com/host', [at('example.com/api', 'v1.0.0', '')]),
      'api is vendored in the host, and was changed there',
      'example.com/api',
    ],
    [
      'of one version, in another folder',
      info('example.com/p', [at('example.com/api', 'v1.0.0')], false),
      info('example.com/host', [at('example.com/api', 'v1.0.0')], false),
      'api lay in another folder: neither is built with -trimpath',
      'example.com/api',
    ],
  ])('%s', (_what, plugin, host, words, path) => {
    const [cause] = sourceCauses([path], plugin, host);
    expect(cause?.words.replace(/^host /, 'api ')).toBe(words);
    expect(cause?.explains).toBe(1);
  });
});

describe('the command that takes all causes away', () => {
  const cause = (cure: Partial<typeof NO_CURE>) => ({ words: '', explains: 1, cure: { ...NO_CURE, ...cure }, folder: null });

  it('has each part once, go.mod first', () => {
    const command = cureOf(
      [
        cause({ gets: ['a@v1'], environment: ['GOEXPERIMENT='] }),
        cause({ edits: ['-dropreplace=b'], gets: ['a@v1', 'b@v2'], flags: ['-pgo=off'] }),
      ],
      'go build',
    );
    expect(command).toBe('go mod edit -dropreplace=b && go get a@v1 b@v2 && go mod tidy && GOEXPERIMENT= go build -pgo=off');
  });

  it('says what a person has to do first, and is that sentence alone when there is nothing to run', () => {
    expect(cureOf([cause({ sentence: 'move it' }), cause({ gets: ['a@v1'] })], 'go build')).toBe(
      'move it; then: go get a@v1 && go mod tidy && go build',
    );
    expect(cureOf([cause({ sentence: 'move it' })], 'go build')).toBe('move it');
  });
});
