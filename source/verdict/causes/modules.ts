import type { Difference } from '../../manifest/differences.js';
import { quoted } from '../shellWord.js';
import { type Cause, NO_CURE } from './cause.js';
import { isIn, shortModule } from './moduleNames.js';

/** Each module of another version or hash than the host's: those that explain the most packages first. */
export function moduleCauses(all: readonly Difference[], packages: readonly string[]): Cause[] {
  return all
    .filter(({ kind, state }) => kind === 'dependency' && state === 'differs')
    .map(({ name, plugin, host }) => {
      const [mine, theirs] = [versionOf(plugin), versionOf(host)];
      const words =
        mine === theirs
          ? `${shortModule(name)} ${mine} with another hash (${hashOf(plugin)}, host has ${hashOf(host)})`
          : `${shortModule(name)} ${mine}, host has ${theirs}`;
      return {
        words,
        explains: packages.filter((path) => isIn(path, name)).length,
        cure: { ...NO_CURE, gets: [quoted(`${name}@${theirs}`)] },
        folder: null,
      };
    })
    .sort((a, b) => b.explains - a.explains);
}

function versionOf(text: string | null): string {
  return text?.split(' ')[0] ?? 'none';
}

function hashOf(text: string | null): string {
  return text?.split(' ')[1] ?? 'none';
}
