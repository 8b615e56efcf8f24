import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Hashed in one go (bytes): about a millisecond, so that no key waits for it. */
const SLICE = 1 << 19;

/** The sha256 of a file in hex. @throws the system's error. */
export async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const slice of createReadStream(path, { highWaterMark: SLICE, signal })) hash.update(slice as Buffer);
  return hash.digest('hex');
}
