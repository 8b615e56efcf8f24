import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ElfFile } from '../../source/binary/elf/elfFile.js';
import { MemorySource } from '../../source/binary/reader/byteSource.js';
import { FormatError } from '../../source/binary/reader/errors.js';
import { causeOf } from '../../source/catalog/cause.js';
import { compareWithHost } from '../../source/catalog/comparisonRows.js';
import { openHost } from '../../source/catalog/host.js';
import { findingLines } from '../../source/commands/output/findings.js';
import type { Evidence } from '../../source/evidence/evidence.js';
import { gatherEvidence } from '../../source/evidence/gather.js';
import { NO_LIBRARIES } from '../../source/verdict/context.js';
import { judge } from '../../source/verdict/judge.js';

/**
 * 10,000 mutations of good files, the same ones in every run. Whatever happens to a file, evidence is gathered, judged and put into words,
 * or a `FormatError` says why not: no other error, no hang, no more bytes than a few times the file.
 */
const FILES = [
  'go-match.so',
  'go-arm64.so',
  'go-not-stripped.so',
  'rust-match.so',
  'rust-not-stripped.so',
  'c-library.so',
] as const;
const RUNS = Number(process.env.OCX_FUZZ_RUNS ?? 10_000);
const SEED = Number(process.env.OCX_FUZZ_SEED ?? 20261123);
const MAX_MILLISECONDS = 1000;

const originals: readonly Uint8Array[] = FILES.map((name) =>
  Uint8Array.from(readFileSync(new URL(`../../fixtures/plugins/${name}`, import.meta.url))),
);

/** Where the numbers are that everything else is found by; `read` is any place that gathering evidence of the good file looks at. */
const REGIONS = ['header', 'dynamic', 'sections', 'read', 'anywhere'] as const;

const EXTREMES = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0x1000n,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  0x20000000000001n,
  0x7fffffffffffffffn,
  0xffffffffffffffffn,
];

const region = fc.oneof(
  { weight: 6, arbitrary: fc.constant('read' as const) },
  { weight: 4, arbitrary: fc.constantFrom(...REGIONS) },
);
// Even over the region: fast-check's numbers prefer the ends.
const fraction = fc.noBias(fc.nat(2 ** 30 - 1)).map((value) => value / 2 ** 30);
const place = fc.record({ region, fraction });
const mutation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('flip' as const), place, bits: fc.integer({ min: 1, max: 255 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('field' as const),
      place,
      size: fc.constantFrom(4, 8),
      value: fc.constantFrom(...EXTREMES),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('number' as const), place, value: fc.nat(0x1000000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), place }) },
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

describe('10,000 mutated files', () => {
  it('become evidence or a FormatError, each within its time', () => {
    let slowest = 0;
    const outcomes = { evidence: 0, problems: 0, refused: 0 };
    fc.assert(
      fc.property(fc.nat(FILES.length - 1), fc.array(mutation, { minLength: 1, maxLength: 4 }), (file, mutations) => {
        const original = originals[file];
        if (!original) return;
        const undo = apply(original, mutations);
        const started = performance.now();
        try {
          const source = new MemorySource(FILES[file] ?? '', undo.bytes);
          const evidence = gatherEvidence(source, { sidecar: null });
          // A control character takes six in JSON.
          expect(JSON.stringify(evidence).length).toBeLessThan(source.size * 8 + 1_000_000);
          if (evidence.object.format === 'elf') lookAround(ElfFile.read(source));
          judgeAndShow(evidence);
          outcomes[evidence.problems.length > 0 ? 'problems' : 'evidence']++;
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
          outcomes.refused++;
        } finally {
          undo.restore();
        }
        const took = performance.now() - started;
        slowest = Math.max(slowest, took);
        if (took > MAX_MILLISECONDS) throw new Error(`took ${took.toFixed(0)} ms`);
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: false },
    );
    // The mutations must hit something, and must not destroy everything.
    expect(outcomes.evidence).toBeGreaterThan(RUNS / 10);
    expect(outcomes.problems).toBeGreaterThan(RUNS / 20);
    expect(outcomes.refused).toBeGreaterThan(RUNS / 500);
    if (process.env.OCX_FUZZ_REPORT) console.log(outcomes, `slowest ${slowest.toFixed(0)} ms`);
  }, 240_000);
});

const host = openHost('fixtures/otelcol');
afterAll(() => host.close());

/** The rest of the way to a line of a list: rules, comparison, cause, and the text of every finding. */
function judgeAndShow(evidence: Evidence): void {
  const judgement = judge(evidence, host.host, NO_LIBRARIES);
  if (judgement.verdict !== 'loads') expect(judgement.findings.length).toBeGreaterThan(0);
  compareWithHost(evidence, host.host, judgement);
  const lines = judgement.findings.flatMap((finding) => findingLines(finding, evidence.path, (text) => text));
  for (const line of [causeOf(judgement, evidence), ...lines]) expect(typeof line).toBe('string');
}

/** What evidence does not ask for, and `inspect` does. */
function lookAround(elf: ElfFile): void {
  for (const table of [elf.dynamicSymbols, elf.symbols]) {
    if (table && table.count > 0) for (const index of [0, Math.floor(table.count / 2), table.count - 1]) table.at(index);
  }
  elf.dynamicSymbol('main');
  for (const note of elf.notes()) note.bytes();
  for (const relocations of [elf.relocations?.rela, elf.relocations?.rel, elf.relocations?.jmprel]) {
    if (relocations && relocations.count > 0) relocations.at(relocations.count - 1);
  }
}

/** Mutates in place, which spares 10,000 copies of megabytes; `restore` puts the bytes back. */
function apply(original: Uint8Array, mutations: readonly Mutation[]): { bytes: Uint8Array; restore: () => void } {
  const saved: { offset: number; bytes: Uint8Array }[] = [];
  let bytes = original;
  for (const each of mutations) {
    const size = each.kind === 'flip' ? 1 : each.kind === 'field' ? each.size : 4;
    const offset = Math.min(offsetOf(original, each.place), original.length - size);
    if (each.kind === 'cut') {
      bytes = bytes.subarray(0, Math.min(offset, bytes.length));
      continue;
    }
    saved.push({ offset, bytes: original.slice(offset, offset + size) });
    const view = new DataView(original.buffer, original.byteOffset + offset, size);
    if (each.kind === 'flip') view.setUint8(0, view.getUint8(0) ^ each.bits);
    else if (each.kind === 'number') view.setUint32(0, each.value, true);
    else if (each.size === 8) view.setBigUint64(0, each.value, true);
    else view.setUint32(0, Number(each.value & 0xffffffffn), true);
  }
  const restore = (): void => {
    for (const { offset, bytes: before } of saved.reverse()) original.set(before, offset);
  };
  return { bytes, restore };
}

function offsetOf(
  original: Uint8Array,
  { region: where, fraction }: { region: (typeof REGIONS)[number]; fraction: number },
): number {
  const ranges = rangesOf(original, where);
  const index = Math.floor(fraction * ranges.length);
  const [start, size] = ranges[index] ?? [0, 64];
  return start + Math.floor((fraction * ranges.length - index) * size);
}

type Range = readonly [start: number, size: number];

const known = new Map<string, readonly Range[]>();

function rangesOf(original: Uint8Array, where: (typeof REGIONS)[number]): readonly Range[] {
  const key = `${originals.indexOf(original)} ${where}`;
  const ranges = known.get(key) ?? findRanges(original, where);
  known.set(key, ranges);
  return ranges;
}

/** From the untouched file, by the plainest means there are: the parser is what is tested. */
function findRanges(original: Uint8Array, where: (typeof REGIONS)[number]): readonly Range[] {
  const view = new DataView(original.buffer, original.byteOffset, original.length);
  const u64 = (at: number): number => Number(view.getBigUint64(at, true));
  const programHeaders = 56 * view.getUint16(56, true);
  if (where === 'anywhere') return [[0, original.length]];
  if (where === 'header') return [[4, 60 + programHeaders]];
  if (where === 'sections') return [[u64(40), 64 * view.getUint16(60, true)]];
  if (where === 'read') return rangesRead(original);
  for (let at = 64; at < 64 + programHeaders; at += 56) if (view.getUint32(at, true) === 2) return [[u64(at + 8), u64(at + 32)]];
  return [];
}

/** What was read of the good file, in pieces of a few fields. */
function rangesRead(original: Uint8Array): readonly Range[] {
  const pieces = new Map<number, Range>();
  const source = new MemorySource('good', original);
  const read = source.read.bind(source);
  source.read = (offset, length, field) => {
    for (let at = offset; at < Math.min(offset + length, offset + 8192); at += 64)
      pieces.set(at, [at, Math.min(64, offset + length - at)]);
    return read(offset, length, field);
  };
  gatherEvidence(source, { sidecar: null });
  return [...pieces.values()];
}
