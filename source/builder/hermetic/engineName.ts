/** Programs that build a Dockerfile, in the order they are looked for. */
export const ENGINE_NAMES = ['docker', 'podman', 'buildah'] as const;

export type EngineName = (typeof ENGINE_NAMES)[number];
