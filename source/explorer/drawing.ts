import { FrameSink, KeySource } from '../terminal/inkStreams.js';
import { Painter, type PainterOptions } from '../terminal/painter.js';
import type { Size } from '../terminal/size.js';
import type { Action, State } from './state.js';
import type { Styles } from './theme.js';
import type { InkScreen } from './view/inkScreen.js';
import { stillFrame } from './view/stillFrame.js';

/** How long a picker may take to take in a key (ms). */
const PICKER_MS = 200;
/** How long the first screen and the first verdicts have the CPU for themselves, before Ink is loaded (ms). */
const LOAD_MS = 100;

export interface DrawingOptions extends Pick<PainterOptions, 'charset' | 'write'> {
  readonly size: Size;
  readonly styles: Styles;
  /** The state as it is now. */
  readonly state: () => State;
  readonly dispatch: (action: Action) => void;
  /** Ink could not be loaded, or failed to draw. */
  readonly fail: (error: unknown) => void;
}

/** From the state to the terminal: the latest only, without Ink until it is loaded, and where it isn't needed. */
export class Drawing {
  readonly #options: DrawingOptions;
  readonly #painter: Painter;
  readonly #sink: FrameSink;
  readonly #keys = new KeySource();
  #drawn: State | null = null;
  #ink: InkScreen | null = null;
  #loading: Promise<void> | null = null;
  #loadTimer: NodeJS.Timeout | null = null;
  #isOver = false;
  #pickerSettled = () => {};

  constructor(options: DrawingOptions) {
    this.#options = options;
    const { columns, rows } = options.size;
    const { charset, write } = options;
    this.#painter = new Painter(columns, rows, { charset, write, beforeDraw: () => this.#render() });
    this.#sink = new FrameSink(columns, rows, (frame) => this.#painter.frame(frame));
  }

  /** The state may have changed: it is drawn on the next tick. */
  request(): void {
    if (this.#options.state() !== this.#drawn) this.#painter.request();
  }

  /** What Ink lays out for, from the next frame on. */
  resize({ columns, rows }: Size): void {
    this.#sink.columns = columns;
    this.#sink.rows = rows;
  }

  /** The terminal was cleared and has this size: everything is to be drawn. */
  restart({ columns, rows }: Size): void {
    this.#drawn = null;
    this.#painter.restart(columns, rows);
  }

  /** Draws nothing until `restart`. */
  pause(): void {
    this.#painter.pause();
  }

  /** The terminal has caught up. */
  drained(): void {
    this.#painter.drained();
  }

  /** Draws nothing any more. */
  close(): void {
    this.#isOver = true;
    this.#painter.pause();
    if (this.#loadTimer) clearTimeout(this.#loadTimer);
    this.#ink?.close();
  }

  /** The picker hears keys only once its effects have run, and hears the next one only after it has rendered. */
  async pressInPicker(bytes: string): Promise<void> {
    await this.#load();
    this.#render();
    const settled = new Promise<void>((resolve) => {
      this.#pickerSettled = resolve;
    });
    this.#keys.press(bytes);
    // A key that chose has closed it; one that changed nothing (a number that isn't there) renders nothing.
    if (this.#options.state().sheet?.kind === 'pick')
      await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, PICKER_MS))]);
  }

  /**
   * Ink hands the frame over at once; states that were never drawn are never rendered. Until it is loaded, which takes
   * longer than all else together, screens that are text alone are drawn without it.
   */
  #render(): void {
    const state = this.#options.state();
    if (this.#drawn === state) return;
    if (this.#ink) {
      this.#drawn = state;
      this.#ink.draw(state);
      return;
    }
    const frame = stillFrame(state, this.#options.styles);
    if (frame === null) {
      void this.#load();
      return;
    }
    this.#drawn = state;
    this.#painter.frame(frame);
    this.#loadTimer ??= setTimeout(() => void this.#load(), LOAD_MS);
  }

  #load(): Promise<void> {
    this.#loading ??= this.#loadInk().catch(this.#options.fail);
    return this.#loading;
  }

  async #loadInk(): Promise<void> {
    const { InkScreen } = await import('./view/inkScreen.js');
    if (this.#isOver) return;
    const { styles, dispatch, fail } = this.#options;
    this.#ink = new InkScreen({
      sink: this.#sink,
      keys: this.#keys,
      styles,
      dispatch,
      onPickerSettled: () => this.#pickerSettled(),
      onError: fail,
    });
    this.#drawn = null;
    this.#painter.request();
  }
}
