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

function replaceFrom(line: string, was: string, becomes: string): string {
  const match = /^(.*=>\s*)(\.{1,2}(?:\/.*)?)\s*$/.exec(line);
  if (!match) return line;
  return `${match[1]}${relativeFolder(becomes, resolve(was, match[2] ?? ''))}`;
}

/** A folder as go.mod wants it: beginning with `./` or `../`, so that builds do not depend on where the project lies. */
export function relativeFolder(from: string, to: string): string {
  const path = relative(from, to).split(sep).join('/');
  return /^\.\.?(\/|$)/.test(path) ? path : `./${path}`;
}
