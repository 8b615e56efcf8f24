import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PlaceError } from '../catalog/discovery.js';
import type { Configuration } from './configuration.js';

/**
 * Each `path:` of a module must be a Go module: go would tell of the go.mod it has not, in a file that ocx wrote.
 * @throws PlaceError naming the line and field of the build file.
 */
export function refuseMissingFolders({ file, modules }: Pick<Configuration, 'file' | 'modules'>): void {
  for (const { folder, folderLine, field } of modules)
    if (folder !== null && !existsSync(join(folder, 'go.mod')))
      throw new PlaceError(`${file}:${folderLine}: ${field}.path has no go.mod: ${folder}`);
}
