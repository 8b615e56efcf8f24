import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MemorySource } from '../../source/binary/reader/byteSource.js';
import { openHost } from '../../source/catalog/host.js';
import { gatherEvidence } from '../../source/evidence/gather.js';
import { NO_LIBRARIES } from '../../source/verdict/context.js';
import { judge } from '../../source/verdict/judge.js';

/** A plugin whose build info was taken away, as objcopy and obfuscators do. */
function withoutBuildInfo(file: string): MemorySource {
  const bytes = Buffer.from(readFileSync(file));
  const at = bytes.indexOf('\xff Go buildinf:', 0, 'latin1');
  expect(at).toBeGreaterThan(0);
  bytes.fill(0, at, at + 14);
  return new MemorySource(file, bytes);
}

it('without build info the release is that of the host when the link hash of package runtime is', () => {
  const opened = openHost('fixtures/otelcol');
  const said = (name: string) => {
    const evidence = gatherEvidence(withoutBuildInfo(`fixtures/plugins/${name}.so`), { sidecar: null });
    const { load, checked } = judge(evidence, opened.host, NO_LIBRARIES);
    return [evidence.go?.version, load, checked.includes('runtime layout')];
  };
  expect(said('go-match')).toEqual([null, 'loads', true]);
  // Of Go 1.25, and built without -trimpath: the runtime is another, or looks like one.
  expect(said('go-other-minor')[1]).toBe('crashes');
  expect(said('go-other-trimpath')).toEqual([null, 'fails', false]);
  opened.close();
});
