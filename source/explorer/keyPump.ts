import type { KeyEvent } from '../terminal/keys.js';

/** Keys ink-select-input understands, as the bytes it expects. */
const PICKER_KEYS: Readonly<Record<string, string>> = {
  up: '\x1b[A',
  down: '\x1b[B',
  k: '\x1b[A',
  j: '\x1b[B',
  s: '\x1b[B',
  enter: '\r',
  ...Object.fromEntries([...'123456789'].map((digit) => [digit, digit])),
};

export interface KeyTargets {
  readonly pickerIsOpen: () => boolean;
  /** Gives a key to the picker; resolves once it has taken it in. */
  readonly toPicker: (bytes: string) => Promise<void>;
  readonly toReducer: (event: KeyEvent) => void;
}

/**
 * Keys one after the other, however they arrive. A picker of Ink's takes one key a render, so a burst that opens one
 * (`s`, `j`, Enter) waits for it at each step; everything else is done at once.
 */
export class KeyPump {
  readonly #targets: KeyTargets;
  #queue: KeyEvent[] = [];
  #waiting = false;

  constructor(targets: KeyTargets) {
    this.#targets = targets;
  }

  push(events: readonly KeyEvent[]): void {
    this.#queue.push(...events);
    if (!this.#waiting) this.#run();
  }

  #run(): void {
    for (;;) {
      const event = this.#queue.shift();
      if (!event) return;
      const bytes = this.#targets.pickerIsOpen() ? pickerBytes(event) : null;
      if (bytes === null) this.#targets.toReducer(event);
      else {
        this.#waiting = true;
        void this.#targets.toPicker(bytes).then(() => {
          this.#waiting = false;
          this.#run();
        });
        return;
      }
    }
  }
}

function pickerBytes(event: KeyEvent): string | null {
  if (event.kind === 'paste') return null;
  return PICKER_KEYS[event.kind === 'key' ? event.key : event.text] ?? null;
}
