import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ocxProcess } from '../commands/run.js';
import { distribution } from '../distribution/made.js';
import { emptyFolder } from './project.js';

// Keys and signatures of ocx in the hands of the program minisign, as Debian has it, and the other way round.

const { folder, remove } = emptyFolder('minisign');
const whole = join(folder, 'whole');
let room = '';
let counter = 0;
beforeAll(() => distribution(whole));
beforeEach(() => {
  room = join(folder, String(counter++));
  cpSync(whole, room, { recursive: true });
});
afterAll(remove);

const PASSWORD = 'correct horse';
const at = (path: string) => join(room, path);
const key = (name: string) => join(folder, name);

/** Passwords are typed into its standard input. */
function minisign(args: readonly string[], ...typed: readonly string[]) {
  const { status, stdout, stderr, error } = spawnSync('minisign', args, {
    encoding: 'utf8',
    input: typed.map((line) => `${line}\n`).join(''),
  });
  if (error) throw error;
  return { status, said: `${stdout}${stderr}` };
}

const ocx = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => ocxProcess(['dist', ...args], { env });
const verified = (publicKey: string) => ocx(['verify', room, '--key', publicKey]);

describe('keys that ocx made', () => {
  beforeAll(() => {
    expect(ocx(['keygen', key('plain'), '--no-password']).status).toBe(0);
    expect(ocx(['keygen', key('locked')], { OCX_KEY_PASSWORD: PASSWORD })).toMatchObject({ status: 0, stderr: '' });
  });

  it.each(['plain', 'locked'])('%s: what ocx signs with it, minisign verifies, by the file and by the line', (name) => {
    expect(ocx(['sign', room, '--key', key(`${name}.key`)], { OCX_KEY_PASSWORD: PASSWORD })).toMatchObject({ status: 0 });
    const byFile = minisign(['-Vm', at('distribution.json'), '-p', key(`${name}.pub`)]);
    expect(byFile).toMatchObject({ status: 0, said: expect.stringContaining('distribution:otelcol 1.0.0') });
    const [, line = ''] = readFileSync(key(`${name}.pub`), 'utf8').split('\n');
    expect(minisign(['-HVm', at('distribution.json'), '-P', line])).toMatchObject({ status: 0 });
    writeFileSync(at('distribution.json'), `${readFileSync(at('distribution.json'), 'utf8')} `);
    expect(minisign(['-Vm', at('distribution.json'), '-P', line])).toMatchObject({ status: 1 });
  });

  it('minisign signs with them, and ocx verifies', () => {
    expect(minisign(['-Sm', at('distribution.json'), '-s', key('plain.key')]).status).toBe(0);
    expect(verified(key('plain.pub'))).toMatchObject({ status: 0, stdout: expect.stringContaining('signature     good') });
    const signed = minisign(['-Sm', at('distribution.json'), '-s', key('locked.key')], PASSWORD);
    expect(signed, signed.said).toMatchObject({ status: 0 });
    expect(verified(key('locked.pub')).status).toBe(0);
    expect(verified(key('plain.pub')).status).toBe(1);
    expect(minisign(['-Sm', at('distribution.json'), '-s', key('locked.key')], 'another').status).not.toBe(0);
  });

  it('minisign makes the same public key of them', () => {
    expect(minisign(['-R', '-s', key('locked.key'), '-p', key('again.pub')], PASSWORD).status).toBe(0);
    expect(readFileSync(key('again.pub'), 'utf8')).toBe(readFileSync(key('locked.pub'), 'utf8'));
  });
});

describe('keys that minisign made', () => {
  beforeAll(() => {
    expect(minisign(['-G', '-W', '-p', key('their-plain.pub'), '-s', key('their-plain.key')]).status).toBe(0);
    const locked = minisign(['-G', '-p', key('their-locked.pub'), '-s', key('their-locked.key')], PASSWORD, PASSWORD);
    expect(locked, locked.said).toMatchObject({ status: 0 });
  });

  it.each(['their-plain', 'their-locked'])('%s: ocx signs with it, and both verify', (name) => {
    const signed = ocx(['sign', room, '--key', key(`${name}.key`)], { OCX_KEY_PASSWORD: PASSWORD });
    expect(signed).toMatchObject({ status: 0, stderr: '' });
    expect(minisign(['-Vm', at('distribution.json'), '-p', key(`${name}.pub`)]).status).toBe(0);
    expect(verified(key(`${name}.pub`)).status).toBe(0);
  });

  it('ocx does not sign with one whose password is another', () => {
    expect(ocx(['sign', room, '--key', key('their-locked.key')], { OCX_KEY_PASSWORD: 'another' })).toEqual({
      status: 2,
      stdout: '',
      stderr: `ocx: secret key ${key('their-locked.key')}: the password is another one\n`,
    });
  });

  it('a signature of the legacy format is refused, with what to do', () => {
    expect(minisign(['-S', '-l', '-m', at('distribution.json'), '-s', key('their-plain.key')]).status).toBe(0);
    const { status, stdout } = verified(key('their-plain.pub'));
    expect(status).toBe(1);
    expect(stdout).toContain("it is of minisign's legacy format: sign again, without -l");
  });
});

it('a password is asked for on a terminal, twice, and is not shown', async () => {
  const name = key('typed');
  const terminal = spawn(process.execPath, ['dist/cli.js', 'dist', 'keygen', name], { cols: 100, rows: 20 });
  let screen = '';
  terminal.onData((text) => {
    screen += text;
    if (/once more:\r\n$/.test(screen) || /secret key:\r\n$/.test(screen)) terminal.write(`${PASSWORD}\r`);
  });
  const exitCode = await new Promise<number>((done) => terminal.onExit((exit) => done(exit.exitCode)));
  expect(exitCode, screen).toBe(0);
  expect(screen).not.toContain('correct');
  expect(ocx(['sign', room, '--key', `${name}.key`], { OCX_KEY_PASSWORD: PASSWORD }).status).toBe(0);
});
