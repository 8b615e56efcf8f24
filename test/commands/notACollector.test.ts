import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openHost } from '../../source/catalog/host.js';
import { ocx } from './run.js';

const plugin = (name: string) => `fixtures/plugins/${name}.so`;

describe('a plugin is not taken for a Collector', () => {
  it.each([
    [plugin('go-match'), 'it is a Go plugin'],
    [plugin('go-cut-after-segments'), 'it is a Go plugin'],
    [plugin('go-c-shared'), 'it is a Go library for C programs (-buildmode=c-shared)'],
    [plugin('rust-match'), 'it is a plugin (it exports register_collector_plugin)'],
    [plugin('c-plugin'), 'it is a plugin (it exports register_collector_plugin)'],
    [plugin('c-library'), 'it is a shared library'],
  ])('%s: %s', async (file, because) => {
    const sentence = `${file} is not a Collector: ${because}; name the program that opens it\n`;
    const { status, stdout, stderr } = await ocx(['plugins', 'validate', plugin('go-match'), '--collector', file]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^ocx: host \//);
    expect(stderr.endsWith(sentence)).toBe(true);
    const profile = join(mkdtempSync(join(tmpdir(), 'ocx-profile-')), 'x.json');
    expect(await ocx(['collector', 'profile', file, '-o', profile])).toEqual({
      status: 2,
      stdout: '',
      stderr: `ocx: ${sentence}`,
    });
    expect(existsSync(profile)).toBe(false);
  });

  it('but a program under the name of a plugin is one, and a position-independent one', () => {
    // /bin/sh is ET_DYN on the systems of today, as a plugin is.
    for (const path of [plugin('go-executable'), '/bin/sh', process.execPath]) {
      const host = openHost(path);
      host.close();
      expect(host.record.cannotLoad, path).not.toBe(null);
    }
  });
});
