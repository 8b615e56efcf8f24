import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MemorySource } from '../../source/binary/reader/byteSource.js';
import { openHost } from '../../source/catalog/host.js';
import { gatherEvidence } from '../../source/evidence/gather.js';
import { NO_LIBRARIES } from '../../source/verdict/context.js';
import { judge } from '../../source/verdict/judge.js';

// As `go build -buildmode=plugin -ldflags=-pluginpath=custom/path` leaves it: the list of exports has the function, and the
// dynamic symbols have it under the import path. The real one says `could not find symbol CollectorPluginInit`.
it('an export that plugin.Open finds no symbol for fails', () => {
  const bytes = readFileSync('fixtures/plugins/go-match.so');
  const symbol = Buffer.from('plugins/go-match.CollectorPluginInit\0');
  const at = bytes.indexOf(symbol);
  expect(at).toBeGreaterThan(0);
  bytes[at] = 'P'.charCodeAt(0);
  const host = openHost('fixtures/otelcol');
  const { load, findings } = judge(
    gatherEvidence(new MemorySource('plugin.so', bytes), { sidecar: null }),
    host.host,
    NO_LIBRARIES,
  );
  host.close();
  expect([load, findings[0]?.code, findings[0]?.subject]).toEqual(['fails', 'OCX0501', 'CollectorPluginInit']);
  expect(findings[0]?.message).toContain('go-match.CollectorPluginInit is not among the dynamic symbols');
});
