import { describe, expect, it } from 'vitest';
import { ElfFile } from '../../source/binary/elf/elfFile.js';
import { isFoundByDlsym } from '../../source/binary/elf/unversioned.js';
import { MemorySource } from '../../source/binary/reader/byteSource.js';
import { gatherEvidence } from '../../source/evidence/gather.js';
import { changed, symbol, vectors } from './entrySymbolVectors.js';

// test/toolchain/entrySymbols.test.ts asks the real dlsym about each.
describe('an entry symbol', () => {
  it.each(vectors)('$name', ({ change, found }) => {
    const source = new MemorySource('plugin.so', changed(change));
    expect(isFoundByDlsym(ElfFile.read(source), symbol)).toBe(found);
    expect(gatherEvidence(source, { sidecar: null }).entrySymbols.includes(symbol)).toBe(found);
  });
});
