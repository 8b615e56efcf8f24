/** What an image is for: `base` is one's own with everything; else one for each toolchain. */
export const IMAGE_ROLES = ['base', 'go', 'rust', 'node'] as const;
export type ImageRole = (typeof IMAGE_ROLES)[number];

/**
 * The images of a build that names none: Debian 12 all of them, so that what is copied from one runs in the other.
 * `go` has gcc; `node` runs ocx.
 */
export const USUAL_IMAGES: Readonly<Record<Exclude<ImageRole, 'base'>, string>> = {
  go: 'docker.io/library/golang:1.26.8-bookworm',
  rust: 'docker.io/library/rust:1.95.0-bookworm',
  node: 'docker.io/library/node:20.20.2-bookworm-slim',
};

/** An image that a container is made of. */
export interface Image {
  readonly role: ImageRole;
  /** As the Dockerfile names it: with its digest, where that is known. */
  readonly reference: string;
}

/** github.com/distribution/reference: name, tag, digest. */
const REFERENCE = /^[a-z0-9][\w.:-]*(?:\/[a-z0-9][\w.-]*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** What is wrong with the name of an image, in words that follow its field; null when nothing is. */
export function imageFault(reference: string): string | null {
  return REFERENCE.test(reference) ? null : 'must be an image: golang:1.26.8-bookworm, best with its @sha256: digest';
}

/** The images a build needs: one's own base alone, else one for each toolchain it uses. */
export function neededImages(named: Readonly<Partial<Record<ImageRole, string>>>, needs: { readonly rust: boolean }): Image[] {
  if (named.base !== undefined) return [{ role: 'base', reference: named.base }];
  const roles = ['go', 'node', ...(needs.rust ? (['rust'] as const) : [])] as const;
  return roles.map((role) => ({ role, reference: named[role] ?? USUAL_IMAGES[role] }));
}

/** `sha256:...` of a reference that pins its content; null of one that is only a name. */
export function digestOf(reference: string): string | null {
  return /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1] ?? null;
}

/** The same image, by its content. */
export function pinned(reference: string, digest: string): string {
  return digestOf(reference) === null ? `${reference}@${digest}` : reference;
}

/** The version a tag promises: `1.26.8` of `golang:1.26.8-bookworm`; null when it promises none in full. */
export function promisedVersion(reference: string): string | null {
  return /:(\d+\.\d+\.\d+)(?:-[\w.-]+)?(?:@|$)/.exec(reference)?.[1] ?? null;
}
