import { type Charset, gridOf } from './frame.js';
import { blankGrid, type Grid } from './grid.js';
import { PEN_AT_START, type Pen } from './pen.js';
import { drawFrame } from './scrollRegion.js';

/** A frame is drawn at most this often; keys that come in between are in the next one. */
const TICK_MS = 15;

export interface PainterOptions {
  readonly charset: Charset;
  /** Writes to the terminal. False when it is behind: nothing is drawn until `drained` is called. */
  readonly write: (bytes: string) => boolean;
  /** Called on the tick, before drawing: brings the frame up to date by calling `frame`. */
  readonly beforeDraw: () => void;
}

/**
 * Keeps what the terminal shows as cells and, on its own tick, writes what the latest frame changes. Frames that nobody
 * had time to see are never drawn. Without a new frame it writes nothing.
 */
export class Painter {
  readonly #options: PainterOptions;
  #shown: Grid;
  #pen: Pen = PEN_AT_START;
  #latest: string | null = null;
  #timer: NodeJS.Timeout | NodeJS.Immediate | null = null;
  #lastDrawn = 0;
  #behind = false;
  #paused = true;

  constructor(columns: number, rows: number, options: PainterOptions) {
    this.#options = options;
    this.#shown = blankGrid(columns, rows);
  }

  /** The latest frame, as Ink gives it. */
  frame(text: string): void {
    this.#latest = text;
    this.request();
  }

  /** Something has changed: draw on the next tick. */
  request(): void {
    if (this.#timer || this.#behind || this.#paused) return;
    const wait = this.#lastDrawn + TICK_MS - performance.now();
    this.#timer = wait <= 0 ? setImmediate(() => this.#tick()) : setTimeout(() => this.#tick(), wait);
  }

  /** The terminal was cleared and has this size: everything is to be drawn. */
  restart(columns: number, rows: number): void {
    this.#shown = blankGrid(columns, rows);
    this.#pen = PEN_AT_START;
    this.#paused = false;
    this.request();
  }

  /** Draws nothing until `restart`. */
  pause(): void {
    this.#paused = true;
    this.#cancel();
  }

  drained(): void {
    this.#behind = false;
    this.request();
  }

  #tick(): void {
    this.#timer = null;
    if (this.#paused) return;
    this.#options.beforeDraw();
    // Bringing the frame up to date asked for another tick; this one does it.
    this.#cancel();
    if (this.#latest === null) return;
    const next = gridOf(this.#latest, this.#shown.columns, this.#shown.rows, this.#options.charset);
    this.#latest = null;
    const { bytes, pen } = drawFrame(this.#shown, next, this.#pen);
    this.#shown = next;
    this.#pen = pen;
    this.#lastDrawn = performance.now();
    if (bytes !== '' && !this.#options.write(bytes)) this.#behind = true;
  }

  #cancel(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
    this.#timer = null;
  }
}
