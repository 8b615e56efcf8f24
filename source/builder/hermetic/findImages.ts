import { type Engine, type EngineRoom, imageDigest, pullImage } from './engine.js';
import { digestOf, type Image, pinned } from './images.js';

/**
 * The images by their digests: what the engine has, or gets now. Without an engine, what is not locked stays a name.
 * @returns each image, with what is to be said about it: `sha256:1234... was there`.
 * @throws BuildError when one can't be had.
 */
export async function findImage(image: Image, engine: Engine, room: EngineRoom): Promise<{ image: Image; note: string }> {
  let found = await imageDigest(engine, image.reference, room);
  const pulled = !found.here;
  if (pulled) {
    await pullImage(engine, image.reference, room);
    found = await imageDigest(engine, image.reference, room);
  }
  const digest = digestOf(image.reference) ?? found.digest;
  return {
    image: digest === null ? image : { ...image, reference: pinned(image.reference, digest) },
    note: `${digest === null ? 'made here, without a digest' : digest.slice(0, 19)}${pulled ? ', pulled' : ''}`,
  };
}
