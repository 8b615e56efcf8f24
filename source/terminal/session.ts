import { KeyDecoder } from './keyDecoder.js';
import type { KeyEvent } from './keys.js';
import { type Size, sizeOf } from './size.js';

/** Alternate screen, hidden cursor, bracketed paste. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[H\x1b[2J';
/** The same undone, with what a frame may have left behind: a scroll region, a style. */
const LEAVE = '\x1b[r\x1b[m\x1b[?2004l\x1b[?25h\x1b[?1049l';
const RESIZE_REST_MS = 50;

/** How it ended: the exit code, and what to print once the terminal is as it was. */
export interface Ending {
  readonly code: number;
  readonly message: string | null;
}

export interface SessionHandlers {
  readonly onKeys: (events: readonly KeyEvent[]) => void;
  /** The screen is ours and blank: at the start, after a resize, after a suspension. */
  readonly onScreen: (size: Size) => void;
  /** The screen is not ours for now. */
  readonly onSuspend: () => void;
  readonly onDrain: () => void;
}

const SIGNAL_CODES = { SIGINT: 130, SIGQUIT: 131, SIGTERM: 143, SIGHUP: 129 } as const;

/** The terminal, taken over until `end`: whatever ends it, the terminal is as it was before. */
export class Session {
  /** Resolved once, after the terminal was restored. */
  readonly ended: Promise<Ending>;
  readonly #stdin: NodeJS.ReadStream;
  readonly #stdout: NodeJS.WriteStream;
  readonly #env: NodeJS.ProcessEnv;
  readonly #handlers: SessionHandlers;
  readonly #decoder = new KeyDecoder();
  readonly #listeners: (() => void)[] = [];
  #finish: (ending: Ending) => void = () => {};
  #state: 'idle' | 'ours' | 'suspended' | 'over' = 'idle';
  #keyTimer: NodeJS.Timeout | null = null;
  #resizeTimer: NodeJS.Timeout | null = null;

  constructor(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream, env: NodeJS.ProcessEnv, handlers: SessionHandlers) {
    this.#stdin = stdin;
    this.#stdout = stdout;
    this.#env = env;
    this.#handlers = handlers;
    this.ended = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  get size(): Size {
    return sizeOf(this.#stdout, this.#env);
  }

  start(): void {
    this.#listen();
    this.#takeOver();
  }

  /** False when the terminal is behind; `onDrain` follows. Nothing is written while the screen is not ours. */
  write(bytes: string): boolean {
    return this.#state === 'ours' ? this.#stdout.write(bytes) : true;
  }

  end(ending: Ending): void {
    if (this.#state === 'over') return;
    const wasOurs = this.#state === 'ours';
    this.#state = 'over';
    this.#clearTimers();
    if (wasOurs) this.#giveBack();
    for (const off of this.#listeners) off();
    this.#finish(ending);
  }

  /** Clears the screen and draws it again: for what other programs wrote over it. */
  redraw(): void {
    if (this.#state !== 'ours') return;
    this.#stdout.write('\x1b[r\x1b[m\x1b[H\x1b[2J');
    this.#handlers.onScreen(this.size);
  }

  /** Ctrl-Z. The whole job is stopped, so that a shell sees it also behind `npm start`. */
  suspend(): void {
    if (this.#state !== 'ours') return;
    this.#handlers.onSuspend();
    this.#giveBack();
    this.#state = 'suspended';
    process.off('SIGTSTP', this.#onStop);
    process.kill(0, 'SIGTSTP');
    // No shell to stop for (an orphaned process group): the kernel ignores the signal, and so do we. The second wait lets
    // SIGCONT be heard first, where there was a stop: timers that are due run before it.
    setTimeout(() => setTimeout(() => this.#state === 'suspended' && this.#resume(), 20), 100);
  }

  readonly #onStop = (): void => this.suspend();

  #resume(): void {
    if (this.#state === 'over') return;
    // After a SIGSTOP, which nobody sees coming, the shell has changed the modes under us: take all of it again.
    if (this.#state === 'suspended') process.on('SIGTSTP', this.#onStop);
    else if (this.#state === 'ours') {
      this.#handlers.onSuspend();
      // libuv believes the terminal is raw still, and would leave it as it is.
      if (this.#stdin.isTTY) this.#stdin.setRawMode(false);
    }
    this.#takeOver();
  }

  #takeOver(): void {
    this.#state = 'ours';
    if (this.#stdin.isTTY) this.#stdin.setRawMode(true);
    this.#stdin.resume();
    this.#measure();
    this.#stdout.write(ENTER);
    this.#handlers.onScreen(this.size);
  }

  /** While we were stopped, SIGWINCH went to the shell: ask for the size instead of waiting to be told. */
  #measure(): void {
    const refresh: unknown = Reflect.get(this.#stdout, '_refreshSize');
    if (this.#stdout.isTTY && typeof refresh === 'function') refresh.call(this.#stdout);
  }

  #giveBack(): void {
    try {
      this.#stdout.write(LEAVE);
    } catch {
      // The terminal is gone: there is nothing to restore.
    }
    try {
      if (this.#stdin.isTTY) this.#stdin.setRawMode(false);
    } catch {
      // As above.
    }
    this.#stdin.pause();
  }

  #listen(): void {
    this.#on(this.#stdin, 'data', (chunk: Buffer) => this.#read(chunk));
    for (const event of ['end', 'close', 'error']) this.#on(this.#stdin, event, () => this.#hangUp());
    for (const event of ['close', 'error']) this.#on(this.#stdout, event, () => this.#hangUp());
    this.#on(this.#stdout, 'drain', () => this.#handlers.onDrain());
    this.#on(this.#stdout, 'resize', () => this.#resized());
    for (const [signal, code] of Object.entries(SIGNAL_CODES)) this.#on(process, signal, () => this.end({ code, message: null }));
    this.#on(process, 'SIGTSTP', this.#onStop);
    this.#on(process, 'SIGCONT', () => this.#resume());
    this.#on(process, 'uncaughtException', (error: unknown) => this.fail(error));
    this.#on(process, 'unhandledRejection', (error: unknown) => this.fail(error));
    // Someone called process.exit: TTY writes are synchronous, so this still gets out.
    this.#on(process, 'exit', () => this.end({ code: 0, message: null }));
  }

  // biome-ignore lint/suspicious/noExplicitAny: what an event carries is known where it is listened to.
  #on(source: NodeJS.EventEmitter, event: string, listener: (...values: any[]) => void): void {
    source.on(event, listener);
    this.#listeners.push(() => source.off(event, listener));
  }

  #read(chunk: Buffer): void {
    if (this.#keyTimer) clearTimeout(this.#keyTimer);
    this.#keyTimer = null;
    const events = this.#decoder.push(chunk);
    if (events.length > 0) this.#handlers.onKeys(events);
    const { wait } = this.#decoder;
    if (wait !== null && this.#state === 'ours') {
      this.#keyTimer = setTimeout(() => {
        this.#keyTimer = null;
        this.#handlers.onKeys(this.#decoder.flush());
      }, wait);
    }
  }

  #resized(): void {
    if (this.#resizeTimer) clearTimeout(this.#resizeTimer);
    this.#resizeTimer = setTimeout(() => {
      this.#resizeTimer = null;
      this.redraw();
    }, RESIZE_REST_MS);
  }

  /** The terminal is gone (EIO, EPIPE, end of input): the same as SIGHUP, and nobody to tell. */
  #hangUp(): void {
    this.end({ code: SIGNAL_CODES.SIGHUP, message: null });
  }

  /** An error that nobody handled: the terminal first, then what went wrong. */
  fail(error: unknown): void {
    if (isTerminalGone(error)) {
      this.#hangUp();
      return;
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.end({ code: 70, message: `ocx stopped on an error of its own:\n${text}` });
  }

  #clearTimers(): void {
    if (this.#keyTimer) clearTimeout(this.#keyTimer);
    if (this.#resizeTimer) clearTimeout(this.#resizeTimer);
  }
}

function isTerminalGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'EIO' || code === 'EPIPE' || code === 'ENXIO';
}
