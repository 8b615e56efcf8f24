import { relative, resolve, sep } from 'node:path';
import type { Document } from 'yaml';

export interface OcbSetting {
  /** Where ocb writes. */
  readonly sourceFolder: string;
  /** What ocb calls as go. */
  readonly go: string;
  /** Where the user's file has it write: what relative paths in `replaces` are relative to. */
  readonly outputPath: string;
}

/** A build file as ocb gets it: without what is ours, and with paths seen from where the sources lie. */
export function ocbFile(document: Document, { sourceFolder, go, outputPath }: OcbSetting): string {
  document.delete('plugins');
  document.delete('hermetic');
  document.setIn(['dist', 'output_path'], sourceFolder);
  document.setIn(['dist', 'go'], go);
  document.deleteIn(['dist', 'otelcol_version']);
  const replaces: unknown = document.toJS().replaces;
  if (Array.isArray(replaces))
    document.set(
      'replaces',
      replaces.map((line: string) => replaceFrom(line, outputPath, sourceFolder)),
    );
  return document.toString();
}

/** A `replaces` line that names a folder by a relative path: what stands before it, and the path. */
const LOCAL = /^(.*=>\s*)(\.{1,2}(?:\/.*)?)\s*$/;

function replaceFrom(line: string, was: string, becomes: string): string {
  const match = LOCAL.exec(line);
  if (!match) return line;
  return `${match[1]}${relativeFolder(becomes, resolve(was, match[2] ?? ''))}`;
}

/** The folder a line of `replaces` names, absolute; null when it names a module. @param output what a relative one is relative to. */
export function localReplacement(line: string, output: string): string | null {
  const path = LOCAL.exec(line)?.[2] ?? /=>\s*(\/\S*)\s*$/.exec(line)?.[1];
  return path === undefined ? null : resolve(output, path);
}

/** A folder as go.mod wants it: beginning with `./` or `../`, so that builds do not depend on where the project lies. */
export function relativeFolder(from: string, to: string): string {
  const path = relative(from, to).split(sep).join('/');
  return /^\.\.?(\/|$)/.test(path) ? path : `./${path}`;
}
