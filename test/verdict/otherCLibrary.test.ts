import { expect, it } from 'vitest';
import { FileSource } from '../../source/binary/reader/byteSource.js';
import { openHost } from '../../source/catalog/host.js';
import { gatherEvidence } from '../../source/evidence/gather.js';
import { NO_LIBRARIES } from '../../source/verdict/context.js';
import { judge } from '../../source/verdict/judge.js';

// Alpine's Collectors: musl finds libraries by other rules, so a verdict by glibc's would be a guess.
it.each([
  ['/lib/ld-musl-x86_64.so.1', 'unknown', 'OCX0207'],
  ['/lib64/ld-linux-x86-64.so.2', 'loads', undefined],
  ['/nix/store/abc-glibc-2.39/lib/ld-linux-x86-64.so.2', 'loads', undefined],
  ['/lib/ld-linux-aarch64.so.1', 'loads', undefined],
])('a host that asks for %s: %s', (interpreter, load, code) => {
  const opened = openHost('fixtures/otelcol');
  const source = new FileSource('fixtures/plugins/go-match.so');
  const plugin = gatherEvidence(source, { sidecar: null });
  const { evidence } = opened.host;
  const host = { ...opened.host, evidence: { ...evidence, linker: evidence.linker && { ...evidence.linker, interpreter } } };
  const judgement = judge(plugin, host, NO_LIBRARIES);
  expect([judgement.load, judgement.findings[0]?.code]).toEqual([load, code]);
  source.close();
  opened.close();
});
