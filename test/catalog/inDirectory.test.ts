import { expect, it } from 'vitest';
import { listFile } from '../../source/catalog/listing.js';
import { openCatalog } from '../../source/catalog/live.js';
import { scan, scanFile } from '../../source/catalog/scan.js';

const HOST = 'fixtures/otelcol';
const MATCH = 'fixtures/plugins/go-match.so';

it('a file that is named alone is judged where it lies too, as the list of its directory has it', () => {
  const place = { kind: 'directories', paths: ['fixtures/plugins'] } as const;
  const listed = new Map(scan({ place, host: HOST, recursive: false, now: 0 }).plugins.map((record) => [record.name, record]));
  for (const name of ['go-match.so', 'go-other-minor.so', 'go-no-manifest.so', 'rust-match.so', 'c-missing-library.so']) {
    const { plugins, inDirectory } = scanFile(listFile(`fixtures/plugins/${name}`), HOST, 0, { inDirectory: true });
    const inList = listed.get(name);
    if (inList?.state !== 'judged' || plugins[0]?.state !== 'judged') throw new Error(`${name} is not judged`);
    expect(inDirectory?.record.judgement, name).toEqual(inList.judgement);
    expect(inDirectory?.record.cause).toBe(inList.cause);
    expect(plugins[0].judgement.verdict, name).toBe(inList.alone.verdict);
  }
});

it('what is loaded from no directory, and what no host is given for, has no place', () => {
  expect(scanFile(listFile('package.json'), HOST, 0, { inDirectory: true }).inDirectory).toBeNull();
  expect(scanFile(listFile('fixtures/plugins/subdirectory/go-nested.so'), null, 0, { inDirectory: true }).inDirectory).toBeNull();
});

it('the explorer, asked to validate one, says what its list says', async () => {
  const catalog = openCatalog({ place: { kind: 'directories', paths: ['fixtures/plugins'] }, host: HOST, recursive: false });
  try {
    await new Promise<void>((done) => {
      const read = () => catalog.snapshot.plugins.every(({ state }) => state !== 'reading');
      if (read()) done();
      catalog.subscribe(() => read() && done());
    });
    const path = catalog.snapshot.plugins.find(({ name }) => name === 'go-match.so')?.path ?? MATCH;
    const recheck = await catalog.recheck(path);
    expect(recheck?.record).toMatchObject({ state: 'judged', judgement: { verdict: 'fails' }, alone: { verdict: 'loads' } });
  } finally {
    catalog.close();
  }
});
