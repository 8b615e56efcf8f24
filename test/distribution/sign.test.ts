import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ocx } from '../commands/run.js';
import { distribution, flip, MINE } from './made.js';

const KEY = 'test/trust/minisign/plain.key';
const LOCKED = 'test/trust/minisign/locked.key';
const EPOCH = { SOURCE_DATE_EPOCH: '1700000000' };

const room = mkdtempSync(join(tmpdir(), 'ocx-sign-'));
const whole = join(room, 'whole');
let dist = '';
let counter = 0;
beforeAll(() => distribution(whole));
beforeEach(() => {
  dist = join(room, String(counter++));
  cpSync(whole, dist, { recursive: true });
});
afterAll(() => rmSync(room, { recursive: true, force: true }));

const at = (path: string) => join(dist, path);

describe('ocx dist sign', () => {
  it('signs a distribution, and says in what is signed when, and which it is', async () => {
    expect(await ocx(['dist', 'sign', dist, '--key', KEY], EPOCH)).toEqual({
      status: 0,
      stdout: `${at('distribution.json.minisig')}: signed with key 77E29054F489D98A, for 6 files\n`,
      stderr: '',
    });
    const { stdout, status } = await ocx(['dist', 'verify', dist, '--key', MINE, '-o', 'json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).signature.trusted_comment).toBe(
      'timestamp:1700000000\tfile:distribution.json\thashed\tdistribution:otelcol 1.0.0',
    );
  });

  it('gives the same bytes for the same files, key and time', async () => {
    const signature = async () => {
      await ocx(['dist', 'sign', dist, '--key', KEY], EPOCH);
      return readFileSync(at('distribution.json.minisig'), 'utf8');
    };
    expect(await signature()).toBe(await signature());
  });

  it('signs a plugin that is delivered alone', async () => {
    const { status } = await ocx(['dist', 'sign', at('plugins/go-match.so'), '--key', KEY, '--comment', 'mine']);
    expect(status).toBe(0);
    expect(readFileSync(at('plugins/go-match.so.minisig'), 'utf8')).toContain('\ntrusted comment: mine\n');
  });

  it('vouches for nothing that is not as it was built', async () => {
    flip(at('plugins/go-match.so'), 0.3);
    const { status, stderr } = await ocx(['dist', 'sign', dist, '--key', KEY]);
    expect(status).toBe(1);
    expect(stderr).toContain(`${dist} is not signed: its files are not those that it lists`);
    expect(stderr).toContain('OCX0905');
    expect(existsSync(at('distribution.json.minisig'))).toBe(false);
  });

  it.each([
    ['a key that is not there', ['--key', 'no.key'], 'secret key no.key: no such file or directory'],
    [
      'a public key',
      ['--key', MINE],
      `secret key ${MINE}: it is the public key of a pair, which only verifies: name the secret one (.key)`,
    ],
    [
      'a locked key, and nobody to ask',
      ['--key', LOCKED],
      'the key has a password, and there is no terminal to ask for it: OCX_KEY_PASSWORD may have it',
    ],
    ['a comment of two lines', ['--key', KEY, '--comment', 'a\nb'], '--comment must be one line'],
  ])('%s is one sentence, and exit code 2', async (_, args, sentence) => {
    expect(await ocx(['dist', 'sign', dist, ...args])).toEqual({ status: 2, stdout: '', stderr: `ocx: ${sentence}\n` });
  });
});

describe('ocx dist keygen', () => {
  it('makes a key pair; the secret one is for its owner alone, and neither is written over', async () => {
    const name = join(dist, 'release');
    const made = await ocx(['dist', 'keygen', name, '--no-password']);
    expect(made.status).toBe(0);
    const [, line = ''] = readFileSync(`${name}.pub`, 'utf8').split('\n');
    expect(made.stdout.split('\n')[2]).toBe(line);
    expect(statSync(`${name}.key`).mode & 0o777).toBe(0o600);
    rmSync(`${name}.pub`);
    expect(await ocx(['dist', 'keygen', name, '--no-password'])).toEqual({
      status: 2,
      stdout: '',
      stderr: `ocx: ${name}.key is there already: a key is never written over\n`,
    });
    const plugin = at('plugins/rust-match.so');
    expect((await ocx(['dist', 'sign', plugin, '--key', `${name}.key`])).status).toBe(0);
  });

  it('locks nothing without a password', async () => {
    const { status, stderr } = await ocx(['dist', 'keygen', join(dist, 'release')]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'ocx: the key has a password, and there is no terminal to ask for it: OCX_KEY_PASSWORD may have it\n',
    });
    expect(existsSync(join(dist, 'release.key'))).toBe(false);
  });

  it('of a folder that is not there is one sentence', async () => {
    writeFileSync(join(dist, 'file'), '');
    const { status, stderr } = await ocx(['dist', 'keygen', join(dist, 'file/x'), '--no-password']);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: `ocx: ${dist}/file/x.key can't be written: a part of the path is not a directory\n`,
    });
  });
});
