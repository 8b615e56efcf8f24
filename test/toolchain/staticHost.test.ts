import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ocxPlugins } from './ocx.js';
import { open } from './realLoader.js';

// Hosts that have the package plugin and export no symbols: every plugin of theirs was an unknown once.
let work = '';
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'ocx-static-'));
  cpSync('fixtures/src/go', join(work, 'go'), { recursive: true });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function host(name: string, ...flags: string[]): string {
  execFileSync('go', ['build', '-trimpath', ...flags, '-o', join(work, name), '.'], {
    cwd: join(work, 'go/host'),
    env: { ...process.env, CGO_ENABLED: '1', GOFLAGS: '-buildvcs=false' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return join(work, name);
}

it.each([
  ['static', 'linked statically', ['-ldflags=-s -w -linkmode=external -extldflags=-static']],
  ['static-pie', 'linked statically', ['-buildmode=pie', '-ldflags=-s -w -linkmode=external -extldflags=-static-pie']],
  ['internal', 'no go:link.pkghashbytes symbol', ['-ldflags=-s -w -linkmode=internal']],
])('a host linked %s dies of any plugin, and ocx says so', (name, how, flags) => {
  const collector = host(name, ...flags);
  for (const plugin of ['go-match.so', 'go-no-entry.so', 'go-other-dependency.so', 'go-c-shared.so']) {
    const file = `fixtures/plugins/${plugin}`;
    const real = open(collector, file, 'go');
    expect(real.outcome, plugin).toBe('crashes');
    const [said] = ocxPlugins('validate', file, '--collector', collector, '--no-load');
    const decides = said?.findings.find(({ severity }) => severity === 'crashes');
    expect([said?.load, decides?.code, decides?.host], plugin).toEqual(['crashes', 'OCX0405', how]);
    if (decides?.loader_message) expect(real.message, plugin).toContain(decides.loader_message);
  }
});
