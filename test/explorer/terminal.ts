import './unbundled.js';
import { EventEmitter } from 'node:events';
import type { LiveCatalog } from '../../source/catalog/record.js';
import type { Elsewhere } from '../../source/explorer/elsewhere.js';
import { openExplorer } from '../../source/explorer/open.js';
import type { Prober } from '../../source/explorer/prober.js';
import type { ThemeName } from '../../source/explorer/theme.js';
import { Emulator } from '../terminal/emulator.js';
import { NO_PROBER } from './noProber.js';
import { NOWHERE } from './nowhere.js';

class FakeInput extends EventEmitter {
  readonly isTTY = true;
  raw = false;

  setRawMode(raw: boolean): this {
    this.raw = raw;
    return this;
  }

  resume(): this {
    return this;
  }

  pause(): this {
    return this;
  }
}

class FakeOutput extends EventEmitter {
  readonly isTTY = true;
  columns: number;
  rows: number;
  readonly #take: (bytes: string) => void;

  constructor(columns: number, rows: number, take: (bytes: string) => void) {
    super();
    this.columns = columns;
    this.rows = rows;
    this.#take = take;
  }

  write(bytes: string): boolean {
    this.#take(bytes);
    return true;
  }
}

export interface OpenOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly ascii?: boolean;
  readonly theme?: ThemeName;
  /** Without colour unless asked for, so that rows compare as text. */
  readonly env?: NodeJS.ProcessEnv;
  readonly elsewhere?: Elsewhere;
  readonly prober?: Prober;
}

/** The explorer on an emulated terminal: what it writes is on a screen, and its bytes are counted. */
export class OpenExplorer {
  readonly emulator: Emulator;
  readonly input = new FakeInput();
  readonly ended: Promise<number>;
  written = '';
  readonly #output: FakeOutput;

  constructor(
    catalog: LiveCatalog,
    {
      columns = 120,
      rows = 40,
      ascii = false,
      theme = 'terminal',
      env = { NO_COLOR: '1' },
      elsewhere = NOWHERE,
      prober = NO_PROBER,
    }: OpenOptions = {},
  ) {
    this.emulator = new Emulator(columns, rows);
    this.#output = new FakeOutput(columns, rows, (bytes) => {
      this.written += bytes;
    });
    this.ended = openExplorer({
      catalog,
      elsewhere,
      prober,
      stdin: this.input as unknown as NodeJS.ReadStream,
      stdout: this.#output as unknown as NodeJS.WriteStream,
      theme,
      ascii,
      env,
      now: () => new Date(2026, 10, 23, 14, 2, 11),
    });
  }

  /** Sends bytes and waits until nothing more is written; gives the bytes written meanwhile. */
  async press(bytes: string): Promise<number> {
    this.input.emit('data', Buffer.from(bytes));
    return this.settle();
  }

  async settle(): Promise<number> {
    let count = 0;
    for (let quiet = 0; quiet < 2; ) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      if (this.written === '') {
        quiet++;
        continue;
      }
      quiet = 0;
      count += await this.take();
    }
    return count;
  }

  /** Puts what was written by now on the screen; gives its bytes. */
  async take(): Promise<number> {
    const bytes = this.written;
    this.written = '';
    await this.emulator.write(bytes);
    return Buffer.byteLength(bytes);
  }

  /** Waits for a last row that has this: a disk takes as long as it takes. */
  async says(text: string): Promise<void> {
    for (let wait = 0; wait < 500 && !this.rows().at(-1)?.includes(text); wait++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      await this.take();
    }
  }

  async resize(columns: number, rows: number): Promise<void> {
    this.#output.columns = columns;
    this.#output.rows = rows;
    this.emulator.resize(columns, rows);
    this.#output.emit('resize');
    await new Promise((resolve) => setTimeout(resolve, 60));
    await this.settle();
  }

  rows(): string[] {
    return this.emulator.rows();
  }

  async quit(): Promise<number> {
    await this.press('\x03');
    return this.ended;
  }
}
