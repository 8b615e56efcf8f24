import { FileSource } from '../../binary/reader/byteSource.js';
import { gatherEvidence } from '../../evidence/gather.js';
import type { Manifest } from '../../manifest/manifest.js';
import { readFound } from '../../manifest/readManifest.js';

/** What an artifact says of itself, from its bytes. */
export interface ReadArtifact {
  /** Null when it carries none that is valid. */
  readonly manifest: Manifest | null;
  /** Text of its descriptors; null when it has none. */
  readonly descriptors: string | null;
}

/** Reads a built file; one that is no object file says nothing. */
export function readArtifact(path: string): ReadArtifact {
  const source = new FileSource(path);
  try {
    const { found, descriptors } = gatherEvidence(source, { sidecar: null }).manifest;
    return { manifest: readFound(found)?.manifest ?? null, descriptors: descriptors?.text ?? null };
  } catch {
    return { manifest: null, descriptors: null };
  } finally {
    source.close();
  }
}
