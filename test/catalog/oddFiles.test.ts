import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ocxProcess } from '../commands/run.js';
import { directoryWith } from './directory.js';

const PLUGIN = 'plugins/go-match.so';

// A process of its own, with an end: one that waits for a pipe waits for ever, and no test could stop it from within.
const LIMIT = { timeout: 30_000 };

describe('a pipe is not waited for', () => {
  it('in the place of a sidecar manifest', () => {
    const directory = directoryWith({ 'a.so': PLUGIN });
    execFileSync('mkfifo', [join(directory, 'a.so.manifest.json')]);
    const { status, stdout } = ocxProcess(
      ['plugins', 'check-all', directory, '--collector', 'fixtures/otelcol', '--no-load'],
      LIMIT,
    );
    expect(stdout).toContain('loads    a.so');
    expect(status).toBe(0);
  });

  it('that a discovery file names, nor are a device and a directory; a link to nothing is missing, and an empty file is one', () => {
    const directory = directoryWith({ 'a.so': PLUGIN });
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    symlinkSync('/dev/zero', join(directory, 'zero'));
    symlinkSync('gone', join(directory, 'link'));
    writeFileSync(join(directory, 'empty'), '');
    const file = join(directory, 'plugins.yaml');
    writeFileSync(file, 'plugins: [{path: pipe}, {path: zero}, {path: .}, {path: link}, {path: empty}, {path: a.so}]');
    const { stdout } = ocxProcess(['plugins', 'list', file, '--collector', 'fixtures/otelcol', '-o', 'json'], LIMIT);
    const { plugins }: { plugins: { path: string; findings: { code: string; message: string }[] }[] } = JSON.parse(stdout);
    expect(plugins.map(({ findings: [first] }) => first && `${first.code} ${first.message}`)).toEqual([
      "OCX0108 can't be read: named pipe, not opened",
      "OCX0108 can't be read: device, not opened",
      'OCX0101 not an object file: a directory',
      'OCX0109 symbolic link to gone: no such file or directory',
      'OCX0101 not an object file: is an empty file',
      undefined,
    ]);
  });

  it('in the place of a Collector', () => {
    const directory = directoryWith({ 'a.so': PLUGIN });
    execFileSync('mkfifo', [join(directory, 'host')]);
    const { status, stderr } = ocxProcess(['plugins', 'list', directory, '--collector', join(directory, 'host')], LIMIT);
    expect(stderr).toContain(': is a pipe, a socket or a device');
    expect(status).toBe(2);
  });
});
