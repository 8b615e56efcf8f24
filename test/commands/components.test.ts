import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ElfBuilder } from '../binary/elfBuilder.js';
import { ocx } from './run.js';

// What `ocx build` embedded in a Collector and a plugin (test/components/built), in small files: the commands read the bytes
// of those notes and nothing else. test/toolchain/build.test.ts does the same with the files of a real build.

const room = mkdtempSync(join(tmpdir(), 'ocx-components-'));
const plugins = join(room, 'plugins');
const host = join(room, 'otelcol');
const built = (name: string) => readFileSync(`test/components/built/${name}.json`, 'utf8');

const ET_EXEC = 2;

function write(path: string, descriptors: string | null): void {
  const elf = new ElfBuilder(64, 'little');
  if (path === host) elf.type = ET_EXEC;
  if (descriptors !== null) elf.note('OTelCol', 2, descriptors);
  const source = elf.build();
  writeFileSync(path, source.read(0, source.size, 'file'));
}

beforeAll(() => {
  mkdirSync(plugins);
  write(host, built('otelcol'));
  write(join(plugins, 'redaction.so'), built('redaction'));
  write(
    join(plugins, 'sender.so'),
    '{"components": [{"kind": "exporter", "type": "sender", "description": "Sends things somewhere.", "docs": "Sends things\\nsomewhere.\\n\\nMore of it."}]}',
  );
  write(join(plugins, 'silent.so'), null);
  write(
    join(plugins, 'wrong.so'),
    '{"components": [{"kind": "sink", "type": "x"}, {"kind": "exporter", "type": "evil", "docs": "\\u001b[31m"}]}',
  );
});
afterAll(() => rmSync(room, { recursive: true, force: true }));

const run = (...args: string[]) => ocx(['components', ...args, '--dir', plugins, '--collector', host]);

describe('ocx components', () => {
  it('away from any Collector says that its own components are not known', async () => {
    const { status, stderr } = await ocx(['components', 'explain', 'batch', '--dir', plugins]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr:
        'ocx: no component of type "batch"; there are evil, redaction, sender; no Collector is known whose own could be meant: --collector FILE names it\n',
    });
  });

  it('lists what the Collector and its plugins bring, with origin and the sign of what would not load', async () => {
    const { status, stdout } = await run();
    expect(status).toBe(0);
    const rows = stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, '  ').replaceAll(`${room}/`, ''));
    expect(rows).toContain(
      '  processor  batch  logs beta, metrics beta, traces beta  go.opentelemetry.io/collector/processor/batchprocessor v0.165.0  built-in',
    );
    expect(rows.find((row) => row.includes('  redaction  '))).toMatch(/^! {2}processor.*plugins\/redaction\.so$/);
    expect(stdout).toMatch(/^not loaded: .*redaction\.so: /m);
    expect(stdout).toMatch(/^not described: .*silent\.so: carries no descriptors$/m);
    expect(stdout).toMatch(/^not described: .*wrong\.so: descriptors: components\[0\]\.kind must be receiver, /m);
  });

  it.each([
    [['--plugins'], ['processor redaction', 'exporter evil', 'exporter sender']],
    [['--kind', 'receiver'], ['receiver otlp']],
    [
      ['list', '--plugins', '--kind', 'exporter'],
      ['exporter evil', 'exporter sender'],
    ],
  ])('%j leaves out the others', async (args, expected) => {
    const { stdout } = await run(...args, '--output', 'json');
    const { components } = JSON.parse(stdout);
    expect(components.map(({ kind, type }: { kind: string; type: string }) => `${kind} ${type}`)).toEqual(expected);
  });

  it('gives JSON as its schema says, and YAML with the same data', async () => {
    const schema = JSON.parse(readFileSync('spec/components.schema.json', 'utf8'));
    const isValid = new Ajv2020({ strict: true, strictTypes: false }).compile(schema);
    const { stdout } = await run('list', '-o', 'json');
    const report = JSON.parse(stdout);
    expect(isValid(report), JSON.stringify(isValid.errors)).toBe(true);
    expect(parse((await run('list', '-o', 'yaml')).stdout)).toEqual(report);
  });

  it('explain shows fields, types, defaults, what is required and secret, and the docs', async () => {
    const { status, stdout } = await run('explain', 'redaction');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\$ {2}hmac_key +secret +not set +HMACKey is the secret key/m);
    expect(stdout).toMatch(/^ {3}allow_all_keys +boolean +false /m);
    expect(stdout).toMatch(/^ {3}hash_function +enum +"" +sha1 \| sha3 \| md5/m);
    expect(stdout).toMatch(/^# Redaction processor$/im);
    const { stdout: otlp } = await run('explain', 'otlp');
    expect(otlp).toMatch(/^ {5}grpc +group +not set/m);
    expect(otlp).toMatch(/^not valid as it is: protocols: must specify at least one protocol/m);
  });

  // A Rust plugin's docs are its doc comment, and its description is the first paragraph of that (descriptor.rs).
  it('explain of a Rust component says its description once', async () => {
    const { stdout } = await run('explain', 'sender');
    expect(stdout).toMatch(/^Sends things\nsomewhere\.\n\nMore of it\.$/m);
    expect(stdout).not.toContain('Sends things somewhere.');
  });

  it('default-config can be pasted: it parses to the default configuration, and holds no secret', async () => {
    const { status, stdout } = await run('default-config', 'redaction');
    expect(status).toBe(0);
    const json = JSON.parse((await run('default-config', 'redaction', '-o', 'json')).stdout);
    expect(parse(stdout)).toEqual(json);
    expect(parse((await run('default-config', 'redaction', '--fields', 'all')).stdout)).toEqual(json);
    expect(json.processors.redaction.hmac_key).toBeUndefined();
    expect(stdout).toContain('    # Summary controls the verbosity level');
  });

  it('what a file says reaches no terminal raw', async () => {
    for (const args of [
      ['explain', 'evil'],
      ['explain', 'evil', '-o', 'json'],
      ['list', '-o', 'yaml'],
    ])
      expect((await run(...args)).stdout).not.toContain('\x1b');
  });

  it.each([
    [['explain', 'nope'], 'ocx: no component of type "nope"; there are batch, debug, evil, otlp, redaction, sender\n'],
    [['default-config', 'evil'], 'ocx: exporter evil: its file does not carry its configuration\n'],
  ])('%j is exit code 2 and one sentence', async (args, sentence) => {
    const { status, stdout, stderr } = await run(...args);
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: sentence });
  });
});

describe('ocx plugins', () => {
  it('inspect says what a plugin brings, and what is wrong with how it says so', async () => {
    const inspected = async (name: string) =>
      (await ocx(['plugins', 'inspect', join(plugins, name), '--collector', host])).stdout;
    expect(await inspected('redaction.so')).toMatch(
      /^ {2}brings +processor redaction \(logs alpha, metrics alpha, traces beta\)$/m,
    );
    expect(await inspected('wrong.so')).toMatch(/^ {2}descriptors +components\[0\]\.kind must be receiver, /m);
  });
});
