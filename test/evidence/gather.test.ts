import { readdirSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FileSource, MemorySource } from '../../source/binary/reader/byteSource.js';
import type { Evidence } from '../../source/evidence/evidence.js';
import { gatherEvidence } from '../../source/evidence/gather.js';
import { NotAnObject } from '../../source/evidence/notAnObject.js';
import { fixture } from '../binary/fixtures.js';

function gather(name: string): Evidence & { readonly bytesRead: number } {
  const source = new FileSource(fixture(name));
  try {
    return { ...gatherEvidence(source, { sidecar: null }), bytesRead: source.bytesRead };
  } finally {
    source.close();
  }
}

describe('evidence of a Go plugin', () => {
  it('says what it is, what it needs and what it was built with', () => {
    const { object, linker, go, entrySymbols, problems } = gather('plugins/go-match.so');
    expect(object).toEqual({
      format: 'elf',
      bits: 64,
      endian: 'little',
      machine: 'x86-64',
      kind: 'shared object',
      goPlatform: 'linux/amd64',
      truncated: null,
      hasSymbolTable: false,
      headerFaults: [],
    });
    expect(linker).toMatchObject({
      interpreter: null,
      needed: ['libc.so.6'],
      unversionedUndefined: [],
      hasRelr: false,
      dynamic: true,
      pie: false,
    });
    expect(linker?.versionNeeds).toContainEqual({ library: 'libc.so.6', version: 'GLIBC_2.34', weak: false });
    expect(go).toMatchObject({
      version: 'go1.26.8',
      providesHashes: true,
      pluginPath: 'example.com/otelcol-fixture/plugins/go-match',
    });
    expect(entrySymbols).toEqual(['CollectorPluginInit']);
    expect(problems).toEqual([]);
  });

  it('reads a small part of the file', () => {
    const [largest = ''] = readdirSync(fixture('plugins'))
      .filter((name) => name.startsWith('go-') && name.endsWith('.so') && !name.includes('no-section'))
      .sort((a, b) => statSync(fixture(`plugins/${b}`)).size - statSync(fixture(`plugins/${a}`)).size);
    const { bytesRead, size } = gather(`plugins/${largest}`);
    expect(size).toBeGreaterThan(3_500_000);
    // What is read hardly grows with the file: 250 KB of 24 MB. So this is far under 5 % of a plugin of 12 MB.
    expect(bytesRead).toBeLessThan(300_000);
  });

  it('goes by the exports of package main, not by C symbols of the same name', () => {
    expect(gather('plugins/go-no-entry.so').entrySymbols).toEqual([]);
    expect(gather('plugins/go-match-newfactory.so').entrySymbols).toEqual(['NewFactory']);
    expect(gather('plugins/go-wrong-signature.so').go?.exports).toContainEqual({
      name: 'CollectorPluginInit',
      type: 'func() string',
      packages: [],
      typeSymbol: 'type:AR9VY0AM',
    });
  });

  it('has symbol table and platform of what it was built for', () => {
    expect(gather('plugins/go-not-stripped.so').object.hasSymbolTable).toBe(true);
    expect(gather('plugins/go-arm64.so').object).toMatchObject({ machine: 'aarch64', goPlatform: 'linux/arm64' });
  });
});

describe('evidence of other files', () => {
  it('knows a host by the hashes it provides', () => {
    const { go, object, linker } = gather('otelcol');
    expect(go).toMatchObject({
      providesHashes: true,
      linkHashes: null,
      pluginPath: null,
      layout: { moduledataSize: 592, pkghashesOffset: 448 },
    });
    expect(object.kind).toBe('executable');
    expect(linker?.interpreter).toMatch(/ld-linux/);
  });

  it('knows Go programs and libraries that are no plugins', () => {
    expect(gather('plugins/go-c-shared.so').go).toMatchObject({ linkHashes: null, providesHashes: false, version: 'go1.26.8' });
    expect(gather('plugins/go-executable.so')).toMatchObject({ object: { kind: 'executable' }, linker: { dynamic: false } });
  });

  it('shows Mach-O and PE files with their build info', () => {
    expect(gather('plugins/go-darwin.so')).toMatchObject({
      object: { format: 'macho', goPlatform: 'darwin/arm64' },
      linker: null,
      go: { version: 'go1.26.8' },
    });
    expect(gather('plugins/go-windows.so')).toMatchObject({
      object: { format: 'pe', goPlatform: 'windows/amd64' },
      linker: null,
      go: { version: 'go1.26.8' },
    });
  });

  it('knows Rust by its compiler’s signature, and its crates where cargo-auditable listed them', () => {
    expect(gather('plugins/rust-match.so').rust?.rustcVersion).toMatch(/^rustc 1\.\d+\.\d+ \(/);
    const audited = gather('plugins/rust-cargo-auditable.so').rust;
    expect(audited?.crates?.map(({ name }) => name)).toContain('itoa');
    expect(gather('plugins/c-library.so').rust).toBeNull();
    expect(gather('plugins/go-match.so').rust).toBeNull();
  });

  it('finds what a C library lacks and needs', () => {
    const { linker, go, entrySymbols } = gather('plugins/c-missing-library.so');
    expect(linker).toMatchObject({
      soname: 'c-missing-library.so',
      needed: ['libmissing.so'],
      unversionedUndefined: ['fixture_missing'],
    });
    expect(go).toBeNull();
    expect(entrySymbols).toEqual(['register_collector_plugin']);
    expect(gather('plugins/rust-no-register.so').entrySymbols).toEqual([]);
  });
});

describe('a file that was cut', () => {
  it('inside a segment names the segment, and what it needs', () => {
    const { object, linker, problems } = gather('plugins/go-cut-in-segment.so');
    expect(object.truncated).toEqual({ segment: 3, segments: 4, pages: true, needs: 3_987_904 });
    expect(linker?.dynamic).toBe(true);
    expect(problems.map(({ field }) => field)).toEqual(['PT_DYNAMIC']);
  });

  it('behind its segments is whole for a loader', () => {
    const { object, go, problems } = gather('plugins/go-cut-after-segments.so');
    expect(object).toMatchObject({ truncated: null, hasSymbolTable: false, headerFaults: [] });
    expect(go?.linkHashes?.length).toBeGreaterThan(50);
    expect(problems).toEqual([]);
  });
});

describe('a file that is no object', () => {
  it.each([
    ['empty file', ''],
    ['text file', 'hello, Wörld\n\tmore\r\n'],
    ['linker script', '/* GNU ld script */\nOUTPUT_FORMAT(elf64-x86-64)\nGROUP ( /lib/libc.so.6 )\n'],
    ['archive', '!<arch>\n/               0 '],
    ['data', 'PK\u0003\u0004\u0000\u0000'],
  ] as const)('is told as %s', (looksLike, content) => {
    const source = new MemorySource('x.so', new TextEncoder().encode(content));
    expect(() => gatherEvidence(source, { sidecar: null })).toThrow(NotAnObject);
    expect(() => gatherEvidence(source, { sidecar: null })).toThrow(
      expect.objectContaining({ looksLike, field: 'file', offset: 0 }),
    );
  });
});

describe('headers a dynamic linker refuses', () => {
  const source = new FileSource(fixture('plugins/c-library.so'));
  const good = source.read(0, source.size, 'file').slice();
  source.close();

  // Seen: each of these opened with dlopen, glibc 2.36.
  it.each([
    [6, 2, 'ELF file version ident does not match current one'],
    [7, 9, 'ELF file OS ABI invalid'],
    [8, 1, 'ELF file ABI version invalid'],
    [9, 1, 'nonzero padding in e_ident'],
    [20, 2, 'ELF file version does not match current one'],
    [54, 32, "ELF file's phentsize not the expected size"],
    [35, 1, 'cannot read file data'],
    [56, 0, 'object file has no loadable segments'],
  ])('byte %i set to %i: %s', (offset, value, words) => {
    const bytes = good.slice();
    bytes[offset] = value;
    expect(gatherEvidence(new MemorySource('x.so', bytes), { sidecar: null }).object.headerFaults).toEqual([words]);
  });

  it.each([
    ['e_ehsize', 52],
    ['e_shentsize', 58],
  ])('%s is none of them: glibc does not look at it', (_, offset) => {
    const bytes = good.slice();
    bytes[offset] = 1;
    expect(gatherEvidence(new MemorySource('x.so', bytes), { sidecar: null }).object.headerFaults).toEqual([]);
  });
});
