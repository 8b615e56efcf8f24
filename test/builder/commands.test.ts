import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuildEvent } from '../../source/builder/events.js';
import { textProgress } from '../../source/commands/build.js';
import { ocx } from '../commands/run.js';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ocx-builder-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('ocx build', () => {
  it('says which line of the build file is wrong, and ends with 2', async () => {
    const file = join(directory, 'b.yaml');
    writeFileSync(file, 'dist:\n  name: otelcol\nplugins:\n  - name: x\n');
    expect(await ocx(['build', file])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `ocx: ${file}:4: plugins[0] has no components: give it receivers, processors, exporters, connectors, extensions, or cargo\n`,
    });
    expect(readdirSync(directory), 'nothing is made').toEqual(['b.yaml']);
  });

  it('says at which line a path stands that is not there, before go is asked', async () => {
    const file = join(directory, 'b.yaml');
    writeFileSync(
      file,
      `dist: {name: c, output_path: ${directory}/out}\nplugins:\n  - name: a\n    receivers:\n      - gomod: example.com/a v1.0.0\n        path: ${directory}/nothere\n`,
    );
    expect(await ocx(['build', file])).toMatchObject({
      status: 2,
      stderr: `ocx: ${file}:6: plugins[0].receivers[0].path has no go.mod: ${directory}/nothere\n`,
    });
    expect(existsSync(join(directory, 'out'))).toBe(false);
  });

  it('says how to start where there is no build file', () => {
    expect(elsewhere(['build'])).toMatchObject({
      status: 2,
      stderr: 'ocx: no ocx-build.yaml or builder-config.yaml here; name the build file, or start one with: ocx init\n',
    });
  });

  it('names the plugins when --only names none of them', async () => {
    const file = join(directory, 'b.yaml');
    writeFileSync(
      file,
      `dist: {name: c, output_path: ${directory}/out}\nplugins: [{name: a, receivers: [{gomod: example.com/a v1.0.0}]}]\n`,
    );
    expect(await ocx(['build', file, '--only', 'b'])).toMatchObject({ status: 2, stderr: `ocx: ${file} has no plugin b (a)\n` });
    expect(existsSync(join(directory, 'out'))).toBe(false);
  });

  it('takes no time for SOURCE_DATE_EPOCH that is none', async () => {
    const file = join(directory, 'b.yaml');
    writeFileSync(file, 'dist: {name: c}\n');
    expect(await ocx(['build', file], { SOURCE_DATE_EPOCH: 'soon' })).toMatchObject({
      status: 2,
      stderr: 'ocx: SOURCE_DATE_EPOCH must be a number of seconds since 1970\n',
    });
  });
});

describe('the progress of a build', () => {
  const EVENTS: BuildEvent[] = [
    { event: 'build started', file: 'b.yaml', output: '/out', collector: 'otelcol', against: null, plugins: ['a'] },
    { event: 'step started', step: 'compile', title: 'compile plugin a' },
    { event: 'step ended', step: 'compile', title: 'compile plugin a', state: 'failed', seconds: 12.34, note: '' },
    { event: 'build failed', message: 'plugin a does not compile', details: ['a.go:1:1: \x1b[31mno'], log: '/out/build.log' },
  ];

  async function shown(columns: number | null): Promise<string[]> {
    const written: string[] = [];
    const sink = {
      columns,
      colour: false,
      async lines(lines: Iterable<string>) {
        written.push(...lines);
      },
    };
    const progress = textProgress({ out: sink, err: sink, env: {}, now: () => 0 });
    for (const event of EVENTS) progress.emit(event);
    await progress.end();
    return written;
  }

  it('is one line a step in a pipe, when it ends; what others wrote can not steer the terminal', async () => {
    expect(await shown(null)).toEqual([
      'otelcol and 1 plugin, from b.yaml',
      'x   12.3 s  compile plugin a',
      'ocx: plugin a does not compile',
      '  a.go:1:1: \\x1b[31mno',
      'The whole log: /out/build.log',
    ]);
  });

  it('is drawn over on a terminal, and cut so that no line wraps', async () => {
    expect((await shown(24)).slice(1, 3)).toEqual(['.    0.0 s  compile pl…', '\x1b[1A\x1b[2Kx   12.3 s  compile pl…']);
  });
});

describe('ocx init', () => {
  it('needs a name where nobody can be asked', () => {
    expect(elsewhere(['init'])).toMatchObject({
      status: 2,
      stderr: 'ocx: init needs --name NAME where nobody can be asked: the type of your component, such as greeter\n',
    });
  });

  it.each([
    [['--name', 'Bad'], '--name must be lower-case letters, digits and _, beginning with a letter, is "Bad"'],
    [
      ['--name', 'good', '--module', 'nodomain'],
      '--module must begin with a domain: example.com/greeterprocessor, is "nodomain"',
    ],
  ])('%j is refused', async (flags, sentence) => {
    expect(await ocx(['init', directory, ...flags])).toMatchObject({ status: 2, stderr: `ocx: ${sentence}\n` });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('asks on a terminal, again after an answer that will not do, and takes Ctrl-C for no', async () => {
    const made = await answer(['init'], ['Bad Name', 'shouter', '']);
    expect(made.status).toBe(0);
    expect(made.text).toContain('It must be lower-case letters');
    expect(existsSync(join(directory, 'shouterprocessor/go.mod'))).toBe(true);
    const stopped = await answer(['init', 'other'], ['\x03']);
    expect(stopped.status).toBe(2);
    expect(stopped.text).toContain('ocx: nothing was written');
    expect(existsSync(join(directory, 'other'))).toBe(false);
  });
});

/** Runs the built command in the directory of the test, with nobody at the terminal. */
function elsewhere(args: readonly string[]) {
  const { status, stderr } = spawnSync(process.execPath, [resolve('dist/cli.js'), ...args], {
    cwd: directory,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status, stderr };
}

/** Runs in a pseudo-terminal and gives each answer when a question (ending in `: `) stands there. */
function answer(args: readonly string[], answers: readonly string[]): Promise<{ status: number; text: string }> {
  const terminal = spawn(process.execPath, [resolve('dist/cli.js'), ...args], { cwd: directory, cols: 100, rows: 24 });
  const waiting = [...answers];
  let text = '';
  let asked = 0;
  terminal.onData((data) => {
    text += data;
    const questions = text.split('): ').length - 1;
    if (questions <= asked) return;
    asked = questions;
    const next = waiting.shift();
    if (next !== undefined) terminal.write(next === '\x03' ? next : `${next}\r`);
  });
  return new Promise((done) => terminal.onExit(({ exitCode }) => done({ status: exitCode, text })));
}
