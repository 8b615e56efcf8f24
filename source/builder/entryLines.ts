import { basename } from 'node:path';
import type { Configuration } from './configuration.js';

/** Where a build file speaks of something. */
export interface EntryLine {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
}

/**
 * Finds the line of a build file that a plugin was made from.
 *
 * @returns for the path of a plugin and the things a finding is about (modules): the line of the component that is such
 * a module, else that of the plugin's entry; null for a file that no entry makes.
 */
export function entryLines({
  file,
  plugins,
}: Pick<Configuration, 'file' | 'plugins'>): (plugin: string, subjects: readonly string[]) => EntryLine | null {
  return (plugin, subjects) => {
    const entry = plugins.find(({ name }) => `${name}.so` === basename(plugin));
    if (!entry) return null;
    const components = entry.language === 'go' ? entry.components : [];
    const [line = entry.line] = components.filter(({ module }) => subjects.includes(module)).map(({ line: of }) => of);
    return { file, line };
  };
}
