import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { causeOf } from '../../source/catalog/cause.js';
import { placeOf } from '../../source/catalog/discovery.js';
import type { JudgedRecord } from '../../source/catalog/record.js';
import { scan } from '../../source/catalog/scan.js';

/** What the real loader did with each file (`fixtures/build.mjs --measure`). */
interface Measured {
  /** `not measured`: that host has no such loader (dlopen without cgo). */
  readonly outcome: 'loads' | 'fails' | 'crashes' | 'not measured';
  readonly message?: string;
}
const expected: Record<string, Record<string, Measured>> = JSON.parse(readFileSync('fixtures/expected.json', 'utf8'));

function judged(host: string): JudgedRecord[] {
  const { plugins } = scan({ place: placeOf(['fixtures/plugins']), host: `fixtures/${host}`, recursive: false, now: 0 });
  // One file each, as it was measured; what they do to each other is the load plan's (test/plan).
  return plugins.filter((record) => record.state === 'judged').map(alone);
}

function alone(record: JudgedRecord): JudgedRecord {
  return { ...record, judgement: record.alone, cause: causeOf(record.alone, record.evidence) };
}

/** Verdicts that stay open in this version, with the reason. Every other fixture has an exact one. */
const UNDECIDED: Readonly<Record<string, string>> = {};

describe.each(Object.keys(expected))('beside what the real loader of %s did', (host) => {
  const measured = expected[host] ?? {};

  it.each(judged(host).map((record) => [JSON.stringify(record.name), record] as const))(
    '%s has the same outcome',
    (_name, record) => {
      const outcome = measured[`plugins/${record.name}`]?.outcome;
      expect(outcome, 'the file was measured').toBeDefined();
      const { load } = record.judgement;
      if (load !== 'unknown' && outcome !== 'not measured') expect(load).toBe(outcome);
    },
  );

  it('every measured file is judged', () => {
    const names = new Set(judged(host).map(({ name }) => `plugins/${name}`));
    const hidden = (name: string) => name.includes('/.') || name.split('/').length > 2;
    expect(Object.keys(measured).filter((name) => name.startsWith('plugins/') && !hidden(name) && !names.has(name))).toEqual([]);
  });
});

describe('against the host of the fixtures', () => {
  const records = new Map(judged('otelcol').map((record) => [record.name, record]));
  const get = (name: string): JudgedRecord => {
    const record = records.get(name);
    if (!record) throw new Error(`no fixture ${name}`);
    return record;
  };

  it('only what this version does not decide is unknown, each with its reason', () => {
    const unknown = [...records.values()].filter(({ judgement }) => judgement.load === 'unknown');
    const reasons = unknown.map(({ name, judgement }) => [
      name,
      judgement.findings.find(({ severity }) => severity === 'unknown')?.code,
    ]);
    expect(Object.fromEntries(reasons)).toEqual(UNDECIDED);
  });

  it.each([
    ['go-match.so', 'loads', 'ok', null],
    ['go-match-newfactory.so', 'loads', 'ok', null],
    ['go-cut-after-segments.so', 'loads', 'ok', null],
    ['go-no-section-headers.so', 'loads', 'ok', null],
    ['go-not-stripped.so', 'loads', 'ok', null],
    ['go-manifest-section.so', 'loads', 'ok', null],
    ['go-manifest-sidecar.so', 'loads', 'ok', 'OCX0604'],
    ['go-manifest-twice.so', 'loads', 'ok', 'OCX0605'],
    ['go-other-patch.so', 'refused', 'refused', 'OCX0801'],
    ['go-other-tags.so', 'refused', 'refused', 'OCX0802'],
    ['go-goamd64-v3.so', 'refused', 'refused', 'OCX0804'],
    ['go-no-manifest.so', 'refused', 'refused', 'OCX0601'],
    ['go-manifest-lies.so', 'refused', 'refused', 'OCX0602'],
    ['go-manifest-invalid.so', 'refused', 'refused', 'OCX0603'],
    ['go-manifest-not-json.so', 'refused', 'refused', 'OCX0603'],
    ['go-control-characters.so', 'refused', 'refused', 'OCX0602'],
    ['go-other-dependency.so', 'fails', 'refused', 'OCX0410'],
    ['go-other-trimpath.so', 'fails', 'refused', 'OCX0410'],
    ['go-no-entry.so', 'fails', 'ok', 'OCX0501'],
    ['go-arm64.so', 'fails', 'refused', 'OCX0106'],
    ['go-executable.so', 'fails', 'refused', 'OCX0107'],
    ['go-other-minor.so', 'crashes', 'refused', 'OCX0302'],
    ['go-c-shared.so', 'crashes', 'refused', 'OCX0301'],
    ['go-cut-in-segment.so', 'crashes', 'ok', 'OCX0104'],
    ['rust-match.so', 'loads', 'ok', null],
    ['rust-manifest-symbol.so', 'loads', 'ok', null],
    ['rust-cargo-auditable.so', 'loads', 'ok', null],
    ['rust-other-crate.so', 'refused', 'refused', 'OCX0703'],
    ['rust-other-rustc.so', 'refused', 'refused', 'OCX0801'],
    ['rust-no-manifest.so', 'refused', 'refused', 'OCX0601'],
    ['rust-no-register.so', 'fails', 'ok', 'OCX0501'],
    ['c-library.so', 'fails', 'refused', 'OCX0501'],
    ['c-plugin.so', 'refused', 'refused', 'OCX0801'],
    ['text-file.so', 'fails', 'none', 'OCX0101'],
    ['empty-file.so', 'fails', 'none', 'OCX0101'],
    ['link-dangling.so', 'fails', 'none', 'OCX0109'],
    ['go-race.so', 'fails', 'refused', 'OCX0410'],
    ['go-darwin.so', 'fails', 'none', 'OCX0112'],
    ['go-windows.so', 'fails', 'none', 'OCX0112'],
  ])('%s: %s, policy %s, first %s', (name, verdict, policy, code) => {
    const { judgement } = get(name);
    expect([judgement.verdict, judgement.policy, judgement.findings[0]?.code ?? null]).toEqual([verdict, policy, code]);
  });

  it('a claim that the bytes record nothing about is said to be unchecked', () => {
    const { judgement } = get('rust-match.so');
    expect(judgement.notChecked).toContain('the dependencies that the manifest claims: the file records none');
  });

  it("a compiler that signs nothing is known by its standard library's paths", () => {
    const [lie, ...others] = get('rust-manifest-lies.so').judgement.findings;
    expect(lie).toMatchObject({ code: 'OCX0602', subject: 'toolchain_version' });
    expect(lie?.message).toMatch(
      /claims toolchain_version rustc 1\.95\.0 .*, the path of the standard library says rustc 1\.63\.0$/,
    );
    expect(others).toEqual([]);
    // The honest one is not contradicted.
    expect(get('rust-other-rustc.so').judgement.findings.map(({ code }) => code)).not.toContain('OCX0602');
  });

  it('what to do about a missing entry symbol is said in the terms of the language', () => {
    const fix = (name: string) => get(name).judgement.findings.find(({ code }) => code === 'OCX0501')?.fix;
    expect(fix('c-library.so')).toMatch(/^export it: int32_t register_collector_plugin\(const otc_host_api \*\), /);
    expect(fix('rust-no-register.so')).toBe('export it: #[unsafe(no_mangle)] pub extern "C" fn register_collector_plugin');
  });

  it('a plugin in C is listed as C, and one of rustc as Rust', () => {
    const language = (name: string) => get(name).language;
    expect(['c-plugin.so', 'rust-match.so', 'rust-no-manifest.so', 'c-library.so', 'go-match.so'].map(language)).toEqual([
      'c',
      'rust',
      'rust',
      'c',
      'go',
    ]);
  });

  it('a plugin in C, which no rustc can make what the host takes, is left to policy abi', () => {
    const { findings } = get('c-plugin.so').judgement;
    expect(findings.map(({ code, fix }) => [code, fix])).toEqual([
      ['OCX0801', 'it is not of rustc: choose policy abi, which takes what speaks the C ABI in any language'],
    ]);
    const byAbi = scan({
      place: placeOf(['fixtures/plugins']),
      host: 'fixtures/otelcol',
      policy: 'abi',
      recursive: false,
      now: 0,
    });
    const record = byAbi.plugins.find(({ name }) => name === 'c-plugin.so');
    expect(record?.state === 'judged' && record.alone.verdict).toBe('loads');
  });

  it('a lying manifest is caught on every claim the bytes contradict, and on no other', () => {
    const lies = get('go-manifest-lies.so').judgement.findings;
    expect(lies.map(({ code, subject }) => `${code} ${subject}`)).toEqual(['OCX0602 toolchain_version', 'OCX0602 -tags']);
  });

  it('an invalid manifest is faulted field by field', () => {
    const faults = get('go-manifest-invalid.so').judgement.findings.filter(({ code }) => code === 'OCX0603');
    expect(faults.map(({ subject }) => subject)).toEqual([
      'language',
      'toolchain_version',
      'build_profile',
      'dependency_hashes["go.uber.org/multierr"]',
      'build_flags',
      'target',
      'build_time',
      'schema_version',
    ]);
  });

  it('a dependency of another version is named as the cause, with both versions and a fix', () => {
    const [hashes] = get('go-other-dependency.so').judgement.findings;
    expect(hashes?.cause).toMatch(/^otel v1\.43\.0, host has v1\.46\.0: explains all \d+$/);
    expect(hashes?.fix).toContain('go get go.opentelemetry.io/otel@v1.46.0');
  });

  it('a missing -trimpath is named as the cause when the standard library differs', () => {
    expect(get('go-other-trimpath.so').cause).toMatch(/^built without -trimpath: \d+ of \d+ packages differ$/);
  });

  // runtime/plugin.go names the first package that differs; ours comes first in the same order.
  it.each(['go-other-dependency.so', 'go-other-trimpath.so'])(
    '%s: the first mismatched package is the one the runtime names',
    (name) => {
      const [hashes] = get(name).judgement.findings;
      const measured = expected.otelcol?.[`plugins/${name}`]?.message ?? '';
      expect(measured.endsWith(`built with a different version of package ${hashes?.subject}`), measured).toBe(true);
    },
  );
});

describe.each(['damaged', 'other-objects'])('fixtures/%s', (directory) => {
  const { plugins } = scan({ place: placeOf([`fixtures/${directory}`]), host: 'fixtures/otelcol', recursive: false, now: 0 });

  it.each(plugins.map((record) => [record.name, record] as const))(
    '%s has findings, and the outcome that was measured',
    (name, record) => {
      if (record.state !== 'judged') throw new Error(`${name} was not judged`);
      const { load, findings } = record.alone;
      if (load !== 'unknown') expect(load).toBe(expected.otelcol?.[`${directory}/${name}`]?.outcome);
      // Section headers are for people: junk there is no finding, as it is none for the loader.
      if (name !== 'section-headers-outside.so') expect(findings.length).toBeGreaterThan(0);
    },
  );
});

describe('against a host without a manifest', () => {
  const records = new Map(judged('other-hosts/otelcol-no-manifest').map((record) => [record.name, record]));

  it('nothing is refused, build info is compared, and that is said', () => {
    const record = records.get('go-other-patch.so');
    expect(record?.judgement.policy).toBe('none');
    expect(record?.judgement.verdict).toBe('loads');
    expect(record?.judgement.findings.map(({ code }) => code)).toContain('OCX0606');
    expect(record?.comparison.find(({ name }) => name === 'toolchain_version')).toMatchObject({
      sign: '~',
      plugin: 'go1.26.7',
      host: 'go1.26.8',
    });
    expect(record?.comparison.find(({ name }) => name === 'compared by')).toMatchObject({
      plugin: 'build info',
      host: 'build info',
    });
  });
});

describe('without a host', () => {
  const { plugins } = scan({ place: placeOf(['fixtures/plugins/subdirectory']), host: null, recursive: false, now: 0 });

  it('a sound plugin is unknown, and the reason says that no host was given', () => {
    const [record] = plugins;
    expect(record?.state === 'judged' && [record.judgement.verdict, record.cause]).toEqual(['unknown', 'no host given']);
  });
});
