import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AddressSpace } from '../../source/binary/addressSpace.js';
import { ElfFile } from '../../source/binary/elf/elfFile.js';
import { readGoBuildInfo } from '../../source/binary/go/buildInfo.js';
import { parseBuildInfo } from '../../source/binary/go/buildInfoText.js';
import type { GoBuildInfo, GoModule } from '../../source/binary/go/goBuildInfo.js';
import { MachoFile } from '../../source/binary/macho/machoFile.js';
import { PeFile } from '../../source/binary/pe/peFile.js';
import { type ByteSource, FileSource, MemorySource } from '../../source/binary/reader/byteSource.js';
import type { ReadProblem } from '../../source/binary/reader/errors.js';

function open(source: ByteSource): AddressSpace {
  if (MachoFile.isMacho(source)) return MachoFile.read(source);
  if (PeFile.isPe(source)) return PeFile.read(source);
  return ElfFile.read(source);
}

function read(space: AddressSpace): { info: GoBuildInfo | null; problems: readonly ReadProblem[] } {
  const problems: ReadProblem[] = [];
  return { info: readGoBuildInfo(space, (problem) => problems.push(problem)), problems };
}

/**
 * What `go version -m` prints (runtime/debug: BuildInfo.String). Made in fixtures/ by
 *   go version -m otelcol plugins/{go-match,go-no-section-headers,go-other-dependency,go-other-minor,go-other-trimpath,\
 *     go-arm64,go-executable,go-c-shared,go-darwin,go-windows}.so > ../test/binary/buildInfo.golden.txt
 */
const golden = readFileSync(new URL('buildInfo.golden.txt', import.meta.url), 'utf8');

function print(file: string, info: GoBuildInfo): string {
  const lines = [`path\t${info.path}`];
  const module = (word: string, { path, version, sum, replace }: GoModule): void => {
    if (!replace) {
      lines.push(`${word}\t${path}\t${version}\t${sum}`);
      return;
    }
    lines.push(`${word}\t${path}\t${version}`);
    module('=>', replace);
    lines.push('');
  };
  if (info.main) module('mod', info.main);
  for (const dep of info.deps) module('dep', dep);
  for (const { key, value } of info.settings)
    lines.push(`build\t${key}=${/[ \t\r\n"`]/.test(value) ? JSON.stringify(value) : value}`);
  return `${file}: ${info.goVersion}\n${lines.map((line) => `\t${line}\n`).join('')}`;
}

describe('Go build info', () => {
  test.each(golden.split(/^(?=\S)/m).map((text) => [text.slice(0, text.indexOf(': ')), text] as const))(
    'of %s is what `go version -m` prints',
    (file, text) => {
      const source = new FileSource(`fixtures/${file}`);
      const { info, problems } = read(open(source));
      source.close();
      expect(problems).toEqual([]);
      expect(info && print(file, info)).toBe(text);
    },
  );

  test('is found by reading some pages, not the data segment', () => {
    const source = new FileSource('fixtures/plugins/go-match.so');
    read(open(source));
    expect(source.bytesRead).toBeLessThan(32 * 1024);
    source.close();
  });

  test('is null in a file without it', () => {
    const source = new FileSource('fixtures/plugins/c-library.so');
    expect(read(open(source))).toEqual({ info: null, problems: [] });
    source.close();
  });
});

describe('Go build info in a data segment', () => {
  const modules = `${'<'.repeat(16)}path\texample.com/p\nmod\texample.com/p\tv1.0.0\t\n${'>'.repeat(16)}`;
  const inline = (version: string, text: string): Buffer =>
    Buffer.concat([magic(8, 2), Buffer.alloc(16), counted(version), counted(text)]);

  test('is found behind a chunk boundary, and not where it is misaligned', () => {
    const bytes = Buffer.concat([Buffer.alloc(40), magic(8, 2), Buffer.alloc(32 * 1024 * 3 - 56), inline('go1.26.8', modules)]);
    expect(read(space(bytes)).info).toEqual({
      goVersion: 'go1.26.8',
      path: 'example.com/p',
      main: { path: 'example.com/p', version: 'v1.0.0', sum: '', replace: null },
      deps: [],
      settings: [],
    });
  });

  test('without modules has a version alone', () => {
    expect(read(space(inline('go1.22.0', ''))).info).toMatchObject({ goVersion: 'go1.22.0', path: null, main: null });
  });

  test.each([
    [4, 'little'],
    [4, 'big'],
    [8, 'little'],
    [8, 'big'],
  ] as const)('before Go 1.18 is behind pointers of %i bytes, %s endian', (size, endian) => {
    const word = (value: number): Buffer => {
      const bytes = Buffer.alloc(size);
      if (endian === 'little') bytes.writeUIntLE(value, 0, 4);
      else bytes.writeUIntBE(value, size - 4, 4);
      return bytes;
    };
    const at = 0x1000;
    const header = Buffer.concat([magic(size, endian === 'big' ? 1 : 0), word(at + 32), word(at + 32 + 2 * size)]);
    const headers = [word(at + 256), word(8), word(at + 264), word(modules.length)];
    const bytes = Buffer.concat([header, Buffer.alloc(32 - header.length), ...headers]);
    const all = Buffer.concat([bytes, Buffer.alloc(256 - bytes.length), Buffer.from(`go1.17.3${modules}`)]);
    expect(read(space(all, at)).info).toMatchObject({ goVersion: 'go1.17.3', path: 'example.com/p' });
  });

  test('that claims more than the file has is a problem with its place', () => {
    const bytes = inline('go1.26.8', modules);
    const { info, problems } = read(space(bytes.subarray(0, 60)));
    expect(info).toBeNull();
    expect(problems).toMatchObject([{ field: 'Go build info', problem: expect.stringContaining('the file ends at 60') }]);
    const huge = Buffer.concat([magic(8, 2), Buffer.alloc(16), Buffer.from([0xff, 0xff, 0xff, 0xff, 0x7f])]);
    expect(read(space(huge)).problems).toMatchObject([{ problem: 'has a string of 34359738367 bytes' }]);
    const endless = Buffer.concat([magic(8, 2), Buffer.alloc(16, 0), Buffer.alloc(16, 0xff)]);
    expect(read(space(endless)).problems).toMatchObject([{ problem: 'has a string length of more than five bytes' }]);
  });

  // Found by the fuzzer: one of three megabytes was put into words for seconds, in every place that names it.
  test('with a Go version longer than any is a problem, and none', () => {
    const { info, problems } = read(space(inline('go1.26.8'.repeat(200), modules)));
    expect(info).toBeNull();
    expect(problems).toMatchObject([{ problem: 'has a string of 1600 bytes' }]);
  });

  function magic(pointerSize: number, flags: number): Buffer {
    return Buffer.concat([Buffer.from('\xff Go buildinf:', 'latin1'), Buffer.of(pointerSize, flags)]);
  }

  function counted(text: string): Buffer {
    const length = Buffer.byteLength(text);
    return Buffer.concat([length < 128 ? Buffer.of(length) : Buffer.of((length & 0x7f) | 0x80, length >> 7), Buffer.from(text)]);
  }

  function space(bytes: Buffer, address = 0): AddressSpace {
    const inside = (at: number): number | null => (at >= address && at < address + bytes.length ? at - address : null);
    return {
      source: new MemorySource('data', bytes),
      bits: 64,
      endian: 'little',
      offsetOf: inside,
      buildInfoPlaces: [{ offset: 0, size: bytes.length }],
    };
  }
});

describe('the module text', () => {
  function parse(text: string): { settings: unknown; problems: readonly string[]; deps: readonly GoModule[] } {
    const problems: string[] = [];
    const { settings, deps } = parseBuildInfo(text, (problem) => problems.push(problem));
    return { settings, deps, problems };
  }

  test('unquotes keys and values as strconv does', () => {
    const text =
      'build\t-ldflags="-X main.v=\\"1 2\\" \\x41\\101\\u00e9\\U0001f44d\\t"\nbuild\t"a=b c"=`raw\\n`\nbuild\tCGO_CFLAGS=\n';
    expect(parse(text)).toEqual({
      settings: [
        { key: '-ldflags', value: '-X main.v="1 2" AAé👍\t' },
        { key: 'a=b c', value: 'raw\\n' },
        { key: 'CGO_CFLAGS', value: '' },
      ],
      deps: [],
      problems: [],
    });
  });

  test('names each malformed line and keeps the others', () => {
    const text =
      'dep\ta\ndep\tb\tv1\n=>\tc\tv2\th1:x\n=>\td\tv3\t\n=>\te\nbuild\t=x\nbuild\tk="a\nbuild\tk="\\q"\nbuild\t"k\nother\tx\nbuild\tok=1\ncut';
    const { problems, deps, settings } = parse(text);
    expect(problems).toEqual([
      'has a malformed line 1: a module of 1 columns instead of 2 or 3',
      'has a malformed line 4: a replacement with no module before it',
      'has a malformed line 5: a replacement of 1 columns instead of 3',
      'has a malformed line 6: a build setting without a key or without "="',
      'has a malformed line 7: a badly quoted build setting',
      'has a malformed line 8: a badly quoted build setting',
      'has a malformed line 9: a badly quoted key',
    ]);
    expect(deps).toEqual([
      { path: 'b', version: 'v1', sum: '', replace: { path: 'c', version: 'v2', sum: 'h1:x', replace: null } },
    ]);
    expect(settings).toEqual([{ key: 'ok', value: '1' }]);
  });
});
