import type { Writable } from 'node:stream';
import { PlaceError, reason } from '../../catalog/discovery.js';
import type { CleanText } from '../../terminal/clean.js';

/** Where a command writes, and what the reader's end can take. Lines are clean: only `CleanText` gets in. */
export interface Sink {
  /** Writes lines. Resolves when the reader keeps up. Rejects with `ReaderGone` when it closed the pipe. */
  lines(lines: Iterable<CleanText>): Promise<void>;
  /** Columns of the terminal; null when the output is no terminal, where nothing is cut. */
  readonly columns: number | null;
  readonly colour: boolean;
}

/** `ocx plugins list | head`: the reader has what it wanted. No error. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

const CHUNK = 64 * 1024;

/** A sink over a stream. Colour: only on a terminal, never with NO_COLOR or TERM=dumb, always with FORCE_COLOR. */
export function sinkOf(stream: Writable & { isTTY?: boolean; columns?: number }, env: NodeJS.ProcessEnv): Sink {
  const terminal = stream.isTTY === true;
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0';
  // Each write says for itself how it ended; without a listener Node would end the process.
  stream.on('error', () => {});
  return {
    columns: terminal && stream.columns ? stream.columns : null,
    colour: !env.NO_COLOR && (forced || (terminal && env.TERM !== 'dumb')),
    async lines(lines) {
      let chunk = '';
      for (const line of lines) {
        chunk += `${line}\n`;
        if (chunk.length < CHUNK) continue;
        await write(chunk);
        chunk = '';
      }
      await write(chunk);
    },
  };

  /** Resolves when the chunk is out. EPIPE means that the reader has enough; anything else is the user's to know. */
  async function write(chunk: string): Promise<void> {
    if (chunk === '') return;
    await new Promise<void>((resolve, reject) => {
      stream.write(chunk, (error) => {
        if (!error) resolve();
        else
          reject(
            'code' in error && error.code === 'EPIPE'
              ? new ReaderGone()
              : new PlaceError(`the output can't be written: ${reason(error)}`),
          );
      });
    });
  }
}
