import { sep } from 'node:path';
import type { CatalogSnapshot } from '../../catalog/record.js';
import { type CleanText, cleaned } from '../../terminal/clean.js';
import { relativePath } from './list.js';

/**
 * A sentence for each directory, or the discovery file, in which nothing was judged: it may be the wrong one, so `check-all` of it is
 * no yes. Files that are passed over are named, for they show what the directory is.
 */
export function placesWithoutPlugins({ place, plugins }: Pick<CatalogSnapshot, 'place' | 'plugins'>): CleanText[] {
  const judged = plugins.filter(({ state }) => state === 'judged');
  if (place.kind === 'discovery file') {
    return judged.length > 0
      ? []
      : place.paths.map((file) => cleaned`no plugin to judge in ${relativePath(file)}: it lists none${ALLOW}`);
  }
  return place.paths.flatMap((directory): CleanText[] => {
    const within = ({ path }: { readonly path: string }) =>
      path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
    if (judged.some(within)) return [];
    const others = plugins.filter(within).map(({ name }) => name);
    const [names, more] = [others.slice(0, 3).join(', '), others.length > 3 ? ` and ${others.length - 3} more` : ''];
    const has = others.length === 0 ? 'it is empty' : `it has ${names}${more}`;
    return [cleaned`no plugin (*.so) to judge in ${relativePath(directory)}: ${has}${ALLOW}`];
  });
}

const ALLOW = ' (--allow-empty: that is fine)';
