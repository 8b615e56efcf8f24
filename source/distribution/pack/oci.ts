import { createHash } from 'node:crypto';
import type { Packed } from './tarWriter.js';

/** What the artifact is, in a registry (OCI image spec 1.1: artifactType). */
export const ARTIFACT_TYPE = 'application/vnd.ocx.distribution.v1+json';
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
/** The config of an artifact that needs none: `{}` (image spec, guidance for an empty descriptor). */
const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', bytes: new TextEncoder().encode('{}') } as const;

/** Where a file of a layer belongs, as oras has it. */
export const TITLE = 'org.opencontainers.image.title';
const REF_NAME = 'org.opencontainers.image.ref.name';
const VERSION = 'org.opencontainers.image.version';

/** A file of the distribution, with the digest that its list has. */
export interface Layer extends Packed {
  readonly sha256: string;
  /** `collector`, `plugin`, `manifest`, `distribution`. */
  readonly kind: string;
}

/**
 * An OCI image layout (image spec 1.1, image-layout.md) of one artifact: each file of the distribution is a layer with its path as title,
 * so that `oras pull` gives the folder back, and a registry keeps what releases share once.
 * @param reference the tag.
 */
export function ociLayout(layers: readonly Layer[], name: string, version: string, reference: string): Packed[] {
  const manifest = json({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    artifactType: ARTIFACT_TYPE,
    config: descriptor(EMPTY.mediaType, EMPTY.bytes),
    layers: layers.map(({ path, kind, sha256, size }) => ({
      mediaType: mediaTypeOf(kind),
      digest: `sha256:${sha256}`,
      size,
      annotations: { [TITLE]: path },
    })),
    annotations: { [TITLE]: name, ...(version === '' ? {} : { [VERSION]: version }) },
  });
  const index = json({
    schemaVersion: 2,
    mediaType: INDEX_TYPE,
    manifests: [{ ...descriptor(MANIFEST_TYPE, manifest), artifactType: ARTIFACT_TYPE, annotations: { [REF_NAME]: reference } }],
  });
  const blobs = new Map<string, Packed>();
  for (const [digest, content, size] of [
    [sha256Of(manifest), { bytes: manifest }, manifest.length] as const,
    [sha256Of(EMPTY.bytes), { bytes: EMPTY.bytes }, EMPTY.bytes.length] as const,
    ...layers.map(({ sha256, content, size }) => [sha256, content, size] as const),
  ])
    blobs.set(digest, { path: `blobs/sha256/${digest}`, mode: 0o644, size, content });
  const text = (path: string, bytes: Uint8Array): Packed => ({ path, mode: 0o644, size: bytes.length, content: { bytes } });
  return [text('oci-layout', json({ imageLayoutVersion: '1.0.0' })), text('index.json', index), ...blobs.values()];
}

function mediaTypeOf(kind: string): string {
  return kind === 'collector' || kind === 'plugin'
    ? `application/vnd.ocx.${kind}.v1`
    : kind === 'sbom'
      ? 'application/vnd.cyclonedx+json'
      : `application/vnd.ocx.${kind}.v1${kind === 'signature' ? '' : '+json'}`;
}

function descriptor(mediaType: string, bytes: Uint8Array) {
  return { mediaType, digest: `sha256:${sha256Of(bytes)}`, size: bytes.length };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const json = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value)}\n`);
