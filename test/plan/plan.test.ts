import { copyFileSync, linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { placeOf } from '../../source/catalog/discovery.js';
import { scan } from '../../source/catalog/scan.js';
import type { Candidate, HostOpens } from '../../source/plan/candidate.js';
import { type LoadPlan, planOf } from '../../source/plan/plan.js';

// Real files in real orders. test/toolchain/loadPlan.test.ts has the same answers from the real loader.
const EVERYTHING = 'fixtures/other-hosts/otelcol-no-manifest';
const fixture = (name: string) => resolve('fixtures/plugins', name);
const rooms: string[] = [];

afterEach(() => {
  for (const room of rooms.splice(0)) rmSync(room, { recursive: true, force: true });
});

function room(): string {
  const made = mkdtempSync(join(tmpdir(), 'ocx-plan-'));
  rooms.push(made);
  return made;
}

/** Verdict and deciding code of each, in the order given. */
function inOrder(paths: readonly string[], host = EVERYTHING): { plan: LoadPlan; said: string[] } {
  const file = join(room(), 'plugins.json');
  writeFileSync(file, JSON.stringify({ plugins: paths.map((path) => ({ path })) }));
  const { plan } = scan({ place: placeOf([file]), host: resolve(host), recursive: false, now: 0 });
  if (!plan) throw new Error('no plan');
  const said = plan.steps.map(({ judgement: { load, findings } }) => {
    const decides = findings.find(({ severity }) => severity === load);
    return decides ? `${load} ${decides.code}` : load;
  });
  return { plan, said };
}

function copy(name: string, as: string, directory = room()): string {
  copyFileSync(fixture(name), join(directory, as));
  return join(directory, as);
}

it('a file that failed its hash check says the same again, as a previous failure', () => {
  const file = fixture('go-other-trimpath.so');
  const { plan, said } = inOrder([file, file]);
  expect(said).toEqual(['fails OCX0410', 'fails OCX0305']);
  const words = plan.steps.map(({ judgement: { findings } }) => findings[0]?.loaderMessage);
  expect(words).toEqual([
    `plugin.Open("${file.slice(0, -3)}"): plugin was built with a different version of package internal/byteorder`,
    `plugin.Open("${file}"): plugin was built with a different version of package internal/byteorder (previous failure)`,
  ]);
});

describe('one plugin path', () => {
  it('is open once: a copy fails, whichever comes second', () => {
    const { plan, said } = inOrder([fixture('go-match.so'), copy('go-match.so', 'copy.so')]);
    expect(said).toEqual(['loads', 'fails OCX0305']);
    expect(plan.steps[1]?.candidate.alone.load).toBe('loads');
    expect(plan.steps[1]?.judgement.findings[0]?.cause).toBe('loads alone; fails after 1: the same plugin path');
    expect([...plan.breaks]).toEqual([[1, [2]]]);
  });

  it('is not open when the plugin of that path failed its hash check', () => {
    const { said } = inOrder([fixture('go-other-trimpath.so'), copy('go-other-trimpath.so', 'copy.so')]);
    expect(said).toEqual(['fails OCX0410', 'fails OCX0410']);
  });

  it('a symbolic link opens the plugin that is open, and is told about one that failed', () => {
    const directory = room();
    symlinkSync(fixture('go-match.so'), join(directory, 'link.so'));
    symlinkSync(fixture('go-other-trimpath.so'), join(directory, 'failed.so'));
    const paths = ['go-match.so', 'go-other-trimpath.so'].map(fixture);
    const { plan, said } = inOrder([...paths, join(directory, 'link.so'), join(directory, 'failed.so')]);
    expect(said).toEqual(['loads', 'fails OCX0410', 'loads', 'fails OCX0305']);
    expect(plan.steps[2]?.judgement.findings.map(({ code }) => code)).toContain('OCX0307');
  });
});

describe('a file that brings no module of its own', () => {
  it('finds the last one open: plugin already loaded', () => {
    const directory = room();
    const first = copy('go-match.so', 'first.so', directory);
    linkSync(first, join(directory, 'linked.so'));
    expect(inOrder([first, join(directory, 'linked.so'), fixture('go-c-shared.so')]).said).toEqual([
      'loads',
      'fails OCX0305',
      'fails OCX0305',
    ]);
  });

  it('kills the host when the last one failed', () => {
    const directory = room();
    const first = copy('go-match.so', 'first.so', directory);
    linkSync(first, join(directory, 'linked.so'));
    const { plan, said } = inOrder([first, fixture('go-other-trimpath.so'), join(directory, 'linked.so')]);
    expect(said).toEqual(['loads', 'fails OCX0410', 'crashes OCX0306']);
    expect(plan.diesAt).toBe(3);
  });
});

describe('below a crash', () => {
  it('files are judged as if the crashing one were left out, and say so', () => {
    const { plan, said } = inOrder(['go-c-shared.so', 'go-match.so'].map(fixture));
    expect(said).toEqual(['crashes OCX0301', 'loads']);
    expect(plan.diesAt).toBe(1);
    expect(plan.steps[1]).toMatchObject({ below: 1, packages: [expect.stringContaining('plugins/go-match')] });
    expect(plan.steps[1]?.judgement.notChecked).toContain('as if 1, which kills the host, were left out');
  });

  it('of a plugin that the policy refuses nobody dies: it is not opened', () => {
    const { plan } = inOrder(['go-c-shared.so', 'go-match.so'].map(fixture), 'fixtures/otelcol');
    expect(plan.diesAt).toBeNull();
    expect(plan.steps.map(({ opened }) => opened)).toEqual(['no', 'yes']);
  });
});

/** Real files with what only their descriptors or another build would tell changed. */
function candidates(change: (candidate: Candidate, index: number) => Partial<Candidate>): Candidate[] {
  const names = ['go-match.so', 'go-match-newfactory.so', 'go-manifest-twice.so', 'go-manifest-section.so', 'go-no-manifest.so'];
  const { plan } = inOrder(names.map(fixture));
  return (plan?.steps ?? []).map(({ candidate }, index) => ({ ...candidate, linking: null, ...change(candidate, index) }));
}

/** The package that the host lacks, with the hash that this one of them has. */
function bringing(candidate: Candidate, hashes: Readonly<Record<string, string>>): Partial<Candidate> {
  const { evidence } = candidate;
  if (!evidence?.go?.linkHashes) throw new Error('not a Go plugin');
  const brought = Object.entries(hashes).map(([name, hash]) => ({ package: name, hash, offset: 0 }));
  return { evidence: { ...evidence, go: { ...evidence.go, linkHashes: [...evidence.go.linkHashes, ...brought] } } };
}

const hostOf = (opens: HostOpens, components: readonly string[] = []) => ({
  opens,
  components,
  moduledataSize: 592,
  hashOf: (name: string) => (name.startsWith('lacking/') || name.includes('/plugins/') ? null : 'the host has it'),
});
const verdicts = (plan: LoadPlan) => plan.steps.map(({ judgement }) => judgement.verdict);

describe('packages that the host lacks', () => {
  it('are fixed by the first that brings them; who has another version fails, and its own packages stay', () => {
    const hashes = [{ 'lacking/a': '1' }, { 'lacking/a': '2', 'lacking/b': '2' }, { 'lacking/b': '3' }, { 'lacking/a': '1' }];
    const plan = planOf(
      candidates((candidate, index) => bringing(candidate, hashes[index] ?? {})),
      hostOf('everything'),
    );
    expect(verdicts(plan)).toEqual(['loads', 'fails', 'fails', 'loads', 'loads']);
    expect([...plan.breaks]).toEqual([
      [1, [2]],
      [2, [3]],
    ]);
    expect(plan.steps[1]?.packages).toContain('lacking/b');
    // The second comes last, so that it harms nobody.
    expect(plan.best).toEqual({ loads: 4, order: [0, 2, 3, 4, 1], exhaustive: true, leftOut: [1] });
  });

  it('a Collector that opens only what loads is not harmed by what fails', () => {
    const hashes = [{ 'lacking/a': '1' }, { 'lacking/a': '2', 'lacking/b': '2' }, { 'lacking/b': '3' }];
    const plan = planOf(
      candidates((candidate, index) => bringing(candidate, hashes[index] ?? {})),
      hostOf('what loads'),
    );
    expect(verdicts(plan)).toEqual(['loads', 'fails', 'loads', 'loads', 'loads']);
    expect(plan.best).toEqual({ loads: 4, order: null, exhaustive: true, leftOut: [1] });
  });

  it('whether a plugin of unknown fate brought them first is unknown', () => {
    const plan = planOf(
      candidates((candidate, index) => ({
        ...bringing(candidate, { 'lacking/a': String(index) }),
        ...(index === 0 ? { alone: { ...candidate.alone, load: 'unknown', verdict: 'unknown', findings: [] } } : {}),
      })).map((candidate, index) =>
        index === 0
          ? {
              ...candidate,
              alone: {
                ...candidate.alone,
                findings: [
                  {
                    code: 'OCX0201',
                    severity: 'unknown' as const,
                    subject: '',
                    plugin: null,
                    host: null,
                    evidence: '',
                    message: '',
                    cause: null,
                    loaderMessage: null,
                    fix: null,
                    items: [],
                  },
                ],
              },
            }
          : candidate,
      ),
      hostOf('everything'),
    );
    expect(verdicts(plan).slice(0, 2)).toEqual(['unknown', 'unknown']);
    expect(plan.steps[0]?.opened).toBe('maybe');
    expect(plan.steps[1]?.judgement.findings[0]?.code).toBe('OCX0412');
    // Its own, or that of the one before: for the third both are another.
    expect(verdicts(plan)[2]).toBe('unknown');
  });

  it('an order is found that no trying one by one would find', () => {
    // The first conflicts with all others, which get along.
    const plan = planOf(
      candidates((candidate, index) => bringing(candidate, { 'lacking/a': index === 0 ? '1' : '2' })),
      hostOf('what loads'),
    );
    expect(plan.loads).toBe(1);
    expect(plan.best).toEqual({ loads: 4, order: [1, 2, 3, 4, 0], exhaustive: true, leftOut: [0] });
  });
});

describe('a component type', () => {
  const taken = (index: number): Partial<Candidate> => ({
    components: index < 2 ? ['processor batch'] : [`processor p${index}`],
  });

  it('is unique: the Collector refuses who comes second, and who brings a built-in one', () => {
    const plan = planOf(
      candidates((_, index) => taken(index)),
      hostOf('what loads', ['processor p3']),
    );
    expect(verdicts(plan)).toEqual(['loads', 'fails', 'loads', 'fails', 'loads']);
    expect(plan.steps[1]?.judgement.findings[0]).toMatchObject({
      code: 'OCX0503',
      cause: `loads alone; fails: processor batch is of 1: ${plan.steps[0]?.candidate.name}`,
    });
    expect(plan.steps[3]?.judgement.findings[0]?.cause).toBe('loads alone; fails: processor p3 is built into the host');
  });

  it('of another host is only said', () => {
    const plan = planOf(
      candidates((_, index) => taken(index)),
      hostOf('everything'),
    );
    expect(verdicts(plan)).toEqual(['loads', 'loads', 'loads', 'loads', 'loads']);
    expect(plan.steps[1]?.judgement.findings.map(({ code }) => code)).toContain('OCX0504');
  });
});

it('a library that is opened twice is refused by the ocx runtime, and opened once by another host', () => {
  const directory = room();
  const first = copy('rust-match.so', 'first.so', directory);
  linkSync(first, join(directory, 'linked.so'));
  const { plan, said } = inOrder([first, join(directory, 'linked.so')]);
  expect(said).toEqual(['loads', 'loads']);
  const there = plan.steps.map(({ candidate }) => candidate);
  expect(verdicts(planOf(there, hostOf('what loads')))).toEqual(['loads', 'fails']);
});

describe('the search for another order', () => {
  it('says so when it was cut short', () => {
    const [first] = candidates(() => ({}));
    if (!first) throw new Error('no candidate');
    // Each fights for three of sixty packages.
    const ring = Array.from({ length: 60 }, (_, index) => ({
      ...first,
      ...bringing(
        {
          ...first,
          evidence: first.evidence && {
            ...first.evidence,
            go: first.evidence.go && { ...first.evidence.go, pluginPath: `p${index}`, linkHashes: [] },
          },
        },
        Object.fromEntries(
          [index, (index * 7 + 1) % 60, (index * 11 + 3) % 60].map((name) => [`lacking/${name}`, String(index)]),
        ),
      ),
      order: index + 1,
      file: null,
      components: [],
    }));
    const plan = planOf(ring, hostOf('what loads'));
    expect(plan.best.loads).toBeGreaterThanOrEqual(plan.loads);
    expect(plan.best.exhaustive).toBe(false);
  });

  // Pairs grow with the square: of ten thousand links to one file they once were all of the memory.
  it('is over in the time of a look at all of them, of as many plugins as a directory may hold', () => {
    const [first] = candidates(() => ({}));
    if (!first) throw new Error('no candidate');
    const same = Array.from({ length: 10_000 }, (_, index) => ({ ...first, order: index + 1 }));
    const { best, loads } = planOf(same, hostOf('what loads'));
    expect([loads, best.loads, best.order]).toEqual([1, 1, null]);
  });
});
