import { expect, it } from 'vitest';
import { FileSource } from '../../source/binary/reader/byteSource.js';
import { openHost } from '../../source/catalog/host.js';
import { gatherEvidence } from '../../source/evidence/gather.js';
import { judge } from '../../source/verdict/judge.js';

// Linked statically or internally, a host has plugin code and no hashes: it dies before it looks up the entry symbol.
it('a missing entry symbol decides nothing for a host that may die before it looks', () => {
  const opened = openHost('fixtures/otelcol');
  const source = new FileSource('fixtures/plugins/go-no-entry.so');
  const plugin = gatherEvidence(source, { sidecar: null });
  const { evidence } = opened.host;
  const host = { ...opened.host, evidence: { ...evidence, go: evidence.go && { ...evidence.go, providesHashes: false } } };
  expect(judge(plugin, opened.host, { machine: null, find: () => null }).load).toBe('fails');
  expect(judge(plugin, host, { machine: null, find: () => null }).load).toBe('unknown');
  source.close();
  opened.close();
});
