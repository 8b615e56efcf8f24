import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DT, PT } from '../../source/binary/elf/constants.js';
import { ElfFile } from '../../source/binary/elf/elfFile.js';
import { readExports } from '../../source/binary/go/exports.js';
import { layoutOf } from '../../source/binary/go/layoutTable.js';
import { readPluginModule } from '../../source/binary/go/linkHashes.js';
import { LoadedWords } from '../../source/binary/go/loadedWords.js';
import { ProvidedHashes } from '../../source/binary/go/providedHashes.js';
import { readRuntimeLayout } from '../../source/binary/go/runtimeLayout.js';
import { MemorySource } from '../../source/binary/reader/byteSource.js';
import { gatherEvidence } from '../../source/evidence/gather.js';
import { expected, fixture, withElf } from './fixtures.js';

/** The packages whose hash differs from the host's, in the order in which the runtime compares them. */
function mismatched(plugin: string, host: string): string[] {
  return withElf(host, (hostElf) => {
    const provided = new ProvidedHashes(hostElf);
    return withElf(plugin, (elf) => {
      const table = readPluginModule(elf)?.hashes ?? [];
      return table.filter(({ package: name, hash }) => (provided.hash(name) ?? hash) !== hash).map(({ package: name }) => name);
    });
  });
}

const runtimeSaid = Object.entries(expected).flatMap(([host, plugins]) =>
  Object.entries(plugins).flatMap(([plugin, { how, outcome, message, exports }]) =>
    how === 'plugin.Open' ? [{ host, plugin, outcome, message: message ?? '', exports: exports ?? null }] : [],
  ),
);
const opened = runtimeSaid.filter(({ exports }) => exports !== null);
const refused = runtimeSaid.filter(({ message }) => message.includes('different version of package'));

describe('link hashes', () => {
  it.each(opened)('of $plugin, which $host opened, are all the host’s', ({ plugin, host }) => {
    expect(mismatched(plugin, host)).toEqual([]);
  });

  it.each(refused)('of $plugin differ first in the package $host named', ({ plugin, host, message }) => {
    const named = /different version of package (\S+)/.exec(message)?.[1];
    expect(mismatched(plugin, host)[0]).toBe(named);
  });

  it('of a plugin are the hashes it brings itself', () => {
    withElf('plugins/go-match.so', (elf) => {
      const provided = new ProvidedHashes(elf);
      const hashes = readPluginModule(elf)?.hashes ?? [];
      expect(hashes.length).toBeGreaterThan(50);
      for (const { package: name, hash } of hashes) expect(provided.hash(name)).toBe(hash);
      expect(provided.hash('not/a/package')).toBeNull();
    });
  });

  it('are read alike without section headers', () => {
    const read = (elf: ElfFile) => readPluginModule(elf)?.hashes;
    expect(withElf('plugins/go-no-section-headers.so', read)).toEqual(withElf('plugins/go-match.so', read));
  });

  it.each(['plugins/go-match.so', 'plugins/go-arm64.so', 'plugins/go-other-minor.so'])(
    'of %s are found by the table itself when nothing leads to moduledata',
    (name) => {
      const read = (elf: ElfFile) => readPluginModule(elf);
      const good = withElf(name, read);
      const bytes = Uint8Array.from(readFileSync(fixture(name)));
      const view = new DataView(bytes.buffer);
      view.setBigUint64(40, 0n, true); // e_shoff
      const table = withElf(name, ({ segments }) => segments.find(({ type }) => type === PT.DYNAMIC));
      for (let at = table?.offset ?? 0; view.getBigInt64(at, true) !== 0n; at += 16) {
        if (view.getBigInt64(at, true) === BigInt(DT.INIT_ARRAY)) view.setBigInt64(at, 0x6000_0000n, true);
      }
      const elf = ElfFile.read(new MemorySource(name, bytes));
      const found = readPluginModule(elf);
      expect(found?.moduledata.start).toBeNull();
      expect(found?.hashes).toEqual(good?.hashes);
      expect(found?.pluginPath).toBe(good?.pluginPath);
      expect(gatherEvidence(elf.source, { sidecar: null }).entrySymbols).toEqual(['CollectorPluginInit']);
    },
  );

  it('are found on arm64, through its own relocations and its own init function', () => {
    withElf('plugins/go-arm64.so', (elf) => {
      const module = readPluginModule(elf);
      expect(module?.pluginPath).toBe('example.com/otelcol-fixture/plugins/go-arm64');
      expect(module?.moduledata.start).not.toBeNull();
      expect(module?.hashes.map(({ package: name }) => name)).toContain('runtime');
      expect(module?.hashes.every(({ hash }) => /^[0-9a-f]{16}$/.test(hash))).toBe(true);
    });
  });

  it.each(['plugins/go-c-shared.so', 'plugins/go-executable.so', 'plugins/rust-match.so', 'plugins/c-library.so'])(
    'are not there in %s',
    (name) => {
      withElf(name, (elf) => {
        expect(readPluginModule(elf)).toBeNull();
        expect(new ProvidedHashes(elf).any).toBe(false);
        expect(elf.problems).toEqual([]);
      });
    },
  );
});

describe('exports', () => {
  it.each(opened)('of $plugin are what plugin.Lookup of $host found, with the types %T printed', ({ plugin, exports }) => {
    withElf(plugin, (elf) => {
      const module = readPluginModule(elf);
      const ours = (module && readExports(elf, module))?.map(({ name, type }) => ({ name, type })) ?? [];
      expect(ours).toEqual(expect.arrayContaining(Object.entries(exports ?? {}).map(([name, type]) => ({ name, type }))));
    });
  });
});

describe('runtime layout', () => {
  const layout = (elf: ElfFile) => {
    const module = readPluginModule(elf);
    return readRuntimeLayout(elf, module?.words ?? new LoadedWords(elf), module?.moduledata ?? null, null);
  };

  it('of a host comes from its own description of the type', () => {
    expect(withElf('otelcol', layout)).toEqual({ moduledataSize: 592, pkghashesOffset: 448 });
  });

  it.each([
    ['plugins/go-match.so', 592, 448, 'go1.26.8'],
    ['plugins/go-arm64.so', 592, 448, 'go1.26.8'],
    ['plugins/go-other-minor.so', 584, 440, 'go1.25.5'],
  ])('of %s is measured in its moduledata, and is what the table says', (name, size, offset, version) => {
    expect(withElf(name, layout)).toEqual({ moduledataSize: size, pkghashesOffset: offset });
    expect(layoutOf(version)).toMatchObject({ size, pkghashes: offset });
  });

  it('is not guessed for a Go nobody measured', () => {
    expect(layoutOf('go1.20')).toBeNull();
    expect(layoutOf('devel go1.99-abcdef')).toBeNull();
  });
});
