import { expect, it } from 'vitest';
import { FileSource } from '../../source/binary/reader/byteSource.js';
import { openHost } from '../../source/catalog/host.js';
import { gatherEvidence } from '../../source/evidence/gather.js';
import { NO_LIBRARIES } from '../../source/verdict/context.js';
import { judge } from '../../source/verdict/judge.js';

// The same for a Collector that really has the loader: runtime/go/integration, plugin mistyped.
it('a func() string is no entry symbol for a host that asks for the name the RFC gives; what our loader says of it is known', () => {
  const opened = openHost('fixtures/otelcol');
  const source = new FileSource('fixtures/plugins/go-wrong-signature.so');
  const plugin = gatherEvidence(source, { sidecar: null });
  const hashOf = (path: string) => (path === 'ocx.dev/runtime/loader' ? '0123456789abcdef' : opened.host.hashOf(path));
  const said = (host: typeof opened.host) => {
    const { load, findings } = judge(plugin, host, NO_LIBRARIES);
    const entry = findings.find(({ code }) => code.startsWith('OCX05'));
    return [load, entry?.code, entry?.loaderMessage];
  };
  expect(said(opened.host)).toEqual(['fails', 'OCX0505', null]);
  expect(said({ ...opened.host, hashOf })).toEqual([
    'fails',
    'OCX0505',
    "symbol CollectorPluginInit is a func() string, not a func(pluginapi.Registry) error of this Collector's ocx.dev/runtime/pluginapi",
  ]);
  source.close();
  opened.close();
});
