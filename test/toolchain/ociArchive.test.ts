import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesBelow } from '../../source/distribution/folder.js';
import { distribution } from '../distribution/made.js';
import { emptyFolder, ocxIn, run } from './project.js';

// oras is the tool of the OCI artifacts project: it reads what ocx packs, and ocx reads what it makes of that.

const { folder, remove } = emptyFolder('oci');
const at = (...names: string[]) => join(folder, ...names);
const oras = (...args: string[]) => run([at('bin/oras'), ...args], folder);

beforeAll(async () => {
  distribution(at('made'));
  const packed = await ocxIn(folder, ['dist', 'pack', 'made', '-o', 'made.oci.tar']);
  if (packed.status !== 0) throw new Error(packed.stderr);
  const installed = await run(['go', 'install', 'oras.land/oras/cmd/oras@v1.3.0'], folder, { GOBIN: at('bin'), GOFLAGS: '' });
  if (installed.status !== 0) throw new Error(installed.stderr);
}, 600_000);

afterAll(remove);

const same = (other: string) => {
  expect(filesBelow(other)).toEqual(filesBelow(at('made')));
  for (const path of filesBelow(other))
    expect(readFileSync(join(other, path)).equals(readFileSync(at('made', path))), path).toBe(true);
};

describe('the OCI image layout of ocx dist pack', () => {
  it('oras pulls the folder from it', async () => {
    const pulled = await oras('pull', '--oci-layout', 'made.oci.tar:1.0.0', '-o', 'pulled');
    expect(pulled.status, pulled.stderr).toBe(0);
    same(at('pulled'));
  });

  it('oras copies it, and ocx unpacks the copy, as another tar has it', async () => {
    const copied = await oras('cp', '--from-oci-layout', 'made.oci.tar:1.0.0', '--to-oci-layout', 'layout:copy');
    expect(copied.status, copied.stderr).toBe(0);
    expect(await run(['tar', '-cf', 'copy.oci.tar', '-C', 'layout', '.'], folder)).toMatchObject({ status: 0 });
    const unpacked = await ocxIn(folder, ['dist', 'unpack', 'copy.oci.tar', 'unpacked']);
    expect(unpacked.status, unpacked.stderr).toBe(0);
    same(at('unpacked'));
    const verified = await run([at('unpacked/otelcol'), '--version'], folder).catch(() => null);
    // The Collector of the fixtures may not start here; that it may be started is what counts.
    expect(verified).not.toBeNull();
  });

  it('oras finds nothing wrong with the manifest: its type, and a title for every layer', async () => {
    const fetched = await oras('manifest', 'fetch', '--oci-layout', 'made.oci.tar:1.0.0');
    const { artifactType, layers } = JSON.parse(fetched.stdout);
    expect(artifactType).toBe('application/vnd.ocx.distribution.v1+json');
    const titles = layers.map(
      ({ annotations }: { annotations: Record<string, string> }) => annotations['org.opencontainers.image.title'],
    );
    expect([...titles].sort()).toEqual(filesBelow(at('made')));
  });
});
