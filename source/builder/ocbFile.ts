import { relative, resolve, sep } from 'node:path';
import type { Document } from 'yaml';

/**
 * A build file as ocb gets it: without what is ours, and writing sources into `sourceFolder`.
 *
 * Paths in `replaces` are relative to the sources; ours lie elsewhere than ocb's, so they are written anew.
 * `dist.go` is a stand-in that does nothing: what is asked of ocb is `components.go`, `main.go` and `go.mod`, and the
 * modules are fetched once, by us, with the plugins among them.
 */
export function ocbFile(document: Document, sourceFolder: string, outputPath: string): string {
  document.delete('plugins');
  document.setIn(['dist', 'output_path'], sourceFolder);
  document.setIn(['dist', 'go'], 'true');
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
