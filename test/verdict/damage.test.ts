import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { DT } from '../../source/binary/elf/constants.js';
import { ElfFile } from '../../source/binary/elf/elfFile.js';
import { MemorySource } from '../../source/binary/reader/byteSource.js';
import { openHost } from '../../source/catalog/host.js';
import { SYSTEM_LIBRARIES } from '../../source/catalog/systemLibraries.js';
import { gatherEvidence } from '../../source/evidence/gather.js';
import { NO_LIBRARIES } from '../../source/verdict/context.js';
import { judge } from '../../source/verdict/judge.js';

// A real plugin with one field damaged. What each does was seen with the real loader (glibc 2.36, test/matrix/blind/axes/21-damage.sh and 53-runtime-tables.sh); the
// vectors are those that runtime/go reads.

/** One of: a tag of the dynamic section, a word of a program header or of moduledata, zeros somewhere, a bit of its own hash. */
interface Change {
  readonly tag?: number;
  readonly value?: number;
  readonly rename?: number;
  readonly segment?: number;
  readonly flags?: number;
  readonly at?: number;
  readonly zerosAt?: number;
  readonly bytes?: number;
  readonly pclntab?: number;
  readonly zerosIn?: string;
  readonly word?: number;
  readonly less?: number;
  readonly ownHash?: boolean;
}

const {
  fixture,
  host: hostName,
  vectors,
} = JSON.parse(readFileSync('spec/conformance/damage.json', 'utf8')) as {
  readonly fixture: string;
  readonly host: string;
  readonly vectors: readonly { name: string; change: Change; load: string; code: string | null; message: string | null }[];
};
const host = openHost(`fixtures/${hostName}`);
afterAll(() => host.close());

function damaged(change: Change): MemorySource {
  const bytes = readFileSync(`fixtures/${fixture}`);
  const elf = ElfFile.read(new MemorySource('plugin.so', bytes));
  const word = (at: number, value: number) => bytes.writeBigUInt64LE(BigInt(value), at);
  const segmentOf = (type: number, flags?: number) =>
    64 + 56 * elf.segments.findIndex((s) => s.type === type && (flags === undefined || s.flags === flags));
  if (change.word !== undefined) {
    const at = (elf.section('.go.module')?.offset ?? 0) + 8 * change.word;
    word(at, change.value ?? Number(bytes.readBigUInt64LE(at)) - (change.less ?? 0));
  } else if (change.zerosIn !== undefined) {
    const { offset, size } = elf.section(change.zerosIn) ?? { offset: 0, size: 0 };
    bytes.fill(0, offset, offset + size);
  } else if (change.ownHash) {
    const symbol = elf.rawDynamicSymbol('go:link.pkghashbytes.example.com/otelcol-fixture/plugins/go-match');
    const at = elf.offsetOf(symbol?.address ?? 0) ?? 0;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
  } else if (change.tag !== undefined) {
    let at = elf.segments.find(({ type }) => type === 2)?.offset ?? 0;
    while (bytes.readBigUInt64LE(at) !== BigInt(change.tag)) at += 16;
    if (change.rename !== undefined) word(at, change.rename);
    else word(at + 8, change.value ?? 0);
  } else if (change.segment !== undefined) {
    word(segmentOf(change.segment, change.flags) + (change.at ?? 0), change.value ?? 0);
  } else if (change.zerosAt !== undefined) {
    const at = elf.offsetOf(elf.dynamic?.get(change.zerosAt) ?? -1) ?? -1;
    bytes.fill(0, at, at + (change.bytes ?? 0));
  } else {
    const at = bytes.indexOf(Buffer.from([0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8]));
    bytes.fill(0, at, at + (change.pclntab ?? 0));
  }
  return new MemorySource('plugin.so', bytes);
}

describe('damage that a loader is certain to refuse or to die of', () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_name, { change, load, code, message }) => {
    const nowhere = NO_LIBRARIES;
    const judgement = judge(gatherEvidence(damaged(change), { sidecar: null }), host.host, nowhere);
    const first = judgement.findings.find((f) => f.severity !== 'note' && f.severity !== 'warning' && f.severity !== 'refused');
    expect([judgement.load, first?.code ?? null]).toEqual([load, code]);
    if (message !== null) expect(first?.message).toBe(message);
  });
});

// `undefined symbol: type:...`: glibc passes over a file without buckets, for what it wants of itself too.
it.skipIf(SYSTEM_LIBRARIES.machine !== 'x86-64')(
  'a plugin without a hash table fails where this system could run its host',
  () => {
    const hidden = damaged({ tag: DT.GNU_HASH, rename: 0x6000_000d });
    const { load, findings } = judge(gatherEvidence(hidden, { sidecar: null }), host.host, SYSTEM_LIBRARIES);
    expect([load, findings[0]?.code]).toEqual(['fails', 'OCX0213']);
  },
);
