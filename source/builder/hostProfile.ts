import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FileSource } from '../binary/reader/byteSource.js';
import { readSidecar } from '../catalog/sidecar.js';
import { gatherEvidence } from '../evidence/gather.js';
import { makeProfile } from '../profile/makeProfile.js';
import type { OutputFolder } from './outputFolder.js';

/** Ends the name of the Collector's profile, beside it. */
export const PROFILE_SUFFIX = '.profile.json';

/**
 * Puts the profile of a Collector beside it: what a plugin of somebody else is judged against who has not the binary.
 * @param file the binary: in the staging folder, or where it has been.
 */
export function writeProfile(path: string, file: string, fresh: boolean, output: OutputFolder): void {
  const name = `${path}${PROFILE_SUFFIX}`;
  if (!fresh && existsSync(join(output.path, name))) return;
  const source = new FileSource(file);
  try {
    writeFileSync(
      join(output.staging, name),
      makeProfile(source, basename(path), gatherEvidence(source, { sidecar: readSidecar(file) })),
    );
  } finally {
    source.close();
  }
  output.publish(name);
}
