import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ocx } from '../commands/run.js';
import { distribution, flip, list, MINE, signed, THEIRS } from './made.js';

const room = mkdtempSync(join(tmpdir(), 'ocx-dist-'));
const whole = join(room, 'whole');
let dist = '';
let counter = 0;
beforeAll(() => {
  distribution(whole);
  signed(join(whole, 'distribution.json'), 'timestamp:1\tfile:distribution.json');
});
beforeEach(() => {
  dist = join(room, String(counter++));
  cpSync(whole, dist, { recursive: true });
});
afterAll(() => rmSync(room, { recursive: true, force: true }));

const matches = new Ajv2020({ strict: true, strictTypes: false }).compile(
  JSON.parse(readFileSync('spec/dist-verify-output.schema.json', 'utf8')),
);

interface Check {
  readonly path: string;
  readonly state: string;
  readonly findings: readonly { code: string; message: string; plugin: string | null; host: string | null }[];
}

async function verify(...args: string[]) {
  const { status, stdout, stderr } = await ocx(['dist', 'verify', dist, ...args, '--output', 'json']);
  expect(stderr).toBe('');
  const data = JSON.parse(stdout);
  expect(matches(data), JSON.stringify(matches.errors?.slice(0, 3))).toBe(true);
  const files: Check[] = data.files;
  const wrong = files
    .filter(({ state }) => state !== 'ok')
    .map(({ path, state, findings }) => [path, state, findings.map(({ code }) => code).join(' ')]);
  return { status, data, files, wrong, signature: data.signature };
}

const at = (path: string) => join(dist, path);

describe('ocx dist verify', () => {
  it('says of a distribution as it was built that every file is the one that is listed', async () => {
    const { status, wrong, files, data } = await verify();
    expect({ status, wrong, verified: data.verified }).toEqual({ status: 0, wrong: [], verified: true });
    expect(files.map(({ path }) => path)).toEqual([
      'otelcol',
      'plugins/go-match.so',
      'plugins/rust-match.so',
      'otelcol.manifest.json',
      'plugins/go-match.so.manifest.json',
      'plugins/rust-match.so.manifest.json',
    ]);
  });

  it('passes over what the build keeps for itself, and over signatures of plugins', async () => {
    mkdirSync(at('.ocx'));
    writeFileSync(at('.ocx/state.json'), '{}');
    writeFileSync(at('build.log'), '');
    signed(at('plugins/go-match.so'));
    expect((await verify()).status).toBe(0);
  });

  it('finds a byte of code that was changed, and says that the size is the same', async () => {
    flip(at('plugins/go-match.so'), 0.5);
    const { status, wrong, files } = await verify();
    expect({ status, wrong }).toEqual({ status: 1, wrong: [['plugins/go-match.so', 'changed', 'OCX0905']] });
    expect(files[1]?.findings[0]?.message).toBe('it was changed: another sha256, of the same size');
  });

  it('finds plugins that were exchanged, and whose manifest and descriptors are in which', async () => {
    renameSync(at('plugins/go-match.so'), at('x'));
    renameSync(at('plugins/rust-match.so'), at('plugins/go-match.so'));
    renameSync(at('x'), at('plugins/rust-match.so'));
    expect((await verify()).wrong).toEqual([
      ['plugins/go-match.so', 'changed', 'OCX0905 OCX0908 OCX0908'],
      ['plugins/rust-match.so', 'changed', 'OCX0905 OCX0908 OCX0908'],
    ]);
  });

  it('finds a manifest that was edited, beside the file and within', async () => {
    writeFileSync(at('otelcol.manifest.json'), '{}');
    const file = at('plugins/rust-match.so');
    writeFileSync(file, readFileSync(file, 'latin1').replaceAll('"release"', '"relaese"'), 'latin1');
    expect((await verify()).wrong).toEqual([
      ['plugins/rust-match.so', 'changed', 'OCX0905 OCX0908'],
      ['otelcol.manifest.json', 'changed', 'OCX0905'],
    ]);
  });

  it('finds what is missing, what was added, and a link in the place of a file', async () => {
    rmSync(at('plugins/rust-match.so'));
    writeFileSync(at('plugins/evil.so'), 'evil');
    mkdirSync(at('plugins/below'));
    writeFileSync(at('plugins/below/x'), '');
    renameSync(at('otelcol'), join(room, 'elsewhere'));
    symlinkSync(join(room, 'elsewhere'), at('otelcol'));
    const { status, wrong, files } = await verify();
    expect({ status, wrong }).toEqual({
      status: 1,
      wrong: [
        ['otelcol', 'changed', 'OCX0905'],
        ['plugins/rust-match.so', 'missing', 'OCX0907'],
        ['plugins/below/x', 'added', 'OCX0906'],
        ['plugins/evil.so', 'added', 'OCX0906'],
      ],
    });
    expect(files[0]?.findings[0]?.message).toBe('it is a symbolic link, and no file');
  });

  it('finds a list that was written anew to suit a manifest that was edited', async () => {
    const edited = readFileSync(at('distribution.json'), 'utf8').replace(/("manifest_sha256": ")..../, '$10000');
    writeFileSync(at('distribution.json'), edited);
    expect((await verify()).wrong).toEqual([['otelcol', 'changed', 'OCX0908']]);
    expect((await verify('--key', MINE)).signature).toMatchObject({ state: 'bad', findings: [{ code: 'OCX0904' }] });
  });
});

describe('the signature of a distribution', () => {
  it('is said to be there without a key, and to hold with its own', async () => {
    expect((await verify()).signature).toMatchObject({ state: 'not checked', key_id: '77E29054F489D98A', findings: [] });
    const { status, signature } = await verify('--key', THEIRS, '--trusted-key', MINE);
    expect({ status, state: signature.state, comment: signature.trusted_comment }).toEqual({
      status: 0,
      state: 'good',
      comment: 'timestamp:1\tfile:distribution.json',
    });
  });

  it('is looked at with the keys of the environment, too', async () => {
    const env = { OTELCOL_PLUGIN_TRUSTED_KEYS: `${THEIRS},${MINE}` };
    const { stdout, status } = await ocx(['dist', 'verify', dist], env);
    expect(stdout).toContain('signature     good, of key 77E29054F489D98A: timestamp:1, file:distribution.json');
    expect(status).toBe(0);
  });

  it.each([
    ['of another key', () => {}, THEIRS, 'bad', 'OCX0903'],
    ['that was stripped', () => rmSync(at('distribution.json.minisig')), MINE, 'none', 'OCX0902'],
    [
      'of another list',
      () => writeFileSync(at('distribution.json'), readFileSync(at('distribution.json'), 'utf8').replace('1.0.0', '1.0.1')),
      MINE,
      'bad',
      'OCX0904',
    ],
    ['that is none', () => writeFileSync(at('distribution.json.minisig'), 'x'), MINE, 'bad', 'OCX0904'],
    [
      'that is a folder',
      () => {
        rmSync(at('distribution.json.minisig'));
        mkdirSync(at('distribution.json.minisig'));
      },
      MINE,
      'bad',
      'OCX0904',
    ],
  ])('%s does not pass', async (_, tamper, key, state, code) => {
    tamper();
    const { status, signature } = await verify('--key', key);
    expect({ status, state: signature.state, code: signature.findings[0].code }).toEqual({ status: 1, state, code });
  });

  it('of a list that was signed after a file was changed does not hide the file', async () => {
    flip(at('plugins/go-match.so'), 0.5);
    expect((await verify('--key', MINE)).wrong).toHaveLength(1);
    list(dist);
    signed(at('distribution.json'));
    expect((await verify('--key', MINE)).status).toBe(0);
  });
});

describe('what people see', () => {
  it('names each file, what is wrong with it, both digests, and what to do', async () => {
    flip(at('plugins/go-match.so'), 0.5);
    writeFileSync(at('plugins/evil\x1b[31m.so'), 'evil');
    const { stdout, status } = await ocx(['dist', 'verify', dist, '--key', THEIRS]);
    expect(status).toBe(1);
    expect(stdout).not.toContain('\x1b');
    expect(stdout.replaceAll(dist, 'DIST').replaceAll(/\b[0-9a-f]{64}\b/g, 'SHA256')).toMatchInlineSnapshot(`
      "distribution  otelcol v1.0.0  (DIST)
      signature     of key 77E29054F489D98A, which is not trusted

      state      kind       file                                     size  what
      + ok       collector  otelcol                                4.0 MB  as listed
      x changed  plugin     plugins/go-match.so                    4.0 MB  it was changed: another sha256, of the same size
      + ok       plugin     plugins/rust-match.so                316.3 kB  as listed
      + ok       manifest   otelcol.manifest.json                  1.5 kB  as listed
      + ok       manifest   plugins/go-match.so.manifest.json       937 B  as listed
      + ok       manifest   plugins/rust-match.so.manifest.json     766 B  as listed
      ? added               plugins/evil\\x1b[31m.so                   4 B  it is not listed

      - OCX0903  signed by key 77E29054F489D98A, which is not trusted
          --> distribution.json   distribution.json.minisig
           |  signer  key 77E29054F489D98A
           |  wanted  trusts DC3FB767BE344386
           =  fix: if that key is to be trusted, name its public key among the trusted ones

      - OCX0905  it was changed: another sha256, of the same size
          --> plugins/go-match.so   distribution.json, plugins/go-match.so
           |  found   SHA256
           |  listed  SHA256
           =  fix: copy the file again from where the distribution was built

      - OCX0906  it is not listed
          --> plugins/evil\\x1b[31m.so   distribution.json
           |  found   SHA256
           =  fix: take it out, if nobody knows it

      7 files: 5 ok, 1 changed, 1 added; signed by a key that is not trusted
      "
    `);
  });

  it('the same as YAML', async () => {
    const yaml = await ocx(['dist', 'verify', dist, '-o', 'yaml']);
    expect(parse(yaml.stdout)).toEqual((await verify()).data);
  });

  it.each([
    ['no such folder', ['nowhere'], 'ocx: nowhere: no such file or directory'],
    ['a folder without a list', ['test'], 'ocx: test/distribution.json: no such file or directory'],
    ['another file', ['README.md'], 'ocx: README.md is neither the folder of a distribution nor a distribution.json'],
    ['a key that is not there', ['test', '--key', 'no.pub'], 'ocx: trusted key no.pub: no such file or directory'],
    [
      'a key that is none',
      ['test', '--key', 'README.md'],
      'ocx: trusted key README.md: its first line does not begin with "untrusted comment:"',
    ],
  ])('%s is one sentence, and exit code 2', async (_, args, sentence) => {
    expect(await ocx(['dist', 'verify', ...args])).toEqual({ status: 2, stdout: '', stderr: `${sentence}\n` });
  });

  it.each([
    ['of another key', () => {}, THEIRS, 'of key 77E29054F489D98A, which is not trusted', 'signed by a key that is not trusted'],
    ['that was stripped', () => rmSync(at('distribution.json.minisig')), MINE, 'none', 'not signed'],
    [
      'that does not hold',
      () => writeFileSync(at('distribution.json'), `${readFileSync(at('distribution.json'), 'utf8')}\n`),
      MINE,
      'bad',
      'the signature does not hold',
    ],
  ])('where the files are right the last line says what of a signature %s is wrong', async (_, tamper, key, state, words) => {
    tamper();
    const { stdout, status } = await ocx(['dist', 'verify', dist, '--key', key]);
    expect(status).toBe(1);
    expect(stdout).toContain(`\nsignature     ${state}\n`);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(`6 files: 6 ok; ${words}`);
  });

  it('a secret key in the place of a trusted one is said to be that, and not repeated', async () => {
    const secret = readFileSync('test/trust/minisign/plain.key', 'utf8').split('\n')[1] ?? '';
    const { status, stderr } = await ocx(['dist', 'verify', dist, '--key', secret]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'ocx: a trusted key: it is the secret key of a pair, which only signs: name the public one, and take a new pair\n',
    });
  });

  it('the signature is looked at before the list: garbage that is badly signed is a finding', async () => {
    writeFileSync(at('distribution.json'), 'garbage');
    const { status, data, signature, wrong } = await verify('--key', MINE);
    expect({
      status,
      codes: signature.findings.map(({ code }: { code: string }) => code),
      wrong,
      verified: data.verified,
    }).toEqual({
      status: 1,
      codes: ['OCX0904'],
      wrong: [['distribution.json', 'changed', 'OCX0905']],
      verified: false,
    });
    const { stdout } = await ocx(['dist', 'verify', dist, '--key', MINE]);
    expect(stdout).toContain("it can't be understood: it is no JSON");
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('1 file: 1 changed; the signature does not hold');
    signed(at('distribution.json'));
    expect(await ocx(['dist', 'verify', dist, '--key', MINE])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('it is no JSON'),
    });
  });

  it('a list that can not be understood is said, with the field', async () => {
    writeFileSync(at('distribution.json'), '{"format_version": 2}');
    const { status, stderr } = await ocx(['dist', 'verify', join(dist, 'distribution.json')]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: `ocx: ${dist}/distribution.json: format_version is 2, this ocx knows 1\n`,
    });
  });
});
