import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ocxPlugins } from './ocx.js';
import { open } from './realLoader.js';

// An AddressSanitizer build is 12 MB: too large for the archive of fixtures, so it is made here.
let work = '';
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'ocx-asan-'));
  cpSync('fixtures/src/go', join(work, 'go'), { recursive: true });
  execFileSync('go', ['build', '-asan', '-trimpath', '-buildmode=plugin', '-o', join(work, 'asan.so'), './processor'], {
    cwd: join(work, 'go/plugins'),
    env: { ...process.env, CGO_ENABLED: '1', GOFLAGS: '-buildvcs=false' },
  });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

it('a plugin built with -asan kills a host built without, and ocx says so', () => {
  const plugin = join(work, 'asan.so');
  const [reported] = ocxPlugins('validate', plugin, '--collector', 'fixtures/otelcol');
  expect(open('fixtures/otelcol', plugin, 'go').outcome).toBe('crashes');
  expect([reported?.load, reported?.findings[0]?.code]).toEqual(['crashes', 'OCX0206']);
});
