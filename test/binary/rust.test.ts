import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ElfFile } from '../../source/binary/elf/elfFile.js';
import { FileSource } from '../../source/binary/reader/byteSource.js';
import { Bytes } from '../../source/binary/reader/cursor.js';
import type { ReadProblem } from '../../source/binary/reader/errors.js';
import { readAuditableCrates } from '../../source/binary/rust/auditable.js';
import { readRustComments } from '../../source/binary/rust/comment.js';
import { demangle } from '../../source/binary/rust/demangle.js';

/** Mangled, as rustfilt 0.2.2 prints it, and with hashes. Made by rustNames/make.sh. */
function readNames(path: string | URL): readonly (readonly [string, string, string])[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [mangled = '', dropped = '', kept = ''] = line.split('\t');
    return [mangled, dropped, kept];
  });
}

const names = readNames(new URL('rustNames/names.tsv', import.meta.url));
const everything = process.env.RUST_NAMES;

describe('demangle', () => {
  test('prints names of real libraries as rustfilt does', () => {
    expect(names.length).toBeGreaterThan(300);
    expect(names.map(([mangled]) => demangle(mangled))).toEqual(names.map(([, dropped]) => dropped));
  });

  test('keeps hashes and types of values when asked to, as rustfilt --hash does', () => {
    expect(names.map(([mangled]) => demangle(mangled, 'keep'))).toEqual(names.map(([, , kept]) => kept));
  });

  // 200,000 names that rustNames/make.sh writes where rustc and rustfilt are installed; the golden file is a part of them.
  if (everything) {
    test('agrees with rustfilt on every name of RUST_NAMES', () => {
      const all = readNames(everything);
      const differ = all.filter(
        ([mangled, dropped, kept]) => demangle(mangled) !== dropped || demangle(mangled, 'keep') !== kept,
      );
      expect(differ).toEqual([]);
    });
  }

  test('says what is where', () => {
    expect(demangle('_ZN4core3fmt5Write9write_str17h0123456789abcdefE')).toBe('core::fmt::Write::write_str');
    expect(demangle('_ZN4core3fmt5Write9write_str17h0123456789abcdefE', 'keep')).toBe(
      'core::fmt::Write::write_str::h0123456789abcdef',
    );
    expect(demangle('__ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3barE')).toBe(
      "<Test + 'static as foo::Bar<Test>>::bar",
    );
    expect(demangle('_RNvNtCs1234_7mycrate3foo3bar')).toBe('mycrate::foo::bar');
    expect(demangle('_RNCNvC1a4main0.llvm.A5310EB9')).toBe('a::main::{closure#0}');
    expect(demangle('_RNvC1a4main.cold')).toBe('a::main.cold');
    expect(demangle('_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y')).toBe(
      'utf8_idents::საჭმელად_გემრიელი_სადილი',
    );
  });

  test('leaves alone what is not mangled by Rust', () => {
    for (const name of [
      '',
      'main',
      '_ZN',
      '_R',
      '_ZN3fooEv',
      '_ZNK3foo3barE',
      '_ZN9999foo',
      '_RSA_new',
      '_R1',
      'RNvC1a4main',
      '_RNvC1a4maié',
    ]) {
      expect(demangle(name)).toBe(name);
    }
  });

  test('leaves alone names that go round in circles or too deep', () => {
    const circle = '_RNvMC0TB4_E3foo';
    expect(demangle(circle)).toBe(circle);
    const deep = `_RMC0${'R'.repeat(10_000)}e`;
    expect(demangle(deep)).toBe(deep);
  });

  test.each([
    ['', 'p'],
    ['a long value', `Ahj${'0'.repeat(60_000)}_`],
    ['a long value in braces', `INvC1a1bKj${'0'.repeat(60_000)}_E`],
    ['a long name where an impl stands', `MC60000${'a'.repeat(60_000)}u`],
    ['long punycode where an impl stands', `MCu60002${'a'.repeat(60_000)}_9u`],
  ])('a name made to explode takes less than a second: %s', (_, leaf) => {
    // Each tuple holds two references to the one before it: 2^40 leaves, written out.
    let tuple = `T${leaf}${leaf}E`;
    let name = `IC0${tuple}`;
    for (let level = 0; level < 40; level++) {
      const reference = `B${base62(name.length - tuple.length)}`;
      tuple = `T${reference}${reference}E`;
      name += tuple;
    }
    const start = performance.now();
    const text = demangle(`_R${name}E`);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(text).toMatch(/\{size limit reached\}$/);
    expect(text.length).toBeLessThan(100_100);
  });

  test('never throws and never takes long, whatever the name', () => {
    const some = fc.constantFrom(...names.map(([mangled]) => mangled));
    const edit = fc.record({
      at: fc.nat({ max: 200 }),
      remove: fc.nat({ max: 3 }),
      insert: fc.oneof(
        fc.string({ maxLength: 4 }),
        fc.constantFrom('B_', 'B0_', 'I', 'E', 'N', 'C', 'T', 'Kh', 'G_', 'L0_', 's_', '9', '_', '$', '..', 'u'),
      ),
    });
    fc.assert(
      fc.property(some, fc.array(edit, { minLength: 1, maxLength: 5 }), (name, edits) => {
        let changed = name;
        for (const { at, remove, insert } of edits) changed = changed.slice(0, at) + insert + changed.slice(at + remove);
        const start = performance.now();
        demangle(changed);
        expect(performance.now() - start).toBeLessThan(1000);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(
        fc.constantFrom('_R', '_ZN', '_RI', '_RMC0'),
        fc.string({ unit: 'binary' }),
        (head, tail) => void demangle(head + tail),
      ),
    );
  });

  /** RFC 2603: base-62-number. */
  function base62(value: number): string {
    if (value === 0) return '_';
    const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
    let text = '';
    for (let rest = value - 1; ; rest = Math.floor(rest / 62)) {
      text = (digits[rest % 62] ?? '') + text;
      if (rest < 62) return `${text}_`;
    }
  }
});

function section(file: string, name: string): Bytes {
  const source = new FileSource(`fixtures/plugins/${file}`);
  const place = ElfFile.read(source).section(name);
  if (!place) throw new Error(`${file} has no ${name}`);
  return Bytes.of(source, place.offset, place.size, 'little', name);
}

const bytes = (content: Uint8Array): Bytes => new Bytes('crates', 0x40, content, 'little');

describe('.comment', () => {
  test('says which rustc built a file', () => {
    expect(readRustComments(section('rust-match.so', '.comment'))).toEqual([
      { comment: 'rustc version 1.95.0 (59807616e 2026-04-14)', rustcVersion: 'rustc 1.95.0 (59807616e 2026-04-14)' },
    ]);
  });

  test('of a C library names no rustc', () => {
    expect(readRustComments(section('c-library.so', '.comment'))).toEqual([]);
  });

  test('names each rustc once, in order, without a NUL at the end too', () => {
    const text = 'GCC: 12\0rustc version 1.90.0\0rustc version 1.89.0\0rustc version 1.90.0\0rustc version ';
    expect(readRustComments(bytes(Buffer.from(text))).map(({ rustcVersion }) => rustcVersion)).toEqual([
      'rustc 1.90.0',
      'rustc 1.89.0',
    ]);
    expect(readRustComments(bytes(Buffer.alloc(0)))).toEqual([]);
  });
});

describe('.dep-v0', () => {
  function read(content: Uint8Array): { crates: unknown; problems: readonly string[] } {
    const problems: ReadProblem[] = [];
    const crates = readAuditableCrates(bytes(content), (problem) => problems.push(problem));
    return { crates, problems: problems.map(({ problem }) => problem) };
  }

  const packed = (value: unknown): Buffer => deflateSync(JSON.stringify(value));

  test('lists the crates of a file that cargo-auditable built', () => {
    const problems: ReadProblem[] = [];
    const crates = readAuditableCrates(section('rust-cargo-auditable.so', '.dep-v0'), (problem) => problems.push(problem));
    expect(problems).toEqual([]);
    expect(crates).toContainEqual({ name: 'otelcol-fixture-plugin', version: '0.1.0', source: 'local', kind: 'runtime' });
    expect(crates).toContainEqual(expect.objectContaining({ name: 'itoa', source: 'crates.io', kind: 'runtime' }));
  });

  test('leaves out entries that are not as the schema says, and counts them', () => {
    const packages = [
      { name: 'a', version: '1.0.0', source: 'git', kind: 'build', dependencies: [0] },
      { name: 'b', version: 2, source: 'git' },
      { name: 'c', version: '1.0.0', source: 'git', kind: 'odd' },
      null,
    ];
    expect(read(packed({ packages, format: 7 }))).toEqual({
      crates: [{ name: 'a', version: '1.0.0', source: 'git', kind: 'build' }],
      problems: ['has 3 packages that are not as its schema says'],
    });
  });

  test('that is no zlib data, no JSON, or no list is a problem', () => {
    expect(read(Buffer.from('not zlib'))).toEqual({ crates: null, problems: ['is not zlib data, or more than 8 MB of it'] });
    expect(read(Buffer.alloc(0)).crates).toBeNull();
    expect(read(packed({ packages: [] }).subarray(0, 8)).crates).toBeNull();
    for (const value of ['text', null, [], { packages: {} }]) {
      expect(read(packed(value))).toEqual({ crates: null, problems: ['is not JSON with a list of packages'] });
    }
  });

  test('that would inflate to more than 8 MB is not inflated', () => {
    expect(read(deflateSync(Buffer.alloc(9 * 1024 * 1024, ' '))).crates).toBeNull();
  });
});
