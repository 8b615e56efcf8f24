import { EventEmitter } from 'node:events';

/**
 * The stdout Ink gets: it takes whole frames (Ink's debug mode) and passes them on. It is no TTY and never says
 * `resize`, so Ink neither shows cursors nor clears lines; a new size comes with the next render.
 */
export class FrameSink extends EventEmitter {
  readonly isTTY = false;
  readonly writable = true;
  columns: number;
  rows: number;
  readonly #take: (frame: string) => void;

  constructor(columns: number, rows: number, take: (frame: string) => void) {
    super();
    this.columns = columns;
    this.rows = rows;
    this.#take = take;
  }

  write(frame: string, done?: () => void): boolean {
    if (frame !== '') this.#take(frame);
    done?.();
    return true;
  }
}

/**
 * The stdin Ink gets: the real one is ours alone. A component that brings its own keys (ink-select-input) is given them
 * one at a time through `press`.
 */
export class KeySource extends EventEmitter {
  readonly isTTY = true;
  #waiting: string | null = null;

  press(bytes: string): void {
    this.#waiting = bytes;
    this.emit('readable');
  }

  read(): string | null {
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting;
  }

  setEncoding(): this {
    return this;
  }

  setRawMode(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
