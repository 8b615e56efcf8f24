import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ocx } from '../commands/run.js';
import { distribution, flip, list, MINE, signed, THEIRS } from './made.js';

const room = mkdtempSync(join(tmpdir(), 'ocx-trusted-'));
const whole = join(room, 'whole');
let dist = '';
let counter = 0;
beforeAll(() => {
  distribution(whole);
  signed(join(whole, 'distribution.json'));
});
beforeEach(() => {
  dist = join(room, String(counter++));
  cpSync(whole, dist, { recursive: true });
});
afterAll(() => rmSync(room, { recursive: true, force: true }));

const at = (path: string) => join(dist, path);
const GO = 'plugins/go-match.so';

interface Judged {
  readonly path: string;
  readonly state: string;
  readonly verdict: string;
  readonly load: string;
  readonly checked: readonly string[];
  readonly findings: readonly { code: string; message: string; subject: string }[];
}

/** Verdict and codes of the Go plugin, with these keys trusted. */
async function judged(keys: readonly string[] = [MINE], directory = at('plugins')) {
  const trusted = keys.flatMap((key) => ['--trusted-key', key]);
  const where = ['--collector', 'fixtures/otelcol', '--no-load', '-o', 'json'];
  const { stdout, stderr } = await ocx(['plugins', 'check-all', directory, ...where, ...trusted]);
  expect(stderr).toBe('');
  const plugins: Judged[] = JSON.parse(stdout).plugins;
  const mine = plugins.find(({ path }) => path.endsWith('/go-match.so'));
  return { verdict: mine?.verdict, codes: mine?.findings.map(({ code }) => code), mine };
}

describe('the flags of a Collector', () => {
  const check = (...flags: string[]) =>
    ocx(['plugins', 'check-all', at('plugins'), '--collector', 'fixtures/otelcol', '--no-load', '-o', 'json', ...flags]);

  it('are taken as they are, and mean the same', async () => {
    const ours = await check('--trusted-key', THEIRS);
    expect(await check('--plugin-policy=signed', `--plugin-trusted-key=${THEIRS}`)).toEqual(ours);
    expect(ours.stdout).toContain('OCX0903');
    expect((await check('--policy', 'abi,signed', '--trusted-key', THEIRS)).stdout).toBe(
      (await check('--policy', 'abi', '--trusted-key', THEIRS)).stdout,
    );
    for (const command of ['verify', 'unpack'] as const) {
      const archive = command === 'unpack' ? [join(dist, 'x.tar.gz'), join(dist, 'out')] : [dist];
      if (command === 'unpack')
        expect(await ocx(['dist', 'pack', dist, '-o', join(dist, 'x.tar.gz')])).toMatchObject({ status: 0 });
      for (const flag of ['--key', '--trusted-key', '--plugin-trusted-key']) {
        const { status, stdout, stderr } = await ocx(['dist', command, ...archive, flag, THEIRS]);
        expect({ status, said: stdout + stderr }, flag).toEqual({ status: 1, said: expect.stringContaining('OCX0903') });
      }
    }
  });

  it.each([
    ['signed', '--policy is signed, and no key is trusted: --trusted-key names one'],
    ['skip', '--policy has skip, which is for a Collector that starts: no verdict depends on it'],
    ['exat', '--policy is "exat", must be exact, abi or environment, or signed, or two with a comma between: abi,signed'],
    [
      'exact,abi',
      '--policy is "exact,abi", must be exact, abi or environment, or signed, or two with a comma between: abi,signed',
    ],
  ])('--policy %s alone is one sentence', async (words, sentence) => {
    const { status, stdout, stderr } = await check('--policy', words);
    expect({ status, stdout, said: stderr.split('\n')[0] }).toEqual({ status: 2, stdout: '', said: `ocx: ${sentence}` });
  });
});

describe('plugins that a trusted key must vouch for', () => {
  it('load when the distribution that lists them is signed with it, and that is among what was checked', async () => {
    const { mine } = await judged([THEIRS, MINE]);
    expect(mine).toMatchObject({ verdict: 'loads', findings: [] });
    expect(mine?.checked).toContain('signature');
    expect((await judged([])).mine?.checked).not.toContain('signature');
  });

  it('load when they are signed themselves, and alone', async () => {
    const alone = join(room, 'elsewhere', 'alone');
    mkdirSync(alone, { recursive: true });
    cpSync(at(GO), join(alone, 'go-match.so'));
    expect(await judged([MINE], alone)).toMatchObject({ verdict: 'refused', codes: ['OCX0902'] });
    signed(join(alone, 'go-match.so'));
    expect(await judged([MINE], alone)).toMatchObject({ verdict: 'loads' });
    flip(join(alone, 'go-match.so'), 0.5);
    expect((await judged([MINE], alone)).codes).toContain('OCX0904');
  });

  it('load by the list beside them, where all lies in one folder; and through a link to the folder', async () => {
    const flat = join(dist, 'flat');
    mkdirSync(flat);
    for (const file of [GO, 'distribution.json', 'distribution.json.minisig'])
      cpSync(at(file), join(flat, file.split('/').at(-1) ?? ''));
    expect(await judged([MINE], flat)).toMatchObject({ verdict: 'loads' });
    symlinkSync(flat, at('current'));
    expect(await judged([MINE], at('current'))).toMatchObject({ verdict: 'loads' });
  });

  it.each([
    ['a byte of code', () => flip(at(GO), 0.5), ['OCX0905']],
    ['another plugin under its name', () => renameSync(at('plugins/rust-match.so'), at(GO)), ['OCX0905', 'OCX0605']],
    ['a manifest beside it', () => writeFileSync(`${at(GO)}.manifest.json`, '{}'), ['OCX0905', 'OCX0605']],
    ['a stripped signature', () => rmSync(at('distribution.json.minisig')), ['OCX0902']],
    [
      'list and signature taken away',
      () => {
        rmSync(at('distribution.json'));
        rmSync(at('distribution.json.minisig'));
      },
      ['OCX0902'],
    ],
    ['the list taken away', () => rmSync(at('distribution.json')), ['OCX0905']],
    [
      'a list that was written anew',
      () => {
        flip(at(GO), 0.5);
        list(dist);
      },
      ['OCX0904'],
    ],
    [
      'a plugin that was added',
      () => {
        const text = readFileSync(at('distribution.json'), 'utf8').replaceAll('go-match.so', 'gone.so');
        writeFileSync(at('distribution.json'), text);
        signed(at('distribution.json'));
      },
      ['OCX0906'],
    ],
    [
      'a signed list of a later format',
      () => {
        writeFileSync(at('distribution.json'), '{"format_version": 2}');
        signed(at('distribution.json'));
      },
      ['OCX0905'],
    ],
    ['a signature that is none', () => writeFileSync(at('distribution.json.minisig'), '\x1b[31m'), ['OCX0904']],
  ])('are refused for %s', async (_, tamper, codes) => {
    tamper();
    const { mine, ...found } = await judged();
    expect(found, JSON.stringify(mine?.findings)).toEqual({ verdict: 'refused', codes });
  });

  it('are refused for a signature of another key', async () => {
    const { codes, mine } = await judged([THEIRS]);
    expect(codes).toEqual(['OCX0903']);
    expect(mine?.findings[0]?.message).toBe('signed by key 77E29054F489D98A, which is not trusted');
  });

  it('are refused for a manifest that no signature covers', async () => {
    const alone = join(dist, 'alone');
    mkdirSync(alone);
    cpSync('fixtures/plugins/go-manifest-sidecar.so', join(alone, 'go-match.so'));
    cpSync('fixtures/plugins/go-manifest-sidecar.so.manifest.json', join(alone, 'go-match.so.manifest.json'));
    rmSync(at('distribution.json'));
    rmSync(at('distribution.json.minisig'));
    signed(join(alone, 'go-match.so'));
    expect((await judged([MINE], alone)).codes).toContain('OCX0908');
  });

  it('what a list or a key says is not called the host', async () => {
    const said = async (...keys: string[]) => {
      const flags = keys.flatMap((key) => ['--trusted-key', key]);
      return (await ocx(['plugins', 'validate', at(GO), '--collector', 'fixtures/otelcol', '--no-load', ...flags])).stdout;
    };
    expect(await said(THEIRS)).toMatch(/OCX0903 .*\n.*\n +\| {2}signer {2}key 77E\w+\n +\| {2}wanted {2}trusts \w+\n/);
    flip(at(GO), 0.5);
    expect(await said(MINE)).toMatch(/OCX0905 .*\n.*\n +\| {2}found {3}[0-9a-f]{64}\n +\| {2}listed {2}[0-9a-f]{64}\n/);
  });

  it('a manifest beside a plugin is not said to be in it', async () => {
    writeFileSync(`${at(GO)}.manifest.json`, '{}');
    const { mine } = await judged();
    expect(mine?.findings.find(({ code }) => code === 'OCX0605')).toMatchObject({
      message: expect.stringMatching(
        /^the manifest beside the file is not the one in it, which counts \(note OTelCol at 0x\w+\)$/,
      ),
      fix: 'remove the .manifest.json beside it, or write it anew',
    });
  });

  it('are judged by the keys of the environment in the explorer, too', async () => {
    const env = { OTELCOL_PLUGIN_TRUSTED_KEYS: THEIRS };
    const { stdout } = await ocx([at('plugins'), '--collector', 'fixtures/otelcol'], env);
    expect(stdout).toMatch(/- refused\s+go-match\.so.*signed by key 77E29054F489D98A, which is not trusted \(would load\)/);
  });
});
