import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DT, PT } from '../../source/binary/elf/constants.js';
import { ElfFile } from '../../source/binary/elf/elfFile.js';
import { MemorySource } from '../../source/binary/reader/byteSource.js';
import { FormatError } from '../../source/binary/reader/errors.js';
import { openHost } from '../../source/catalog/host.js';
import { listFile } from '../../source/catalog/listing.js';
import { scanFile } from '../../source/catalog/scan.js';
import { SYSTEM_LIBRARIES } from '../../source/catalog/systemLibraries.js';
import { gatherEvidence } from '../../source/evidence/gather.js';
import { judge } from '../../source/verdict/judge.js';
import { random } from '../matrix/sequences.js';
import { type Outcome, open } from './realLoader.js';

// 20,000 real plugins, each with a few bytes changed or cut short where the loader looks. None may be said to load that the real
// loader refuses. One that says nothing of the damage (a byte of code) may still die when its init functions run: `loads` never says
// what those do.
const RUNS = Number(process.env.OCX_MUTATIONS ?? 20_000);
const OPENED = 300;
/** How many of those judged are opened, until there are enough: spread over the runs. */
const CHOSEN = 0.04;
const SEED = Number(process.env.OCX_SEED ?? 11);
const PLUGINS = [
  ['go-match.so', 'go'],
  ['go-no-section-headers.so', 'go'],
  ['go-not-stripped.so', 'go'],
  ['rust-match.so', 'rust'],
  ['rust-not-stripped.so', 'rust'],
] as const;

const host = openHost('fixtures/otelcol');
const work = mkdtempSync(join(tmpdir(), 'ocx-mutated-'));
afterAll(() => {
  host.close();
  rmSync(work, { recursive: true, force: true });
});

interface Range {
  readonly offset: number;
  readonly size: number;
}

/** What a loader reads: headers, the dynamic section and the tables it points to; each as likely as the other. And anything at all. */
function places(bytes: Uint8Array): readonly Range[] {
  const elf = ElfFile.read(new MemorySource('plugin', bytes));
  const { dynamic } = elf;
  const table = (tag: number, size: number): Range[] => {
    const address = dynamic?.get(tag) ?? null;
    const offset = address === null ? null : elf.offsetOf(address);
    return offset === null ? [] : [{ offset, size }];
  };
  return [
    { offset: 0, size: 64 },
    { offset: 64, size: 56 * elf.segments.length },
    ...elf.segments
      .filter(({ type }) => type === PT.DYNAMIC || type === PT.NOTE)
      .map(({ offset, fileSize }) => ({ offset, size: fileSize })),
    ...table(DT.SYMTAB, 2000),
    ...table(DT.STRTAB, 2000),
    ...table(DT.GNU_HASH, 400),
    ...table(DT.VERNEED, 200),
    ...table(DT.VERSYM, 400),
    ...table(DT.RELA, 4000),
    ...table(DT.JMPREL, 400),
    { offset: 0, size: bytes.length },
  ];
}

const originals = PLUGINS.map(([name, language]) => {
  const bytes = readFileSync(`fixtures/plugins/${name}`);
  return { name, language, bytes, places: places(bytes) };
});

/** The file with one to three changes, or cut. */
function mutated(original: (typeof originals)[number], next: () => number): Buffer {
  const below = (limit: number) => Math.floor(next() * limit);
  if (next() < 0.1) return original.bytes.subarray(0, below(original.bytes.length));
  const bytes = Buffer.from(original.bytes);
  for (let left = 1 + below(3); left > 0; left--) {
    const { offset, size } = original.places[below(original.places.length)] ?? { offset: 0, size: 64 };
    const at = Math.min(offset + below(size), bytes.length - 8);
    const kind = below(4);
    if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
    else if (kind === 1) bytes[at] = below(256);
    else if (kind === 2) bytes.writeUInt32LE([0, 1, 0x7fffffff, 0xffffffff, 0x1000][below(5)] ?? 0, at);
    else bytes.fill(0, at, at + 8);
  }
  return bytes;
}

/** As ocx judges it in a list, and where that says `loads` as `ocx plugins validate` does: from the disk, where libraries are looked at too. */
function loadOf(name: string, bytes: Uint8Array, file: string): string {
  try {
    const { load } = judge(gatherEvidence(new MemorySource(name, bytes), { sidecar: null }), host.host, SYSTEM_LIBRARIES);
    if (load !== 'loads') return load;
  } catch (error) {
    if (error instanceof FormatError) return 'fails';
    throw error;
  }
  writeFileSync(file, bytes);
  const [record] = scanFile(listFile(file), 'fixtures/otelcol', 0).plugins;
  return record?.state === 'judged' ? record.judgement.load : 'ignored';
}

describe(`${RUNS.toLocaleString('en')} mutated plugins`, () => {
  // Judging 12,000 symbols and 14,000 relocations of each takes its time; a smaller number is for looking closer.
  it('are judged without a crash, and none is said to load that the real loader refuses', () => {
    const next = random(SEED);
    const words = new Map<string, number>();
    const real = new Map<string, number>();
    const wrong: string[] = [];
    // Those that are said to load are what matters: two of three that are opened are of them.
    const wanted = { loads: (OPENED * 2) / 3, others: OPENED / 3 };
    for (let run = 0; run < RUNS; run++) {
      const original = originals[run % originals.length];
      if (!original) continue;
      const bytes = mutated(original, next);
      const file = join(work, 'mutated.so');
      const load = loadOf(original.name, bytes, file);
      words.set(load, (words.get(load) ?? 0) + 1);
      const group = load === 'loads' ? 'loads' : 'others';
      if (wanted[group] <= 0 || next() > CHOSEN) continue;
      wanted[group]--;
      writeFileSync(file, bytes);
      const outcome: Outcome = open('fixtures/otelcol', file, original.language);
      const pair = `said ${load}, it ${outcome.outcome}`;
      real.set(pair, (real.get(pair) ?? 0) + 1);
      if (load === 'loads' && outcome.outcome === 'fails') {
        wrong.push(`run ${run}, ${original.name}: ${outcome.message}`);
        if (process.env.OCX_KEEP) writeFileSync(join(process.env.OCX_KEEP, `${run}-${original.name}`), bytes);
      }
    }
    console.log(Object.fromEntries(words), Object.fromEntries(real));
    if (process.env.OCX_WRITE) {
      const on = new Date().toISOString().slice(0, 10);
      const result = { on, seed: SEED, runs: RUNS, said: Object.fromEntries(words), opened: Object.fromEntries(real), wrong };
      writeFileSync('test/matrix/damaged.json', `${JSON.stringify(result, null, 2)}\n`);
    }
    expect(words.get('loads')).toBeGreaterThan(RUNS / 20);
    expect(wrong).toEqual([]);
    // Minutes of one core, more where others want it too.
  }, 1_800_000);
});
