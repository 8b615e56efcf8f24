import './unbundled.js';
import { render } from 'ink';
import type { CatalogSnapshot } from '../../source/catalog/record.js';
import { reduce } from '../../source/explorer/reducer.js';
import { type Action, type Effect, initialState, type State } from '../../source/explorer/state.js';
import { type Styles, stylesOf, type ThemeName } from '../../source/explorer/theme.js';
import { Screen } from '../../source/explorer/view/Screen.js';
import { stillFrame } from '../../source/explorer/view/stillFrame.js';
import type { ColorLevel } from '../../source/terminal/capabilities.js';
import { type Charset, gridOf } from '../../source/terminal/frame.js';
import { blankGrid } from '../../source/terminal/grid.js';
import { FrameSink, KeySource } from '../../source/terminal/inkStreams.js';
import { KeyDecoder } from '../../source/terminal/keyDecoder.js';
import { PEN_AT_START } from '../../source/terminal/pen.js';
import { drawFrame } from '../../source/terminal/scrollRegion.js';
import { Emulator } from '../terminal/emulator.js';

/** The state after keys, as bytes of a terminal; the panel follows at once. `apart`: a second between keys. */
export function pressed(state: State, bytes: string, start = 0): State {
  return steps(state, bytes, start).at(-1)?.state ?? state;
}

/** Every state on the way, with its effects. */
export function steps(state: State, bytes: string, start = 0): { state: State; effects: readonly Effect[]; key: string }[] {
  const decoder = new KeyDecoder();
  const events = [...decoder.push(Buffer.from(bytes)), ...decoder.flush()];
  let current = state;
  return events.map((event, index) => {
    const key = event.kind === 'key' ? event.key : event.text;
    const action: Action =
      event.kind === 'paste' ? { type: 'paste', text: event.text } : { type: 'key', key, at: start + index * 1000 };
    const step = reduce(current, action);
    current = step.effects.some(({ type }) => type === 'follow' || type === 'follow later')
      ? reduce(step.state, { type: 'follow' }).state
      : step.state;
    return { state: current, effects: step.effects, key };
  });
}

export interface StillOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly level?: ColorLevel;
  readonly theme?: ThemeName;
  readonly charset?: Charset;
}

/** The screen after some keys, from the state through Ink and the painter to an emulated terminal. */
export async function still(snapshot: CatalogSnapshot, keys: string, options: StillOptions = {}): Promise<Emulator> {
  const { columns = 120, rows = 40 } = options;
  return stillOf(pressed(reduce(initialState(snapshot, { columns, rows }), { type: 'follow' }).state, keys), options);
}

const frameMakers = new Map<string, (state: State) => string>();

/** The frame as Ink hands it over: text and SGR, before our painter looks at it. One Ink a size: it starts slowly. */
export function frameOf(state: State): string {
  const { columns, rows } = state.size;
  const key = `${columns}x${rows}`;
  const make = frameMakers.get(key) ?? frameMaker(columns, rows);
  frameMakers.set(key, make);
  return make(state);
}

function frameMaker(columns: number, rows: number): (state: State) => string {
  let frame = '';
  const sink = new FrameSink(columns, rows, (text) => {
    frame = text;
  });
  const styles = stylesOf('terminal', 1, 'dark');
  let ink: ReturnType<typeof render> | null = null;
  return (state) => {
    const screen = <Screen state={state} styles={styles} dispatch={() => {}} onPickerSettled={() => {}} />;
    if (ink) ink.rerender(screen);
    else
      ink = render(screen, {
        debug: true,
        patchConsole: false,
        exitOnCtrlC: false,
        stdout: sink as unknown as NodeJS.WriteStream,
        stderr: sink as unknown as NodeJS.WriteStream,
        stdin: new KeySource() as unknown as NodeJS.ReadStream,
      });
    return frame;
  };
}

export async function stillOf(state: State, options: StillOptions = {}): Promise<Emulator> {
  const emulator = new Emulator(state.size.columns, state.size.rows);
  await emulator.write(bytesOf(state, options));
  return emulator;
}

/**
 * The bytes that draw a state on a blank terminal. Without Ink where it isn't needed, which is ten times faster:
 * stillFrame.test.ts holds the two together.
 */
export function bytesOf(state: State, { level = 0, theme = 'terminal', charset = 'unicode' }: StillOptions = {}): string {
  const { columns, rows } = state.size;
  const styles = stylesOf(theme, level, 'dark');
  const frame = stillFrame(state, styles) ?? inkFrame(state, styles);
  return drawFrame(blankGrid(columns, rows), gridOf(frame, columns, rows, charset), PEN_AT_START).bytes;
}

function inkFrame(state: State, styles: Styles): string {
  const { columns, rows } = state.size;
  let frame = '';
  const sink = new FrameSink(columns, rows, (text) => {
    frame = text;
  });
  const ink = render(<Screen state={state} styles={styles} dispatch={() => {}} onPickerSettled={() => {}} />, {
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false,
    stdout: sink as unknown as NodeJS.WriteStream,
    stderr: sink as unknown as NodeJS.WriteStream,
    stdin: new KeySource() as unknown as NodeJS.ReadStream,
  });
  ink.unmount();
  return frame;
}

/** The bytes that lead from each of these states to the next, as the painter would write them with time to spare. */
export function drawn(
  states: readonly State[],
  { level = 0, theme = 'terminal', charset = 'unicode' }: StillOptions = {},
): string[] {
  const [first] = states;
  if (!first) return [];
  const { columns, rows } = first.size;
  const styles = stylesOf(theme, level, 'dark');
  let frame = '';
  const sink = new FrameSink(columns, rows, (text) => {
    frame = text;
  });
  const screen = (state: State) => <Screen state={state} styles={styles} dispatch={() => {}} onPickerSettled={() => {}} />;
  const ink = render(screen(first), {
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false,
    stdout: sink as unknown as NodeJS.WriteStream,
    stderr: sink as unknown as NodeJS.WriteStream,
    stdin: new KeySource() as unknown as NodeJS.ReadStream,
  });
  let shown = gridOf(frame, columns, rows, charset);
  let pen = PEN_AT_START;
  const bytes = states.slice(1).map((state) => {
    ink.rerender(screen(state));
    const next = gridOf(frame, columns, rows, charset);
    const step = drawFrame(shown, next, pen);
    [shown, pen] = [next, step.pen];
    return step.bytes;
  });
  ink.unmount();
  return bytes;
}
