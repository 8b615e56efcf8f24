import { StringDecoder } from 'node:string_decoder';
import type { BuildEvent } from '../events.js';

/**
 * The events of the ocx that runs in the container, out of what the engine prints: one JSON object a line, behind whatever
 * an engine puts before it (docker: `#12 3.456 `). One for each stream of the engine: two would cut each other's lines.
 */
export class InsideEvents {
  readonly #hear: (event: BuildEvent) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(hear: (event: BuildEvent) => void) {
    this.#hear = hear;
  }

  /** Takes output as it comes, in pieces of any size. */
  add(piece: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(piece)).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = eventIn(line);
      if (event !== null) this.#hear(event);
    }
  }
}

/** The event in a line; null when there is none. */
export function eventIn(line: string): BuildEvent | null {
  const at = line.indexOf('{"event":"');
  if (at < 0) return null;
  try {
    return JSON.parse(line.slice(at));
  } catch {
    return null;
  }
}
