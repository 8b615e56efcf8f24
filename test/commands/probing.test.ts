import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placeOf } from '../../source/catalog/discovery.js';
import { openHost } from '../../source/catalog/host.js';
import { type Probe, whyHostNotProbes } from '../../source/catalog/probe.js';
import { scan } from '../../source/catalog/scan.js';
import { ChildProcesses, NotStarted, Stopped } from '../../source/collector/childProcesses.js';
import { inTurn } from '../../source/collector/inTurn.js';
import { readProbeReport } from '../../source/collector/probeReport.js';
import { asOpened } from '../../source/commands/probing.js';
import { ocx } from './run.js';

// What a real Collector answers is in test/toolchain/probe.test.ts; this is what happens where none is asked.

const MATCH = 'fixtures/plugins/go-match.so';
const HOST = ['--collector', 'fixtures/otelcol'];

async function probeOf(...args: string[]) {
  const { stdout } = await ocx(['plugins', 'validate', ...args, '--output', 'json']);
  return JSON.parse(stdout).plugins.map(({ probe }: { probe?: unknown }) => probe);
}

const notProbed = (message: string) => ({
  outcome: 'not probed',
  message,
  components: [],
  milliseconds: null,
  as_predicted: null,
});

describe('what init functions do', () => {
  it('is no longer among what was not checked of a plugin that was opened, and still is of one that was not', () => {
    const place = placeOf(['fixtures/plugins/subdirectory']);
    const [record] = scan({ place, host: 'fixtures/otelcol', recursive: false, now: 0 }).plugins;
    if (record?.state !== 'judged') throw new Error('the fixture is gone');
    const what = 'what init functions do when they run';
    const notCheckedAfter = (outcome: Probe['outcome']) => {
      const probe: Probe = { outcome, message: null, components: [], milliseconds: 1, asPredicted: null };
      const after = asOpened(record, new Map([[record.path, probe]]));
      return after.state === 'judged' ? after.judgement.notChecked : [];
    };
    expect(record.judgement.notChecked).toContain(what);
    expect(notCheckedAfter('not probed')).toContain(what);
    expect(notCheckedAfter('loads')).not.toContain(what);
    expect(notCheckedAfter('panics')).not.toContain(what);
  });
});

describe('a plugin is not opened, and the reason said', () => {
  it('by a host that is not ours, which is no failure', async () => {
    const because = 'the host was not made by ocx build: it has no plugins probe';
    expect(await probeOf(MATCH, ...HOST)).toEqual([notProbed(because)]);
    const { status, stdout } = await ocx(['plugins', 'validate', 'fixtures/plugins/go-cut-after-segments.so', ...HOST]);
    expect(status).toBe(0);
    expect(stdout).toContain(`  not probed: ${because}\n`);
    const all = await ocx(['plugins', 'check-all', 'fixtures/plugins/subdirectory', ...HOST]);
    expect(all.stdout.match(/not probed/g)).toHaveLength(1);
  });

  it('by a profile, which is no program', async () => {
    const room = mkdtempSync(join(tmpdir(), 'ocx-profile-'));
    const profile = join(room, 'host.json');
    await ocx(['collector', 'profile', 'fixtures/otelcol', '-o', profile]);
    expect(await probeOf(MATCH, '--collector', profile)).toEqual([
      notProbed('the host is a profile: the binary can be given with --collector'),
    ]);
    rmSync(room, { recursive: true });
  });

  it('by a host for another machine', () => {
    const { record, close } = openHost('fixtures/otelcol');
    close();
    expect(whyHostNotProbes(record, 'linux/arm64')).toBe('the host is for linux/amd64, this machine is linux/arm64');
  });

  it('when it would fail, or nothing says that it loads', async () => {
    const [fails, unknown] = await probeOf(
      'fixtures/plugins/go-other-dependency.so',
      'fixtures/damaged/note-too-large.so',
      ...HOST,
    );
    expect(fails).toEqual(notProbed('it would not load'));
    expect(unknown).toEqual(notProbed('whether it loads is unknown: only what is known to load is opened'));
  });

  it('with --no-load, where nothing is said of it at all', async () => {
    expect(await probeOf(MATCH, ...HOST, '--no-load')).toEqual([undefined]);
  });

  it('but asked for with --load a host that can not is an error', async () => {
    const { status, stderr } = await ocx(['plugins', 'validate', MATCH, ...HOST, '--load']);
    expect([status, stderr]).toEqual([2, 'ocx: --load: the host was not made by ocx build: it has no plugins probe\n']);
  });
});

describe('the report of a Collector', () => {
  it.each(['no JSON', '[]', '{"outcome":"splendid"}', '{"components":[]}'])('%s is none', (text) =>
    expect(readProbeReport(text)).toBeNull(),
  );

  it('is taken field by field: what is of another type is left out', () => {
    const text =
      '{"outcome":"loads","message":7,"components":[{"kind":"x"},{"kind":"a","type":"b"}],"milliseconds":"3","as_predicted":1}';
    expect(readProbeReport(text)).toEqual({
      outcome: 'loads',
      message: null,
      components: [{ kind: 'a', type: 'b', stability: {} }],
      milliseconds: null,
      asPredicted: null,
    });
  });
});

describe('child processes', () => {
  const command = (script: string, limit: number | null = null) => ({
    argv: ['/bin/sh', '-c', script],
    directory: '/',
    environment: process.env,
    limit,
    kept: 10,
  });

  it('are killed with what they started, at their limit', async () => {
    const ended = await new ChildProcesses().run(command('sleep 60 & sleep 60', 100));
    expect(ended.overtime).toBe(true);
    expect(ended.milliseconds).toBeLessThan(10_000);
  });

  it('of which only the beginning is kept', async () => {
    expect((await new ChildProcesses().run(command('yes | head -c 100000'))).stdout).toBe('y\ny\ny\ny\ny\n');
  });

  it('that leave a process with their output behind are not waited for', async () => {
    const ended = await new ChildProcesses().run(command('setsid sleep 60 & echo done'));
    expect(ended.stdout).toBe('done\n');
    expect(ended.milliseconds).toBeLessThan(20_000);
  });

  it('are ended by stop, and no other is started', async () => {
    const processes = new ChildProcesses();
    const running = processes.run(command('sleep 60'));
    processes.stop('SIGINT');
    await expect(running).rejects.toThrow(Stopped);
    await expect(processes.run(command('true'))).rejects.toThrow(Stopped);
  });

  it('that can not be started say why', async () => {
    const room = mkdtempSync(join(tmpdir(), 'ocx-start-'));
    const file = join(room, 'program');
    writeFileSync(file, 'not executable');
    const start = (program: string) => new ChildProcesses().run({ ...command(''), argv: [program] });
    await expect(start(join(room, 'none'))).rejects.toThrow(/can't be started: there is no such program/);
    await expect(start(file)).rejects.toThrow(NotStarted);
    rmSync(room, { recursive: true });
  });

  it('in turn are never more than the machine has room for, and each result is told', async () => {
    let [running, most] = [0, 0];
    const told: number[] = [];
    await inTurn(
      Array.from({ length: 20 }, (_, index) => index),
      async (index) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        return index * 2;
      },
      (_item, result) => told.push(result),
    );
    expect(told.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index * 2));
    expect(most).toBeLessThanOrEqual(4);
  });
});
