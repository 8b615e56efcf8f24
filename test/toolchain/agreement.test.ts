import { describe, expect, it } from 'vitest';
import { ocxPlugins } from './ocx.js';
import { open } from './realLoader.js';

// The promise: what ocx says of a file without running it is what the real loader then does.
const hosts = [
  'otelcol',
  'other-hosts/otelcol-no-manifest',
  'other-hosts/otelcol-no-trimpath',
  'other-hosts/otelcol-no-cgo',
  'other-hosts/otelcol-go1.25',
];

describe.each(hosts)('ocx plugins check-all against %s', (name) => {
  const host = `fixtures/${name}`;
  const judged = ocxPlugins('check-all', 'fixtures/plugins', '--recursive', '--collector', host).filter(
    ({ state }) => state === 'judged',
  );

  it.each(judged.map((plugin) => [JSON.stringify(plugin.path), plugin] as const))(
    '%s does what was said',
    (_path, { path, load: planned, alone, language, findings }) => {
      // Each is opened in a process of its own (loadPlan.test.ts opens one after the other).
      const load = alone?.load ?? planned;
      // Files that are neither go to plugin.Open, as in a Collector that takes every *.so for a Go plugin.
      const real = open(host, path, language === 'rust' || language === 'c' ? 'rust' : 'go');
      if (load !== 'unknown' && real.outcome !== 'not measured') expect(load, real.message).toBe(real.outcome);
      const named = /different version of package (\S+)/.exec(real.message)?.[1];
      if (named && !alone) expect(findings.find(({ code }) => code === 'OCX0410')?.subject).toBe(named);
    },
  );

  it('hardly anything is left unknown', () => {
    expect(judged.length).toBeGreaterThan(40);
    expect(judged.filter(({ load }) => load === 'unknown').length).toBeLessThanOrEqual(5);
  });
});
