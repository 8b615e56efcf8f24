import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type IPty, spawn as spawnTerminal } from '@lydell/node-pty';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Emulator } from '../terminal/emulator.js';

// A real Collector by `ocx build`, and a real plugin whose init does what the environment says: well while it is built, and then
// all that an init can do to the process that opens it.

const INIT = `package greeterprocessor

import (
	"fmt"
	"os"
	"syscall"
	"time"
	"unsafe"
)

func init() {
	if file := os.Getenv("OCX_TEST_PIDS"); file != "" {
		_ = os.WriteFile(file, fmt.Appendln(nil, os.Getpid()), 0o644)
	}
	switch os.Getenv("OCX_TEST_INIT") {
	case "panics":
		panic("out of \\x1b[31mcheese")
	case "exits":
		os.Exit(3)
	case "hangs":
		time.Sleep(time.Hour)
	case "segfaults":
		*(*int)(unsafe.Pointer(address)) = 1
	case "kills itself":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "talks":
		for range 200_000 {
			fmt.Println("{\\"outcome\\":\\"loads\\",\\"components\\":[]}")
		}
		os.Exit(4)
	}
}

// An address in no page, kept from the compiler.
var address = uintptr(0xdead0000) << 8
`;

const room = mkdtempSync(join(tmpdir(), 'ocx-probe-'));
const project = join(room, 'project');
const host = join(project, 'dist/otelcol-greeter');
const plugins = join(project, 'dist/plugins');
const plugin = join(plugins, 'greeter.so');
const pids = join(room, 'pids');

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(argv: readonly string[], env: NodeJS.ProcessEnv = {}, during?: (child: ChildProcess) => void): Promise<Ran> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, {
    cwd: existsSync(project) ? project : room,
    env: { ...process.env, SOURCE_DATE_EPOCH: '1700000000', OCX_TEST_PIDS: pids, ...env },
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (data: Buffer) => {
      text[name] += data.toString('utf8');
    });
  during?.(child);
  return new Promise((done) => child.on('close', (status) => done({ status, ...text })));
}

const ocx = (...args: string[]) => [process.execPath, resolve('dist/cli.js'), ...args];

/** Judges and opens the plugin, whose init does that. */
async function validate(init: string, ...args: string[]) {
  const ran = await run(ocx('plugins', 'validate', plugin, '--collector', host, '--output', 'json', ...args), {
    OCX_TEST_INIT: init,
  });
  return { ...ran, plugin: JSON.parse(ran.stdout).plugins[0] };
}

beforeAll(async () => {
  const started = await run(ocx('init', 'project', '--name', 'greeter'));
  if (started.status !== 0) throw new Error(started.stderr);
  writeFileSync(join(project, 'greeterprocessor/init.go'), INIT);
  const built = await run(ocx('build'));
  if (built.status !== 0) throw new Error(built.stdout + built.stderr);
});

afterAll(() => rmSync(room, { recursive: true, force: true }));

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not within 30 s: ${condition}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** The process in which the plugin was opened last. */
const pid = () => Number(existsSync(pids) ? readFileSync(pids, 'utf8') : 0);

describe('ocx plugins validate --collector, of a plugin that loads by its bytes', () => {
  it('opens it in another process, and says what it registered', async () => {
    const { status, plugin: judged } = await validate('');
    expect(judged.probe).toEqual({
      outcome: 'loads',
      message: null,
      components: [{ kind: 'processor', type: 'greeter', stability: expect.objectContaining({ traces: 'development' }) }],
      milliseconds: expect.any(Number),
      as_predicted: true,
    });
    expect(status).toBe(0);
  });

  it.each([
    ['panics', 'panics', /^panic while opening it: out of .*cheese/],
    ['exits', 'exits', /exit code 3/],
    ['hangs', 'hangs', /did not come back within 2s/],
    ['segfaults', 'crashes', /fault/],
    ['kills itself', 'crashes', /killed/],
    // What it writes to its standard output is not taken for the answer.
    ['talks', 'exits', /exit code 4/],
  ])('whose init %s: %s, exit code 1, and that is not held against the verdict', async (init, outcome, message) => {
    rmSync(pids, { force: true });
    const { status, plugin: judged } = await validate(init, '--timeout', '2s');
    expect(judged.verdict).toBe('loads');
    expect(judged.probe).toMatchObject({ outcome, message: expect.stringMatching(message), as_predicted: null, components: [] });
    expect(status).toBe(1);
    await until(() => !isRunning(pid()));
  });

  // ld.so's own hook for auditors keeps the file from being found: what no byte of it tells, and what ocx takes for its own mistake.
  it('that the real loader refuses all the same: a bug of ocx, with what to attach', async () => {
    const source = join(room, 'deny.c');
    writeFileSync(
      source,
      `#include <link.h>
#include <string.h>
unsigned la_version(unsigned version) { return version; }
char *la_objsearch(const char *name, uintptr_t *cookie, unsigned flag) { return strstr(name, "greeter.so") ? NULL : (char *)name; }
`,
    );
    const deny = { LD_AUDIT: join(room, 'deny.so') };
    expect((await run(['gcc', '-shared', '-fPIC', '-o', deny.LD_AUDIT, source])).status).toBe(0);
    const json = await run(ocx('plugins', 'validate', plugin, '--collector', host, '--output', 'json'), deny);
    const [judged] = JSON.parse(json.stdout).plugins;
    expect([json.status, judged.verdict, judged.probe.outcome, judged.probe.as_predicted]).toEqual([1, 'loads', 'fails', false]);
    const people = await run(ocx('plugins', 'validate', plugin, '--collector', host), deny);
    const [, attach = ''] =
      /not as predicted: this is a bug of ocx\. Attach the plugin, and what these print:\n(.*)$/s.exec(people.stdout) ?? [];
    const [probes = '', inspects = ''] = attach.trim().split('\n');
    const probed = await run(['sh', '-c', probes.trim()], deny);
    expect(JSON.parse(probed.stdout)).toMatchObject({ outcome: 'fails', as_predicted: false });
    const inspected = await run([
      'sh',
      '-c',
      inspects.trim().replace(/^ocx /, `'${process.execPath}' '${resolve('dist/cli.js')}' `),
    ]);
    expect(JSON.parse(inspected.stdout).plugins[0].inspection.go.link_hashes.length).toBeGreaterThan(100);
  });

  it('says it to people in one clean line', async () => {
    const { stdout } = await run(ocx('plugins', 'check-all', plugins, '--collector', host), { OCX_TEST_INIT: 'panics' });
    expect(stdout).toMatch(
      /^! greeter\.so {2}tried in a child process: panics \(\d+ ms\): panic while opening it: out of .*cheese$/m,
    );
    expect(stdout).not.toContain('\x1b');
  });

  it('runs nothing with --no-load, nor where the Collector was only found beside the plugins', async () => {
    rmSync(pids, { force: true });
    const { plugin: judged } = await validate('exits', '--no-load');
    expect(judged).not.toHaveProperty('probe');
    const found = await run(ocx('plugins', 'check-all', plugins), { OCX_TEST_INIT: 'exits' });
    expect([found.status, found.stdout]).toEqual([0, expect.stringContaining('not probed: the host was found, not named')]);
    expect(pid()).toBe(0);
    const asked = await run(ocx('plugins', 'check-all', plugins, '--load'), { OCX_TEST_INIT: 'exits' });
    expect(asked.status).toBe(1);
    expect(pid()).not.toBe(0);
  });

  it('list, inspect and explain run nothing, whatever they are given', async () => {
    rmSync(pids, { force: true });
    for (const args of [
      ['list', plugins],
      ['inspect', plugin],
    ])
      expect((await run(ocx('plugins', ...args, '--collector', host), { OCX_TEST_INIT: 'exits' })).status).toBe(0);
    expect(pid()).toBe(0);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends the plugin that hangs, and ocx with exit code %i', async (signal, status) => {
    rmSync(pids, { force: true });
    const stopped = await run(
      ocx('plugins', 'validate', plugin, '--collector', host, '--timeout', '5m'),
      { OCX_TEST_INIT: 'hangs' },
      (child) => void until(() => pid() !== 0).then(() => child.kill(signal)),
    );
    expect([stopped.status, stopped.stdout, stopped.stderr]).toEqual([status, '', '']);
    await until(() => !isRunning(pid()));
  });
});

describe('what is refused is not opened', () => {
  const altered = (name: string, from: string, to: string): string => {
    const content = readFileSync(plugin);
    const at = content.indexOf(from);
    if (at < 0 || content.indexOf(from, at + 1) >= 0) throw new Error(`${from} is not once in ${plugin}`);
    content.write(to, at);
    const folder = join(room, 'altered');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it('tampered manifests, by ocx and by the Collector, with the same reasons and no code run', async () => {
    rmSync(pids, { force: true });
    altered('profile.so', '"release"', '"relaxed"');
    altered('unreadable.so', '"language"', '"languish"');
    const place = join(room, 'altered');
    const checks = [
      await run(ocx('plugins', 'check-all', place, '--collector', host, '-o', 'json'), { OCX_TEST_INIT: 'exits' }),
      await run([host, 'plugins', 'check-all', place, '-o', 'json'], { OCX_TEST_INIT: 'exits' }),
    ];
    const [ours, theirs] = checks.map(({ stdout }) => JSON.parse(stdout).plugins);
    expect(ours.map(({ verdict, probe }: { verdict: string; probe: object }) => ({ verdict, probe }))).toEqual(
      Array.from({ length: 2 }, () => ({ verdict: 'refused', probe: expect.objectContaining({ outcome: 'not probed' }) })),
    );
    expect(ours).toEqual(theirs);
    const started = await run([host, '--plugin-dir', place, 'components'], { OCX_TEST_INIT: 'exits' });
    expect(started.status).toBe(1);
    for (const reason of ['OCX0805', 'OCX0603', '2 of 2 plugins not loaded']) expect(started.stderr).toContain(reason);
    expect(checks.map(({ status }) => status)).toEqual([1, 1]);
    expect(pid()).toBe(0);
  });
});

describe('the Collector answers itself', () => {
  it('plugins probe by spec/probe-output.schema.json', async () => {
    const schema = new Ajv2020({ strict: true, strictTypes: false }).compile(
      JSON.parse(readFileSync('spec/probe-output.schema.json', 'utf8')),
    );
    for (const init of ['', 'panics', 'exits']) {
      const { stdout } = await run([host, 'plugins', 'probe', plugin], { OCX_TEST_INIT: init });
      expect(schema(JSON.parse(stdout)), JSON.stringify(schema.errors)).toBe(true);
    }
  });

  it.each(['', 'exits'])('plugins check-all with the JSON of ocx, but for the times (init %j)', async (init) => {
    const timeless = (text: string) => text.replace(/"milliseconds": \d+/g, '"milliseconds": 0');
    const ours = await run(ocx('plugins', 'check-all', plugins, '--collector', host, '-o', 'json'), { OCX_TEST_INIT: init });
    const theirs = await run([host, 'plugins', 'check-all', plugins, '-o', 'json'], { OCX_TEST_INIT: init });
    expect(timeless(theirs.stdout)).toBe(timeless(ours.stdout));
    expect(theirs.status).toBe(ours.status);
  });
});

/** The explorer over the built plugins, in a pseudo-terminal. */
class Explorer {
  readonly #emulator = new Emulator(140, 30);
  readonly #pty: IPty;
  readonly ended: Promise<number>;

  constructor(init: string) {
    const { CI: _, ...env } = process.env;
    this.#pty = spawnTerminal(process.execPath, [resolve('dist/cli.js'), plugins, '--collector', host], {
      cols: 140,
      rows: 30,
      cwd: project,
      env: { ...env, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', OCX_TEST_PIDS: pids, OCX_TEST_INIT: init } as Record<
        string,
        string
      >,
    });
    this.#pty.onData((data) => void this.#emulator.write(data));
    this.ended = new Promise((done) => this.#pty.onExit(({ exitCode }) => done(exitCode)));
  }

  press(keys: string): void {
    this.#pty.write(keys);
  }

  get screen(): string {
    return this.#emulator.rows().join('\n');
  }

  async see(text: RegExp): Promise<void> {
    await until(() => text.test(this.screen)).catch(() => expect(this.screen).toMatch(text));
  }
}

describe('v in the explorer', () => {
  it('opens what loads in a process of its own, and keeps what came of it in the log', async () => {
    const explorer = new Explorer('');
    await explorer.see(/\+ loads +greeter\.so/);
    explorer.press('v');
    await explorer.see(/\+ greeter\.so: opened, init registered 1 factory, \d+ ms, as predicted/);
    await explorer.see(/opened +\d\d:\d\d:\d\d, in a child process: registered processor greeter, \d+ ms/);
    explorer.press('7\t');
    await explorer.see(/validate: greeter\.so, each in its own process, 10 s each/);
    explorer.press('\r');
    await explorer.see(/opened in a child process in \d+ ms: processor greeter; as predicted/);
    explorer.press('qq');
    expect(await explorer.ended).toBe(0);
  });

  it('opens nothing before, and marks a plugin that does not live up to its verdict', async () => {
    rmSync(pids, { force: true });
    const explorer = new Explorer('panics');
    await explorer.see(/\+ loads +greeter\.so/);
    expect(pid()).toBe(0);
    explorer.press('v');
    await explorer.see(/! greeter\.so: panics: panic while opening it: out of .*cheese/);
    await explorer.see(/greeter\.so .*panics when it is opened/);
    explorer.press('q');
    expect(await explorer.ended).toBe(0);
  });

  it('counts the seconds of one that hangs; X ends it; quitting asks first, and ends it too', async () => {
    const explorer = new Explorer('hangs');
    await explorer.see(/\+ loads +greeter\.so/);
    for (const end of ['X', 'quit']) {
      rmSync(pids, { force: true });
      explorer.press('V');
      await until(() => pid() !== 0);
      await explorer.see(/0 of 1, [1-9] s ─/);
      explorer.press(end === 'X' ? 'X' : 'q');
      if (end === 'X') await explorer.see(/validate: stopped after 0 of 1/);
      else {
        await explorer.see(/a validation is running: {2}q stop it and quit {2}Esc stay/);
        explorer.press('\x1b');
        await explorer.see(/X stop/);
        explorer.press('qq');
      }
      await until(() => !isRunning(pid()));
    }
    expect(await explorer.ended).toBe(0);
  });

  it('asks the Collector about a configuration, with the plugins it would load', async () => {
    const config = join(room, 'config.yaml');
    const pipeline = (processor: string) =>
      `receivers: {otlp: {protocols: {http: {}}}}\nprocessors: {${processor}: {}}\nexporters: {debug: {}}\n` +
      `service: {pipelines: {traces: {receivers: [otlp], processors: [${processor}], exporters: [debug]}}}\n`;
    writeFileSync(config, pipeline('greeter'));
    const explorer = new Explorer('');
    await explorer.see(/\+ loads +greeter\.so/);
    const ask = () => explorer.press(`:validate config\r${config}\r`);
    ask();
    await explorer.see(/\+ .*config\.yaml: valid, \d+ ms/);
    writeFileSync(config, pipeline('nosuch'));
    ask();
    await explorer.see(/x .*config\.yaml: .*nosuch/);
    explorer.press('q');
    expect(await explorer.ended).toBe(0);
  });
});
