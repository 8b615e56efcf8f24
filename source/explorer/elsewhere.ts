import type { LiveCatalog } from '../catalog/record.js';

/** Another directory for the same host, or another host for the same directory. */
export type Place = { readonly kind: 'directory'; readonly path: string } | { readonly kind: 'host'; readonly path: string };

/** What else could be opened. Paths as people type them: relative to the working directory, `~` for home. */
export interface Elsewhere {
  /** Programs in or beside the directory that can load plugins. Between two of them keys get their turn. */
  hosts(): Promise<readonly string[]>;
  /** Directories near this one. */
  directories(): readonly string[];
  /** @throws an Error whose message is a sentence; then all stays as it is. */
  open(place: Place): LiveCatalog;
}
