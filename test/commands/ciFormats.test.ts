import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sarifSchema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Log, Result } from 'sarif';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../source/builder/configuration.js';
import { entryLines } from '../../source/builder/entryLines.js';
import { placeOf } from '../../source/catalog/discovery.js';
import { scan } from '../../source/catalog/scan.js';
import type { Checked } from '../../source/commands/output/ci/checked.js';
import { junitLines } from '../../source/commands/output/ci/junit.js';
import { sarifLog } from '../../source/commands/output/ci/sarif.js';
import { clean } from '../../source/terminal/clean.js';
import { ocx } from './run.js';

const ALL = ['plugins', 'check-all', 'fixtures/plugins', '--collector', 'fixtures/otelcol', '--no-load', '-o'];
const BUILD_FILE = `dist:
  name: otelcol-x
plugins:
  - name: go-other-tags
    processors:
      - gomod: example.com/a v1.0.0
  - name: go-other-dependency
    processors:
      - gomod: example.com/b v1.0.0
      - gomod: github.com/cespare/xxhash/v2 v2.2.0
`;

const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
// Draft 4, of which it uses nothing that later drafts read otherwise.
const { $schema: _draft, id: _id, ...schema } = sarifSchema as Record<string, unknown>;
const validSarif = ajv.compile(schema);

const xml = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', isArray: (name) => name === 'testcase' });
interface Case {
  readonly name: string;
  readonly file: string;
  readonly line?: string;
  readonly failure?: { type: string; message: string; '#text': string };
  readonly error?: { type: string; message: string };
}
const casesOf = (text: string): Case[] => xml.parse(text).testsuites.testsuite.testcase;
const resultsOf = (log: Log): Result[] => log.runs.flatMap(({ results }) => results ?? []);
const placeOfResult = (result: Result) => {
  const { artifactLocation, region } = result.locations?.[0]?.physicalLocation ?? {};
  return `${artifactLocation?.uri}:${region?.startLine}`;
};

let folder: string;
let buildFile: string;
let sarif: Log;
let junit: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ocx-ci-'));
  buildFile = join(folder, 'ocx-build.yaml');
  writeFileSync(buildFile, BUILD_FILE);
  sarif = JSON.parse((await ocx([...ALL, 'sarif'])).stdout);
  junit = (await ocx([...ALL, 'junit'])).stdout;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('check-all --output sarif', () => {
  it('is SARIF 2.1.0 by the official schema', () => {
    expect(validSarif(sarif), JSON.stringify(validSarif.errors?.slice(0, 3))).toBe(true);
  });

  it('has every finding of every plugin but notes, with the rule of its code', async () => {
    const { plugins } = JSON.parse((await ocx([...ALL, 'json'])).stdout);
    const expected = plugins.flatMap(({ findings = [] }: { findings?: { code: string; severity: string }[] }) =>
      findings.filter(({ severity }) => severity !== 'note').map(({ code }) => code),
    );
    expect(resultsOf(sarif).map(({ ruleId }) => ruleId)).toEqual(expected);
    const rules = sarif.runs[0]?.tool.driver.rules ?? [];
    for (const { ruleId, ruleIndex = -1 } of resultsOf(sarif)) expect(rules[ruleIndex]?.id).toBe(ruleId);
    expect(new Set(rules.map(({ id }) => id))).toEqual(new Set(expected));
  });

  it('what does not load is an error, what decides nothing a warning; paths are relative to the sources', () => {
    const of = (name: string) => resultsOf(sarif).filter(({ message }) => message.text?.startsWith(`${name}: `));
    expect(of('go-other-dependency.so')[0]).toMatchObject({ level: 'error' });
    expect(of('go-manifest-sidecar.so')[0]).toMatchObject({ level: 'warning' });
    expect(of('go-other-dependency.so').map(placeOfResult)[0]).toBe('fixtures/plugins/go-other-dependency.so:1');
  });

  it('no name of a file becomes a link, a placeholder or an escape sequence', () => {
    const checked = checkedOf('fixtures/plugins');
    const [record] = checked.snapshot.plugins.filter(({ name }) => name === 'go-other-tags.so');
    if (record?.state !== 'judged') throw new Error('go-other-tags.so is not judged');
    const name = 'a[here](https://evil.example){0}\u001b[31m.so';
    const log = sarifLog({ ...checked, snapshot: { ...checked.snapshot, plugins: [{ ...record, name }] } }, '1');
    const text = resultsOf(log)[0]?.message.text ?? '';
    expect(text).toContain('a[here] (https://evil.example){{0}}\\x1b[31m.so');
    for (const { message } of resultsOf(sarif)) expect(message.text).toBe(clean(message.text ?? ''));
  });

  it('a plugin that does not open though it would load is a result of its own', () => {
    const checked = checkedOf('fixtures/plugins');
    const [record] = checked.snapshot.plugins.filter(({ name }) => name === 'go-match.so');
    if (!record) throw new Error('go-match.so is not there');
    const probe = { outcome: 'panics', message: 'no <luck>', components: [], milliseconds: 3, asPredicted: false } as const;
    const failed = { ...checked, snapshot: { ...checked.snapshot, plugins: [record] }, probes: new Map([[record.path, probe]]) };
    const log = sarifLog(failed, '1');
    expect(validSarif(JSON.parse(JSON.stringify(log)))).toBe(true);
    expect(resultsOf(log)[0]).toMatchObject({ ruleId: 'OCX-PROBE', level: 'error' });
    expect(casesOf(junitLines(failed).join('\n'))[0]?.failure).toMatchObject({
      type: 'panics',
      message: expect.stringContaining('no <luck>'),
    });
  });
});

describe('check-all --output junit', () => {
  it('is well-formed XML whose counts are those of its cases', () => {
    expect(XMLValidator.validate(junit)).toBe(true);
    const { tests, failures, errors } = xml.parse(junit).testsuites;
    const cases = casesOf(junit);
    expect([tests, failures, errors].map(Number)).toEqual([
      cases.length,
      cases.filter(({ failure }) => failure).length,
      cases.filter(({ error }) => error).length,
    ]);
  });

  it('one case a plugin: loads passes, unknown is an error, all else a failure with its reasons', async () => {
    const { plugins } = JSON.parse((await ocx([...ALL, 'json'])).stdout);
    const judged = plugins.filter(({ state }: { state: string }) => state === 'judged');
    const verdicts = casesOf(junit).map(({ failure, error }) => failure?.type ?? error?.type ?? 'loads');
    expect(verdicts).toEqual(judged.map(({ verdict }: { verdict: string }) => verdict));
    expect(casesOf(junit).find(({ name }) => name === 'go-other-tags.so')?.failure?.['#text']).toContain('OCX0802');
  });

  it('holds no character that a terminal acts on, whatever files are called', () => {
    for (const line of junit.split('\n')) expect(line).toBe(clean(line));
  });
});

describe('a folder without plugins is not green in CI', () => {
  const none = (...args: string[]) => ocx(['plugins', 'check-all', 'fixtures/src', ...args]);

  it('junit: an error that says so', async () => {
    const { status, stdout, stderr } = await none('-o', 'junit');
    expect(XMLValidator.validate(stdout)).toBe(true);
    expect(Number(xml.parse(stdout).testsuites.errors)).toBe(1);
    expect(casesOf(stdout)[0]?.error?.message).toContain(
      'no plugin (*.so) to judge in fixtures/src: it has c, demo, go and 1 more',
    );
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('no plugin (*.so) to judge in fixtures/src'),
    });
  });

  it('sarif: an invocation that did not succeed, by the official schema', async () => {
    const log: Log = JSON.parse((await none('-o', 'sarif')).stdout);
    expect(validSarif(log), JSON.stringify(validSarif.errors?.slice(0, 3))).toBe(true);
    const [invocation] = log.runs[0]?.invocations ?? [];
    expect(invocation).toMatchObject({ executionSuccessful: false, exitCode: 2 });
    expect(invocation?.toolConfigurationNotifications?.[0]?.message.text).toContain('no plugin (*.so) to judge');
    expect(log.runs[0]?.results).toEqual([]);
  });

  it.each(['junit', 'sarif'])('%s: green with --allow-empty', async (format) => {
    const { status, stdout, stderr } = await none('-o', format, '--allow-empty');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).not.toContain('no plugin (');
  });
});

describe('--build-file', () => {
  const withFile = (format: string) => ocx([...ALL, format, '--build-file', buildFile]);

  it('annotates the entry of the plugin, or its component that is the module in question; other plugins stay files', async () => {
    const log: Log = JSON.parse((await withFile('sarif')).stdout);
    const places = new Map(
      resultsOf(log).map((result) => [`${result.message.text?.split(':')[0]} ${result.ruleId}`, placeOfResult(result)]),
    );
    expect(places.get('go-other-tags.so OCX0802')).toMatch(/ocx-build\.yaml:4$/);
    expect(places.get('go-other-trimpath.so OCX0410')).toBe('fixtures/plugins/go-other-trimpath.so:1');
    const cases = casesOf((await withFile('junit')).stdout);
    expect(cases.find(({ name }) => name === 'go-other-tags.so')).toMatchObject({
      line: '4',
      file: expect.stringMatching(/ocx-build\.yaml$/),
    });
    const lineOf = entryLines(parseConfiguration(BUILD_FILE, buildFile, folder));
    expect(lineOf('x/go-other-dependency.so', ['github.com/cespare/xxhash/v2'])?.line).toBe(10);
    expect(lineOf('x/other.so', [])).toBeNull();
  });

  it('is refused where it would do nothing, and a wrong one is told by its line', async () => {
    expect(await withFile('json')).toMatchObject({ status: 2, stderr: expect.stringContaining('--build-file is for') });
    copyFileSync(buildFile, `${buildFile}.wrong`);
    writeFileSync(`${buildFile}.wrong`, readFileSync(buildFile, 'utf8').replace('plugins:', 'plugin:'));
    const { status, stderr } = await ocx([...ALL, 'sarif', '--build-file', `${buildFile}.wrong`]);
    expect(status).toBe(2);
    expect(stderr).toContain('ocx-build.yaml.wrong:3: ');
  });
});

function checkedOf(directory: string): Checked {
  const snapshot = scan({
    place: placeOf([directory]),
    host: 'fixtures/otelcol',
    policy: 'exact',
    entryNames: null,
    recursive: false,
    now: 0,
  });
  return { snapshot, probes: null, exitCode: 1, unanswered: [], root: process.cwd(), entryLine: () => null };
}
