import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ElfFile } from '../../source/binary/elf/elfFile.js';
import { FileSource } from '../../source/binary/reader/byteSource.js';
import { placeOf } from '../../source/catalog/discovery.js';
import { scan } from '../../source/catalog/scan.js';
import { report } from '../../source/commands/output/report.js';
import { profileShape } from '../../source/profile/hostProfile.js';
import { packNames, ROOM, unpackNames } from '../../source/profile/nameSet.js';
import { readProfile } from '../../source/profile/readProfile.js';
import { ocx } from '../commands/run.js';

const HOSTS = [
  'otelcol',
  'other-hosts/otelcol-no-manifest',
  'other-hosts/otelcol-no-trimpath',
  'other-hosts/otelcol-no-cgo',
  'other-hosts/otelcol-go1.25',
].map((name) => `fixtures/${name}`);

let work = '';
const profileOf = (host: string) => join(work, `${basename(host)}.json`);
const make = (binary: string, output: string) => ocx(['collector', 'profile', binary, '-o', output, '--force']);

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'ocx-profile-'));
  for (const host of HOSTS) expect((await make(host, profileOf(host))).status).toBe(0);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** What `check-all --output json` says of everything, without the host's path. */
function verdicts(host: string): string {
  const snapshot = scan({ place: placeOf(['fixtures/plugins']), host, recursive: true, now: 0 });
  return JSON.stringify(report(snapshot)).replace(`"path":${JSON.stringify(host)}`, '"path":"HOST"');
}

describe('a host profile', () => {
  it.each(HOSTS)('of %s gives the verdicts of the binary, byte for byte', (host) => {
    expect(verdicts(profileOf(host))).toBe(verdicts(host));
  });

  it('has the published schema, which is written from the shape that reads it', async () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Host profile of ocx, format 1',
      description: 'What verdicts need to know of a host. docs/host-profile.md says what each field is.',
      ...profileShape.schema,
    };
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot('../../spec/host-profile.schema.json');
    const valid = new Ajv2020({ strict: true, allowUnionTypes: true, strictTypes: false }).compile(schema);
    for (const host of HOSTS) {
      expect(valid(JSON.parse(readFileSync(profileOf(host), 'utf8'))), JSON.stringify(valid.errors?.slice(0, 2))).toBe(true);
    }
  });

  it('made twice is the same, names no folder, and may be gzipped', async () => {
    const [host = ''] = HOSTS;
    const text = readFileSync(profileOf(host), 'utf8');
    expect(text).toBe((await ocx(['collector', 'profile', host])).stdout);
    expect(text).not.toContain(process.cwd());
    await make(host, join(work, 'host.json.gz'));
    const gzipped = readFileSync(join(work, 'host.json.gz'));
    expect(gunzipSync(gzipped).toString('utf8')).toBe(text);
    expect(gzipped.length).toBeLessThan(60_000);
    expect(verdicts(join(work, 'host.json.gz'))).toBe(verdicts(host));
  });

  it('knows each symbol and each package of the binary, and says of no other that it surely has it', () => {
    const [path = ''] = HOSTS;
    const source = new FileSource(path);
    const table = ElfFile.read(source).dynamicSymbols;
    const { host, profile } = readProfile(readFileSync(profileOf(path)));
    let names = 0;
    for (let index = 1; index < table.count; index++) {
      const name = table.name(index);
      if (table.raw(index).sectionIndex === 0) continue;
      names++;
      expect(name.startsWith('go:link.pkghashbytes.') ? host.hashOf(name.slice(21)) : host.defines(name)).toBeTruthy();
      for (const other of [`${name}~`, `${name}.no`]) expect(host.surelyDefines(other)).toBe(false);
    }
    source.close();
    expect(names).toBeGreaterThan(10_000);
    expect(profile.symbols.others.bits).toBe(16);
  });

  it.each([
    ['text', 'hello', 'is not a Collector'],
    ['other JSON', '{"plugins": []}', 'is JSON, but no host profile; make one: ocx collector profile'],
    ['a later format', '{"kind": "ocx host profile", "format_version": 2}', 'of format 2, and this ocx reads 1: update ocx'],
    ['one cut short', (text: string) => text.slice(0, 5000), 'is a damaged host profile: its JSON breaks off'],
    [
      'one with a digit changed',
      (text: string) => text.replace(/"runtime":"(.)/, (all, digit) => all.slice(0, -1) + (digit === '0' ? '1' : '0')),
      'was changed after it was made',
    ],
    ['one without a field', (text: string) => text.replace('"endian":"little",', ''), 'host.evidence.object.endian is missing'],
    [
      'one with a wrong hash',
      (text: string) => text.replace(/"runtime":"../, '"runtime":"zz'),
      'host.packages.runtime is not 8 bytes in hex',
    ],
    ['gzip of nothing', gzipSync('').subarray(0, 12), 'is gzipped and damaged'],
  ])('that is %s is refused with a sentence', async (_what, change, sentence) => {
    const file = join(work, 'wrong.json');
    const text = readFileSync(profileOf('otelcol'), 'utf8');
    writeFileSync(file, typeof change === 'function' ? change(text) : change);
    const { status, stderr } = await ocx(['plugins', 'check-all', 'fixtures/plugins', '--host', file]);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('bug');
    expect(status).toBe(2);
  });

  it('can not be made of a profile, of what is no program, or where nothing can be written', async () => {
    expect((await make(profileOf('otelcol'), join(work, 'x'))).stderr).toContain('a profile is made of the Collector');
    expect((await make('package.json', join(work, 'x'))).stderr).toContain('is no program');
    expect((await make('README.md', join(work, 'x'))).stderr).toContain('is not a Collector');
    expect((await make('fixtures/otelcol', '/no/such/place')).stderr).toContain("can't be written");
  });
});

describe('a set of names', () => {
  const names = Array.from({ length: 5000 }, (_, index) => `example.com/pkg${index % 7}.(*T).m${index}`);

  it('has every name put in, and takes one of 2^bits of the others for one of them', () => {
    const packed = packNames(names);
    const set = unpackNames({ ...packed }, 'set');
    expect(names.every((name) => set.has(name))).toBe(true);
    const few = unpackNames(packNames(names.map((name) => `${name}x`)), 'set');
    expect(names.filter((name) => few.has(name)).length).toBeLessThanOrEqual(2);
  });

  it('keeps to its room however many there are, at the price of more mistakes, as many as it says', () => {
    const many = Array.from({ length: 300_000 }, (_, index) => `n${index}.m`);
    const packed = packNames(many);
    expect(packed.bits).toBe(2 + 1);
    const size = Buffer.from(packed.set, 'base64').length;
    expect(size).toBeLessThan(ROOM * 1.1);
    const set = unpackNames(packed, 'set');
    const wrong = Array.from({ length: 8000 }, (_, index) => `q${index}.m`).filter((name) => set.has(name)).length;
    expect(wrong / 8000).toBeGreaterThan(0.5 / 2 ** packed.bits);
    expect(wrong / 8000).toBeLessThan(1.5 / 2 ** packed.bits);
  });

  it.each([
    [{ count: 100, bits: 16, set: 'AAAA' }],
    [{ count: 1e9, bits: 3, set: '' }],
    [{ count: 1, bits: 60, set: 'AAAAAAAAAAAAAAAA' }],
  ])('that can not be one is refused: %j', (packed) => {
    expect(() => unpackNames(packed, 'set')).toThrow(/^set /);
  });

  it('of none has none', () => {
    expect(unpackNames(packNames([]), 'set').has('a.b')).toBe(false);
  });
});
