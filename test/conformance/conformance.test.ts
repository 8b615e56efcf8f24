import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseBuildInfo } from '../../source/binary/go/buildInfoText.js';
import { placeOf } from '../../source/catalog/discovery.js';
import { scan } from '../../source/catalog/scan.js';
import { exitCodeOf } from '../../source/commands/plugins/checkAll.js';
import type { Evidence, FoundManifest, GoEvidence } from '../../source/evidence/evidence.js';
import {
  comparableFlags,
  flagsText,
  goToolchain,
  rustToolchain,
  sameRustToolchain,
  targetTriple,
} from '../../source/manifest/normalise.js';
import { readFound, readManifest } from '../../source/manifest/readManifest.js';
import { type Host, NO_LIBRARIES } from '../../source/verdict/context.js';
import { byDecision, FINDING_KINDS, finding } from '../../source/verdict/finding.js';
import { judge, loadOf, verdictOf } from '../../source/verdict/judge.js';
import type { Load, Policy, Severity, Verdict } from '../../source/verdict/judgement.js';
import type { PolicyName } from '../../source/verdict/policyName.js';

// The same files that runtime/go reads (spec/conformance/README.md).
function vectors<T>(name: string): T {
  return JSON.parse(readFileSync(`spec/conformance/${name}.json`, 'utf8'));
}

type Json = Record<string, unknown>;

describe('manifests.json', () => {
  const { vectors: all } = vectors<{ vectors: { name: string; text: string; faults: { field: string; problem: string }[] }[] }>(
    'manifests',
  );
  it.each(all.map((vector) => [vector.name, vector] as const))('%s', (_name, { text, faults }) => {
    const found = readManifest(text).faults;
    expect(found.map(({ field }) => field)).toEqual(faults.map(({ field }) => field));
    // What follows on `is not JSON` may be the parser's own words.
    for (const [index, { problem }] of faults.entries()) {
      const ours = found[index]?.problem ?? '';
      expect(problem === 'is not JSON' ? ours.slice(0, problem.length) : ours).toBe(problem);
    }
  });
});

describe('normalisation.json', () => {
  const tables = vectors<{
    go_toolchain: [string, string][];
    rust_toolchain: [string, string][];
    target: [string, string][];
    build_flags: [string[], string][];
    same_rust_toolchain: [string, string, boolean][];
  }>('normalisation');
  it.each(tables.go_toolchain)('Go toolchain %j is %j', (input, result) => expect(goToolchain(input)).toBe(result));
  it.each(tables.rust_toolchain)('Rust toolchain %j is %j', (input, result) => expect(rustToolchain(input)).toBe(result));
  it.each(tables.target)('target %j is %j', (input, result) => expect(targetTriple(input)).toBe(result));
  it.each(tables.build_flags)('flags %j are %j', (input, result) => expect(flagsText(comparableFlags(input))).toBe(result));
  it.each(tables.same_rust_toolchain)('%j and %j are the same: %j', (a, b, same) => expect(sameRustToolchain(a, b)).toBe(same));
});

describe('policy.json', () => {
  interface Vector {
    readonly name: string;
    readonly plugin: Json | null;
    readonly host: Json | null;
    readonly build_info?: string;
    readonly policy?: PolicyName;
    readonly findings: readonly { code: string; subject: string; severity: Severity; message?: string; fix?: string }[];
  }
  const { base, vectors: all } = vectors<{ base: Json; vectors: Vector[] }>('policy');
  const evidence = (patch: Json | null): Evidence => ({
    ...BARE,
    manifest: { found: manifestOf(patch, base), others: [], descriptors: null },
  });

  it.each(all.map((vector) => [vector.name, vector] as const))(
    '%s',
    (_name, { plugin, host, build_info: built, policy = 'exact', findings }) => {
      const theirs = evidence(host);
      const mine: Evidence = { ...evidence(plugin), go: built === undefined ? null : goOf(built) };
      const side: Host = {
        evidence: theirs,
        manifest: readFound(theirs.manifest.found),
        policy,
        hashOf: () => null,
        defines: () => false,
        surelyDefines: () => false,
      };
      const found = judge(mine, side, NO_LIBRARIES).findings.filter(({ code }) => /^OCX0[678]/.test(code));
      expect(found.map(({ code, subject, severity }) => ({ code, subject, severity }))).toEqual(
        findings.map(({ message: _message, fix: _fix, ...rest }) => rest),
      );
      for (const [index, { message, fix }] of findings.entries()) {
        if (message) expect(found[index]?.message).toBe(message);
        if (fix) expect(found[index]?.fix).toBe(fix);
      }
    },
  );
});

/** An x86-64 shared object whose bytes say nothing but what it is. */
const BARE: Evidence = {
  path: 'plugin.so',
  size: 4096,
  object: {
    format: 'elf',
    bits: 64,
    endian: 'little',
    machine: 'x86-64',
    kind: 'shared object',
    goPlatform: 'linux/amd64',
    truncated: null,
    hasSymbolTable: false,
    headerFaults: [],
  },
  linker: null,
  go: null,
  rust: null,
  manifest: { found: null, others: [], descriptors: null },
  entrySymbols: [],
  problems: [],
};

/** Go evidence of nothing but build info. */
function goOf(text: string): GoEvidence {
  const buildInfo = { goVersion: 'go1.26.8', ...parseBuildInfo(text, expect.fail) };
  return {
    buildInfo,
    version: 'go1.26.8',
    linkHashes: null,
    providesHashes: false,
    loaderWithoutHashes: false,
    exportsLastModule: false,
    pluginPath: null,
    exports: null,
    layout: null,
  };
}

function manifestOf(patch: Json | null, base: Json): FoundManifest | null {
  if (patch === null) return null;
  const text = JSON.stringify(mergePatch(base, patch));
  return { carrier: 'note', offset: 0x270, size: text.length, text };
}

/** RFC 7396. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result: Json = isRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

describe('verdicts.json', () => {
  const tables = vectors<{
    load_of_severities: [Severity[], Load][];
    order_of_severities: [Severity[], Severity[]][];
    verdict_of_load_and_policy: [Load, Policy, Verdict][];
    exit_code_of_verdicts: [(Verdict | 'ignored')[], number][];
  }>('verdicts');
  const ofSeverity = (severity: Severity) => {
    const code = [...FINDING_KINDS.values()].find((kind) => kind.severity === severity)?.code ?? '';
    return finding(code, { subject: '', evidence: '', message: '' });
  };
  it.each(tables.load_of_severities)('findings %j: %s', (severities, load) =>
    expect(loadOf(severities.map(ofSeverity))).toBe(load),
  );
  it.each(tables.order_of_severities)('findings %j are shown as %j', (severities, order) => {
    const findings = severities.map(ofSeverity);
    expect(byDecision(findings, loadOf(findings)).map(({ severity }) => severity)).toEqual(order);
  });
  it.each(tables.verdict_of_load_and_policy)('load %s, policy %s: %s', (load, policy, verdict) =>
    expect(verdictOf(load, policy)).toBe(verdict),
  );

  const place = placeOf(['fixtures/plugins', 'fixtures/damaged']);
  const { plugins } = scan({ place, host: 'fixtures/otelcol', recursive: false, now: 0 });
  it.each(tables.exit_code_of_verdicts)('verdicts %j: exit code %i', (verdicts, code) => {
    const records = verdicts.map((wanted) =>
      plugins.find((record) => (record.state === 'judged' ? record.judgement.verdict : 'ignored') === wanted),
    );
    expect(exitCodeOf(records.filter((record) => record !== undefined))).toBe(code);
  });
});

describe('fixtures.json', () => {
  interface Expected {
    readonly verdict: Verdict;
    readonly load: Load;
    readonly policy: Policy;
    readonly findings: readonly string[];
  }
  const hosts = vectors<Record<string, Record<string, Expected>>>('fixtures');
  it.each(Object.keys(hosts))('every fixture against %s', (host) => {
    const ours: Record<string, Expected> = {};
    for (const directory of ['damaged', 'other-objects', 'plugins']) {
      const { plugins } = scan({ place: placeOf([`fixtures/${directory}`]), host: `fixtures/${host}`, recursive: false, now: 0 });
      for (const record of plugins) {
        if (record.state !== 'judged') continue;
        const { verdict, load, policy, findings } = record.alone;
        ours[`${directory}/${record.name}`] = {
          verdict,
          load,
          policy,
          findings: findings.map(({ code, subject }) => `${code} ${subject}`),
        };
      }
    }
    expect(ours).toEqual(hosts[host]);
  });
});
