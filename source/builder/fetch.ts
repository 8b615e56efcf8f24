import { WITHOUT_ASSEMBLY } from './assembly.js';
import type { BuildRequest } from './build.js';
import { BuildError } from './buildError.js';
import { fetchPackage } from './cargo/package.js';
import { goPlugins, rustPlugins } from './configuration.js';
import type { Say } from './events.js';
import { goErrors } from './goErrors.js';
import { platformOf } from './goManifest.js';
import { keepCargoLocks } from './hermetic/lock.js';
import { fetchModules } from './modules.js';
import { findOcb } from './ocb.js';
import { goEnvironment } from './plan.js';
import { findRuntime } from './runtimeModule.js';
import { type Workshop, writeSources } from './sources.js';

/**
 * Downloads everything a build of this file can want, so that the build itself needs no network: ocb, modules, crates. What
 * was kept from earlier is verified again: modules by go.sum (`go mod verify`).
 * @throws BuildError naming what can't be had, or is not what it was.
 */
export async function fetchAll({ configuration }: BuildRequest, workshop: Workshop, say: Say): Promise<void> {
  const ocb = await say('ocb', `ocb ${configuration.ocbVersion}`, async () => ({
    value: await findOcb(configuration, workshop),
    note: '',
  }));
  const tags = await say('sources', 'write sources', async () => ({
    value: await writeSources(configuration, ocb, findRuntime(), workshop),
    note: '',
  }));
  await say('modules', 'fetch modules', async () => {
    await fetchModules(configuration, tags, workshop);
    // Which packages can't be compiled as they are is known when they are compiled: what they need without assembly is fetched for all.
    if (goPlugins(configuration).length > 0)
      for (const more of [...WITHOUT_ASSEMBLY.map((tag) => [tag]), [...WITHOUT_ASSEMBLY]])
        await fetchModules(configuration, [...tags, ...more], workshop);
    return { value: null, note: await verifyModules(workshop) };
  });
  const crates = rustPlugins(configuration);
  if (crates.length === 0) return;
  await say('crates', 'fetch crates', async () => {
    const room = { ...workshop, folder: workshop.cargo, target: platformOf(await goEnvironment(workshop)) };
    const made: Record<string, string> = {};
    for (const { name, cargo } of crates) {
      const { newLock, lock } = await fetchPackage(name, cargo, room);
      if (newLock) made[name] = lock;
    }
    keepCargoLocks(workshop, made);
    return { value: null, note: '' };
  });
}

/** Modules that lie in the cache are checked against go.sum, by their unpacked files too: the go command itself trusts those. */
async function verifyModules({ children, environment, folder, go }: Workshop): Promise<string> {
  const ended = await children.run({ argv: [go, 'mod', 'verify'], directory: folder, environment, limit: null });
  if (ended.code === 0) return 'verified';
  const said = `${ended.stdout}\n${ended.stderr}`;
  const changed = said.split('\n').filter((line) => /has been modified|checksum mismatch|missing ziphash/.test(line));
  throw new BuildError('modules in the cache are not what go.sum says', changed.length > 0 ? changed : goErrors(said));
}
