import { type CleanText, cleanJson } from '../../../terminal/clean.js';
import { VERSION } from '../../version.js';
import type { Checked } from './checked.js';
import type { CiFormat } from './format.js';
import { junitLines } from './junit.js';
import { sarifLog } from './sarif.js';

/** What was checked, as a CI system reads it. */
export function ciLines(checked: Checked, format: CiFormat): readonly CleanText[] {
  return format === 'junit' ? junitLines(checked) : (cleanJson(sarifLog(checked, VERSION)).split('\n') as CleanText[]);
}

/**
 * The lines of a build file, by plugin.
 * @throws PlaceError when it can't be read, or is none.
 */
export async function linesOf(file: string | undefined, directory: string): Promise<Checked['entryLine']> {
  if (file === undefined) return () => null;
  const [{ entryLines }, { findConfiguration, readConfiguration }] = await Promise.all([
    import('../../../builder/entryLines.js'),
    import('../../../builder/configuration.js'),
  ]);
  return entryLines(readConfiguration(findConfiguration(file, directory), directory));
}
