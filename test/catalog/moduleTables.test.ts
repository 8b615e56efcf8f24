import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DT, PT } from '../../source/binary/elf/constants.js';
import { ElfFile } from '../../source/binary/elf/elfFile.js';
import { readPluginModule } from '../../source/binary/go/linkHashes.js';
import { type ModuleFields, readModuleFields } from '../../source/binary/go/moduleFields.js';
import { withOwnHashes } from '../../source/binary/go/ownHashes.js';
import { RelocatedWords } from '../../source/binary/go/relocatedWords.js';
import { MemorySource } from '../../source/binary/reader/byteSource.js';
import { wholeTableFindings } from '../../source/catalog/wholeTables.js';
import { gatherEvidence } from '../../source/evidence/gather.js';

// Each was taken for a plugin that loads, and killed the real host: found by opening some thousand copies of real plugins with a word, a line or a
// page of one of these tables changed (glibc 2.36, go1.26.8).

const original = readFileSync('fixtures/plugins/go-match.so');
const RELA_SIZE = 24;

/** A plugin's bytes, with the places of its tables. */
class Damaged {
  readonly bytes = Buffer.from(original);
  readonly elf = ElfFile.read(new MemorySource('plugin', original));
  readonly fields: ModuleFields;

  constructor() {
    const module = readPluginModule(this.elf);
    const fields = module && readModuleFields(this.elf, module, 'go1.26.8');
    if (!fields) throw new Error('the fixture has no moduledata');
    this.fields = fields;
  }

  offset(address: number): number {
    return this.elf.offsetOf(address) ?? 0;
  }

  table(tag: number): number {
    return this.offset(this.elf.dynamic?.get(tag) ?? 0);
  }

  /** File offset of the entry of the dynamic section with this tag. */
  tag(tag: number): number {
    let at = this.elf.segments.find(({ type }) => type === PT.DYNAMIC)?.offset ?? 0;
    while (this.bytes.readBigInt64LE(at) !== BigInt(tag)) at += 16;
    return at;
  }

  word(at: number, value: number): void {
    this.bytes.writeBigUInt64LE(BigInt(value), at);
  }

  slice(name: 'ftab' | 'typelinks' | 'itablinks' | 'inittasks' | 'pkghashes' | 'pclntable'): number {
    return this.fields.slice(this.fields.offsets[name] ?? 0).pointer;
  }

  /** File offset of the relocation that patches an address. */
  relocationOf(address: number): number {
    const { rela } = this.elf.relocations ?? {};
    const index = [...(rela ?? [])].findIndex((relocation) => relocation.address === address);
    return this.table(DT.RELA) + index * RELA_SIZE;
  }

  symbol(name: string): number {
    return this.offset(this.elf.rawDynamicSymbol(name)?.address ?? 0);
  }

  /** A type of typelinks whose text has the star of its pointer's in front (internal/abi: TFlagExtraStar). */
  get starredType(): number {
    const types = this.fields.pointer(this.fields.offsets.types);
    for (let at = this.offset(this.slice('typelinks')); ; at += 4) {
      const type = types + this.bytes.readInt32LE(at);
      if (((this.bytes[this.offset(type) + 20] ?? 0) & 2) !== 0) return type;
    }
  }

  get firstTask(): number {
    return new RelocatedWords(this.elf).at(this.slice('inittasks')).address ?? 0;
  }

  get found(): string {
    const source = new MemorySource('plugin', this.bytes);
    const evidence = gatherEvidence(source, { sidecar: null });
    return wholeTableFindings(source, evidence)
      .map(({ code, subject, message }) => `${code} ${subject}: ${message}`)
      .join('\n');
  }
}

describe('relocations and the dynamic section', () => {
  it.each<[string, string, (file: Damaged) => void]>([
    [
      'a relocation that patches code',
      'OCX0103 DT_RELA: DT_RELA entry 100 patches 0xec4c0, which is in a segment that is not writable',
      (file) => file.word(file.table(DT.RELA) + 100 * RELA_SIZE, file.fields.pointer(file.fields.offsets.text)),
    ],
    [
      'a relative relocation out of order',
      'OCX0103 DT_RELA: DT_RELA entry 102 patches',
      (file) => file.word(file.table(DT.RELA) + 101 * RELA_SIZE, file.fields.start - 64),
    ],
    [
      'a relative relocation to nowhere',
      'OCX0103 DT_RELA: DT_RELA entry 100 points to no segment',
      (file) => file.word(file.table(DT.RELA) + 100 * RELA_SIZE + 16, 2 ** 40),
    ],
    [
      'a relocation by no symbol',
      'puts the address of a symbol, and names none',
      (file) => file.word(file.table(DT.RELA) + (file.elf.relocations?.relativeCount ?? 0) * RELA_SIZE + 8, 6),
    ],
    [
      'a slot of the procedure linkage table elsewhere',
      'OCX0103 DT_JMPREL',
      (file) => file.word(file.table(DT.JMPREL) + 10 * RELA_SIZE, file.fields.start),
    ],
    [
      'a symbol of a version that nothing names',
      'OCX0103 DT_VERSYM: DT_VERSYM has version 28398 of',
      (file) => file.bytes.writeUInt16LE(0xeeee, file.table(DT.VERSYM) + 200),
    ],
    [
      'a version of a library that is not needed',
      'OCX0103 vn_file: vn_file names ibc.so.6, which DT_NEEDED does not',
      (file) => file.bytes.writeUInt32LE(file.bytes.readUInt32LE(file.table(DT.VERNEED) + 4) + 1, file.table(DT.VERNEED) + 4),
    ],
    [
      'a segment of code that is filled up with zeros',
      'OCX0103 p_memsz: p_memsz is more than p_filesz, of a segment that is not writable',
      (file) => file.word(64 + 56 + 32, 0x1000),
    ],
    ['a segment that nobody may read', 'OCX0103 p_flags', (file) => file.bytes.writeUInt32LE(0, 64 + 2 * 56 + 4)],
    [
      'an init function that is no code',
      'OCX0103 DT_RELA: DT_RELA entry 0 has init call 0x0, where no code is',
      (file) => file.word(file.table(DT.RELA) + 16, 0),
    ],
    ['no DT_VERSYM', 'OCX0103 DT_VERSYM', (file) => file.word(file.tag(DT.VERSYM), 0x6000000d)],
    ['no DT_PLTRELSZ', 'OCX0103 DT_PLTRELSZ', (file) => file.word(file.tag(DT.PLTRELSZ), 0x6000000d)],
    ['a DT_JMPREL outside the file', 'OCX0103 DT_JMPREL', (file) => file.word(file.tag(DT.JMPREL) + 8, 0xee00_0000)],
    ['a DT_INIT where no code is', 'OCX0103 DT_INIT', (file) => file.word(file.tag(DT.INIT) + 8, 0x7fff_ffff)],
    [
      'an empty bucket of the hash table',
      'OCX0103 DT_GNU_HASH',
      (file) => {
        const table = file.table(DT.GNU_HASH);
        const buckets = table + 16 + 8 * file.bytes.readUInt32LE(table + 8);
        file.bytes.fill(0, buckets, buckets + 64);
      },
    ],
  ])('%s', (_what, finding, damage) => {
    const file = new Damaged();
    damage(file);
    expect(file.found).toContain(finding);
  });
});

describe("tables that Go's runtime goes through", () => {
  it.each<[string, string, (file: Damaged) => void]>([
    [
      'functions out of order',
      'OCX0113 moduledata.ftab: moduledata.ftab function 500 is at',
      (file) => file.bytes.writeUInt32LE(16, file.offset(file.slice('ftab')) + 500 * 8),
    ],
    [
      'the description of a function lost',
      'OCX0103 moduledata.pclntable',
      (file) => {
        const at = file.bytes.readUInt32LE(file.offset(file.slice('ftab')) + 500 * 8 + 4);
        file.bytes.fill(0, file.offset(file.slice('pclntable')) + at, file.offset(file.slice('pclntable')) + at + 44);
      },
    ],
    [
      'a type 286 MB away',
      'OCX0113 moduledata.typelinks: moduledata.typelinks entry 3 is at',
      (file) => file.bytes.writeUInt32LE(0xeeee_eeee, file.offset(file.slice('typelinks')) + 12),
    ],
    [
      'a type without its name',
      'OCX0103 moduledata.types',
      (file) => file.bytes.writeUInt32LE(0, file.offset(file.starredType) + 40),
    ],
    [
      'an itab that no relocation points to',
      'OCX0113 moduledata.itablinks: moduledata.itablinks entry 1 is no pointer',
      (file) => file.word(file.relocationOf(file.slice('itablinks') + 8), file.fields.start),
    ],
    [
      'an init task without functions',
      'OCX0103 moduledata.inittasks: moduledata.inittasks: entry 0 has no functions',
      (file) => file.bytes.writeUInt32LE(0, file.offset(file.firstTask) + 4),
    ],
    [
      'another init function than the one that hands moduledata over',
      'OCX0113 DT_INIT_ARRAY: DT_INIT_ARRAY calls nothing that hands moduledata to the runtime',
      (file) =>
        file.word(
          file.relocationOf((file.elf.dynamic?.get(DT.INIT_ARRAY) ?? 0) + 8) + 16,
          file.fields.pointer(file.fields.offsets.text),
        ),
    ],
    [
      'a package that is compared with nothing',
      'OCX0113 go:link.pkghashes: go:link.pkghashes entry 2 has no runtimehash',
      (file) => file.word(file.relocationOf(file.slice('pkghashes') + 2 * 40 + 32), file.fields.start),
    ],
    [
      'a GC program that makes too much',
      'OCX0113 moduledata.gcdata: moduledata.gcdata makes a mask of more than',
      (file) =>
        file.bytes.fill(
          0xff,
          file.offset(file.fields.pointer(file.fields.offsets.gcdata)),
          file.offset(file.fields.pointer(file.fields.offsets.gcdata)) + 8,
        ),
    ],
  ])('%s', (_what, finding, damage) => {
    const file = new Damaged();
    damage(file);
    expect(file.found).toContain(finding);
  });

  it('the hash of a package that the file contradicts itself in is told', () => {
    const file = new Damaged();
    const at = file.symbol('go:link.pkghashbytes.fmt');
    file.bytes[at] = (file.bytes[at] ?? 0) ^ 1;
    const elf = ElfFile.read(new MemorySource('plugin', file.bytes));
    const module = readPluginModule(elf);
    const contradicted = module && withOwnHashes(elf, module, 'all').filter(({ own }) => own !== undefined);
    expect(contradicted?.map(({ package: name }) => name)).toEqual(['fmt']);
  });
});
