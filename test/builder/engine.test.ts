import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BuildError } from '../../source/builder/buildError.js';
import { openBuildLog } from '../../source/builder/buildLog.js';
import { Children } from '../../source/builder/children.js';
import { buildArguments, findEngine } from '../../source/builder/hermetic/engine.js';
import { ENGINE_NAMES } from '../../source/builder/hermetic/engineName.js';

const room = mkdtempSync(join(tmpdir(), 'ocx-engine-'));
afterAll(() => rmSync(room, { recursive: true, force: true }));

describe('a container engine', () => {
  // spawn looks programs up in the PATH that the child gets.
  const nowhere = () => ({
    children: new Children(openBuildLog(join(room, 'log'))),
    environment: { PATH: room },
    directory: room,
  });

  it('that can not be found is said, of each, and what goes without one', async () => {
    const failure = await findEngine(null, nowhere()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BuildError);
    expect(failure).toMatchObject({
      message: 'no container engine works here',
      details: [...ENGINE_NAMES.map((name) => `${name}: not installed`), expect.stringContaining('ocx build --dockerfile-only')],
    });
  });

  it('that is asked for is the only one that is looked for', async () => {
    await expect(findEngine('podman', nowhere())).rejects.toMatchObject({
      message: 'podman does not work here',
      details: ['podman: not installed', expect.anything()],
    });
  });

  it.each(ENGINE_NAMES)('%s builds the folder into another, and pulls nothing but what was pinned', (name) => {
    const environment = { SOURCE_DATE_EPOCH: '0', GOPROXY: 'https://proxy.example.com', GOFLAGS: '-race', GOSUMDB: '' };
    const [program, build, ...rest] = buildArguments({ name }, '/container', '/made', '/made.image', environment);
    expect([program, build, rest.at(-1)]).toEqual([name, 'build', '/container']);
    expect(rest).toContain('--output=type=local,dest=/made');
    expect(rest.filter((argument) => argument.startsWith('--build-arg'))).toEqual([
      '--build-arg=SOURCE_DATE_EPOCH=0',
      '--build-arg=GOPROXY=https://proxy.example.com',
    ]);
    if (name !== 'docker') expect(rest.join(' ')).toMatch(/--pull(=never|-never)/);
  });
});
