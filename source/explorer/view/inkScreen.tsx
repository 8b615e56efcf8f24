import { render } from 'ink';
import type { FrameSink, KeySource } from '../../terminal/inkStreams.js';
import type { Action, State } from '../state.js';
import type { Styles } from '../theme.js';
import { Screen } from './Screen.js';

export interface InkScreenOptions {
  readonly sink: FrameSink;
  readonly keys: KeySource;
  readonly styles: Styles;
  readonly dispatch: (action: Action) => void;
  readonly onPickerSettled: () => void;
  /** What a component threw. */
  readonly onError: (error: unknown) => void;
}

/** Ink, drawing states: the frame of each is in `sink` when `draw` returns. */
export class InkScreen {
  readonly #options: InkScreenOptions;
  #ink: ReturnType<typeof render> | null = null;

  constructor(options: InkScreenOptions) {
    this.#options = options;
  }

  draw(state: State): void {
    const { sink, keys, styles, dispatch, onPickerSettled, onError } = this.#options;
    const screen = <Screen state={state} styles={styles} dispatch={dispatch} onPickerSettled={onPickerSettled} />;
    if (this.#ink) {
      this.#ink.rerender(screen);
      return;
    }
    this.#ink = render(screen, {
      debug: true,
      patchConsole: false,
      exitOnCtrlC: false,
      stdout: sink as unknown as NodeJS.WriteStream,
      stderr: sink as unknown as NodeJS.WriteStream,
      stdin: keys as unknown as NodeJS.ReadStream,
    });
    // Ink keeps what components throw to itself, and shows it on a screen that is about to go.
    this.#ink.waitUntilExit().catch(onError);
  }

  close(): void {
    this.#ink?.unmount();
  }
}
