import { describe, expect, it } from 'vitest';
import type { Evidence, RustCrate } from '../../source/evidence/evidence.js';
import { contradictions } from '../../source/manifest/claim.js';
import type { Manifest } from '../../source/manifest/manifest.js';
import { goPlatformOf, targetTriple } from '../../source/manifest/normalise.js';

// Every JavaScript object answers to these, so a look-up by a name out of a file must not ask one.
const INHERITED = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];

const manifest: Manifest = {
  language: 'rust',
  toolchain_version: 'rustc 1.95.0',
  build_profile: 'release',
  dependency_hashes: {},
  build_flags: [],
  target: 'x86_64-unknown-linux-gnu',
  build_time: '2025-07-03T12:34:56Z',
};

function library(crates: readonly RustCrate[]): Evidence {
  const rust = { comment: null, rustcVersion: null, crates };
  const object = { format: 'elf', bits: 64, endian: 'little', machine: 'x86-64', kind: 'shared object' } as const;
  return {
    path: 'plugin.so',
    size: 4096,
    object: { ...object, goPlatform: 'linux/amd64', truncated: null, hasSymbolTable: false, headerFaults: [] },
    linker: null,
    go: null,
    rust,
    manifest: { found: null, others: [], descriptors: null },
    entrySymbols: [],
    problems: [],
  };
}

describe.each(INHERITED)('a name that every object has: %s', (name) => {
  it('as a target is a target like any other', () => {
    expect(targetTriple(name)).toBe(name);
    expect(goPlatformOf(name)).toBeNull();
    const [first] = contradictions({ ...manifest, target: name }, library([]));
    expect(first).toMatchObject({ field: 'target', claimed: name });
  });

  it('as a crate is missing from a manifest that does not list it', () => {
    const crate = { name, version: '1.0.0', source: 'crates.io', kind: 'runtime' } as const;
    const found = contradictions(manifest, library([crate]));
    expect(found).toMatchObject([{ field: 'dependency_hashes', item: name, claimed: 'not listed' }]);
  });
});
