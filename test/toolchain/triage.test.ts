import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ocx } from './ocx.js';

// The logs in test/triage/logs, made again by the compiler and the loader of this machine: they must still say the same.
let work = '';
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'ocx-triage-'));
  execFileSync(process.execPath, ['test/triage/capture.mjs', work]);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Reported {
  readonly code: string | null;
  readonly file: string | null;
  readonly at_hand: { readonly verdict: string; readonly agrees: boolean } | null;
}

const triaged = (log: string): Reported[] =>
  JSON.parse(ocx('triage', log, '--dir', 'fixtures/plugins', '--collector', 'fixtures/otelcol', '-o', 'json').stdout).failures;
const names = (log: string) => triaged(log).map(({ code, file }) => `${code} ${file?.replace(/.*\//, '')}`);

describe('a plain Go host that fails to load plugins', () => {
  it.each(readdirSync('test/triage/logs').filter((name) => !name.startsWith('collector')))(
    'logs in %s what it logged before',
    (name) => {
      expect(readFileSync(join(work, name), 'utf8')).toContain('loading plugin');
      expect(names(join(work, name))).toEqual(names(join('test/triage/logs', name)));
    },
  );

  it('has failures that the files at hand explain', () => {
    const explained = triaged(join(work, 'json.log'));
    expect(explained.filter(({ at_hand }) => at_hand?.agrees).length).toBeGreaterThanOrEqual(5);
  });
});
