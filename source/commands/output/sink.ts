import type { Writable } from 'node:stream';
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
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') gone = true;
    else throw error;
  });
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

  async function write(chunk: string): Promise<void> {
    if (gone) throw new ReaderGone();
    if (chunk === '' || stream.write(chunk)) return;
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        stream.off('drain', done);
        stream.off('close', closed);
        resolve();
      };
      const closed = () => {
        stream.off('drain', done);
        reject(new ReaderGone());
      };
      stream.once('drain', done);
      stream.once('close', closed);
    });
  }
}
