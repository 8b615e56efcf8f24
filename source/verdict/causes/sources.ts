import type { GoBuildInfo, GoModule } from '../../evidence/evidence.js';
import { quoted } from '../shellWord.js';
import { type Cause, NO_CURE } from './cause.js';
import { isIn, shortModule } from './moduleNames.js';

/**
 * Packages of modules whose version says nothing: built from a folder, replaced, vendored, or of the host's own module.
 * @param packages those that no module of another version explains.
 */
export function sourceCauses(packages: readonly string[], mine: GoBuildInfo, theirs: GoBuildInfo): Cause[] {
  const modules = new Map<
    string,
    { readonly words: string; readonly cure: Cause['cure']; readonly folder: string; explains: number }
  >();
  for (const path of packages) {
    const [plugin, host] = [moduleOf(path, mine), moduleOf(path, theirs)];
    const name = host?.path ?? plugin?.path;
    if (name === undefined) continue;
    const known = modules.get(name);
    if (known) known.explains++;
    else modules.set(name, { ...sourceCause(name, { plugin, mine }, { host, theirs }), folder: name, explains: 1 });
  }
  return [...modules.values()].sort((a, b) => b.explains - a.explains);
}

function sourceCause(
  name: string,
  { plugin, mine }: { readonly plugin: GoModule | null; readonly mine: GoBuildInfo },
  { host, theirs }: { readonly host: GoModule | null; readonly theirs: GoBuildInfo },
): Pick<Cause, 'words' | 'cure'> {
  const short = shortModule(name);
  const sentence = (words: string, what: string) => ({ words, cure: { ...NO_CURE, sentence: what } });
  const [myFolder, theirFolder] = [folderOf(plugin), folderOf(host)];
  if (theirs.main !== null && host === theirs.main) {
    if (mine.main?.path === name)
      return sentence(
        `${short} is the main module of both: its sources differ`,
        `build it in the folder of ${name} that the host was built in`,
      );
    return sentence(
      `${short} is the host's main module, which no other module is built like`,
      `move what host and plugin both need from ${name} into a module of its own`,
    );
  }
  if (myFolder !== null && host !== null && theirFolder === null) {
    const get = quoted(`${name}@${(host.replace ?? host).version}`);
    const cure = { ...NO_CURE, edits: [quoted(`-dropreplace=${name}`)], gets: [get] };
    return { words: `${short} is taken from ${myFolder}, host has ${(host.replace ?? host).version}`, cure };
  }
  if (theirFolder !== null) {
    const words = `${short} is built from a folder, ${theirFolder} in the host's go.mod: its sources or its path differ`;
    if (myFolder === null && plugin !== null)
      return {
        words,
        cure: {
          ...NO_CURE,
          sentence: `go mod edit ${quoted(`-replace=${name}=FOLDER`)}, with the folder that the host was built from`,
        },
      };
    return sentence(words, `build it with the folder of ${name} that the host was built from`);
  }
  if (plugin !== null && host !== null && isVendored(mine) && !isVendored(theirs))
    return {
      words: `${short} is vendored, and its sources are not those of ${plugin.version}`,
      cure: { ...NO_CURE, flags: ['-mod=mod'] },
    };
  if (plugin !== null && host !== null && isVendored(theirs) && !isVendored(mine))
    return sentence(
      `${short} is vendored in the host, and was changed there`,
      `build it with the host's vendor folder: -mod=vendor`,
    );
  if (!isTrimmed(mine) && !isTrimmed(theirs))
    return sentence(
      `${short} lay in another folder: neither is built with -trimpath`,
      'build host and plugin with -trimpath, or in the same folder with the same GOMODCACHE',
    );
  return sentence(
    `${short} is the same module, yet its packages differ: it imports what differs, or its sources were changed`,
    'build host and plugin from the same folders, with -trimpath',
  );
}

/** The module with the longest path that the package is in; the main module among them. */
function moduleOf(packagePath: string, info: GoBuildInfo): GoModule | null {
  let best: GoModule | null = null;
  for (const module of [...(info.main ? [info.main] : []), ...info.deps]) {
    if (isIn(packagePath, module.path) && module.path.length > (best?.path.length ?? 0)) best = module;
  }
  return best;
}

/** `../api` of a `replace`, or `a workspace`; null for a module with a version. */
function folderOf(module: GoModule | null): string | null {
  if (!module) return null;
  if (module.replace && (module.replace.version === '' || module.replace.version === '(devel)')) return module.replace.path;
  return module.version === '(devel)' ? 'a workspace' : null;
}

/** go.sum is not read with -mod=vendor: no module has a sum. */
function isVendored({ deps }: GoBuildInfo): boolean {
  const released = deps.filter((module) => folderOf(module) === null);
  return released.length > 0 && released.every((module) => (module.replace ?? module).sum === '');
}

function isTrimmed({ settings }: GoBuildInfo): boolean {
  return settings.some(({ key, value }) => key === '-trimpath' && value === 'true');
}
