import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FileSource, MemorySource } from '../../source/binary/reader/byteSource.js';
import { openHost } from '../../source/catalog/host.js';
import { gatherEvidence } from '../../source/evidence/gather.js';
import { NO_LIBRARIES } from '../../source/verdict/context.js';
import { judge } from '../../source/verdict/judge.js';

// Linked statically or internally, a host has plugin code and no hashes: it dies before it looks up the entry symbol.
it('a missing entry symbol decides nothing for a host that may die before it looks', () => {
  const opened = openHost('fixtures/otelcol');
  const source = new FileSource('fixtures/plugins/go-no-entry.so');
  const plugin = gatherEvidence(source, { sidecar: null });
  const { evidence } = opened.host;
  const host = { ...opened.host, evidence: { ...evidence, go: evidence.go && { ...evidence.go, providesHashes: false } } };
  expect(judge(plugin, opened.host, NO_LIBRARIES).load).toBe('fails');
  expect(judge(plugin, host, NO_LIBRARIES).load).toBe('unknown');
  source.close();
  opened.close();
});

/** The fixture Collector with all that is called `text` renamed. */
function renamed(...texts: readonly string[]): MemorySource {
  const bytes = readFileSync('fixtures/otelcol');
  for (const text of texts) {
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) bytes[at] = 0x78;
  }
  return new MemorySource('otelcol', bytes);
}

it('plugin code in a host that exports no hashes is found by the name of its function, and nothing loads in it', () => {
  const opened = openHost('fixtures/otelcol');
  const plugin = new FileSource('fixtures/plugins/go-match.so');
  const said = (source: MemorySource) => {
    const evidence = gatherEvidence(source, { sidecar: null });
    const host = { ...opened.host, evidence, defines: () => false };
    const { load, findings } = judge(gatherEvidence(plugin, { sidecar: null }), host, NO_LIBRARIES);
    return [evidence.go?.loaderWithoutHashes, load, findings.find(({ code }) => code === 'OCX0405')?.host ?? null];
  };
  expect(said(renamed())[0]).toBe(false);
  expect(said(renamed('go:link.pkghashbytes'))).toEqual([true, 'crashes', 'no go:link.pkghashbytes symbol']);
  expect(said(renamed('go:link.pkghashbytes', 'plugin._Cfunc_pluginOpen'))).toEqual([false, 'unknown', null]);
  plugin.close();
  opened.close();
});
