import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ocx } from './run.js';

const catalogue: { findings: { code: string; title: string; explain: string }[] } = JSON.parse(
  readFileSync('spec/findings.json', 'utf8'),
);

describe('ocx explain', () => {
  it('prints the whole page of every code, in the words of the catalogue', async () => {
    for (const { code, title, explain } of catalogue.findings) {
      const { status, stdout } = await ocx(['explain', code]);
      expect(status).toBe(0);
      expect(stdout).toContain(`${code}: ${title}`);
      expect(stdout.replace(/\s+/g, ' ')).toContain(explain.replace(/\s+/g, ' '));
      for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    }
  });

  it.each(['0410', '410', 'ocx0410', 'ocx410', 'OCX-0410'])('reads %s as OCX0410', async (written) => {
    expect((await ocx(['explain', written])).stdout).toMatch(/^OCX0410: /);
  });

  it.each(['OCX-PROBE', 'ocx-probe'])('has the page of %s, a rule of SARIF that is no finding', async (written) => {
    const { status, stdout } = await ocx(['explain', written]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^OCX-PROBE: the Collector could not open the plugin\nx fails /);
    expect(JSON.parse((await ocx(['explain', written, '-o', 'json'])).stdout).findings).toHaveLength(1);
  });

  it('lists all codes when none is named, as lines and as data', async () => {
    const codes = catalogue.findings.map(({ code }) => code);
    const { stdout } = await ocx(['explain']);
    expect([...stdout.matchAll(/^OCX\d{4}/gm)].map(([code]) => code)).toEqual(codes);
    const data = JSON.parse((await ocx(['explain', '-o', 'json'])).stdout);
    expect(data.findings.map(({ code }: { code: string }) => code)).toEqual(codes);
    expect(parse((await ocx(['explain', '-o', 'yaml'])).stdout)).toEqual(data);
  });

  it('names the nearest codes for one there is not, prints the pages of the others, and exits with 2', async () => {
    const { status, stdout, stderr } = await ocx(['explain', 'OCX0413', 'OCX0101']);
    expect(status).toBe(2);
    expect(stdout).toMatch(/^OCX0101: /);
    expect(stderr).toContain('no finding OCX0413');
    expect(stderr).toContain('OCX0410 (');
    expect((await ocx(['explain', '\u001b[31mred'])).stderr).not.toContain('\u001b');
  });
});
