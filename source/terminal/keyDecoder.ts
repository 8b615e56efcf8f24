import { type KeyEvent, keyOfControl, keyOfSequence, named, typed } from './keys.js';

/** How long an incomplete sequence may wait for its rest before it is taken for what was typed. */
export const ESCAPE_WAIT_MS = 50;
/** A paste that has begun is waited for longer: it may come in many packets. */
export const PASTE_WAIT_MS = 2000;

const ESCAPE = 0x1b;
const PASTE_BEGIN = '200~';
const PASTE_END = '\x1b[201~';
const LONGEST_SEQUENCE = 64;
const LONGEST_PASTE = 1 << 20;

/**
 * Bytes from the terminal to keys. Chunks mean nothing: a burst (`jjj`, `/foo` and Enter) gives as many events, and a
 * sequence or a character that is cut in two gives one. `Esc` and a key after it are two keys: Alt is not used.
 */
export class KeyDecoder {
  #pending: number[] = [];
  #paste: number[] | null = null;

  /** Milliseconds after which `flush` is due if nothing more comes; null when nothing waits. */
  get wait(): number | null {
    if (this.#paste) return PASTE_WAIT_MS;
    return this.#pending.length > 0 ? ESCAPE_WAIT_MS : null;
  }

  push(chunk: Uint8Array): KeyEvent[] {
    const events: KeyEvent[] = [];
    for (const byte of chunk) this.#take(byte, events);
    return events;
  }

  /** Time is up: a lone `ESC` was the Esc key, and half a sequence was typed by hand. */
  flush(): KeyEvent[] {
    const events: KeyEvent[] = [];
    if (this.#paste) this.#endPaste(this.#paste, events);
    this.#giveUp(events);
    return events;
  }

  #take(byte: number, events: KeyEvent[]): void {
    if (this.#paste) {
      this.#takePasted(this.#paste, byte, events);
      return;
    }
    const first = this.#pending[0];
    if (first === undefined) this.#begin(byte, events);
    else if (first === ESCAPE) this.#continueSequence(byte, events);
    else this.#continueCharacter(first, byte, events);
  }

  #begin(byte: number, events: KeyEvent[]): void {
    if (byte === ESCAPE || byte >= 0x80) this.#pending = [byte];
    else if (byte < 0x20 || byte === 0x7f) events.push(keyOfControl(byte));
    else events.push(typed(String.fromCharCode(byte)));
  }

  #continueSequence(byte: number, events: KeyEvent[]): void {
    const kind = this.#pending[1];
    if (kind === undefined) {
      if (byte === 0x5b || byte === 0x4f) this.#pending.push(byte);
      else {
        this.#pending = [];
        events.push(named('escape'));
        this.#take(byte, events);
      }
      return;
    }
    this.#pending.push(byte);
    // SS3 takes one byte; of CSI the final one ends it (the Linux console has `ESC [ [ A`, where `[` does not).
    const consoleKey = kind === 0x5b && byte === 0x5b && this.#pending.length === 3;
    const complete = kind === 0x4f || (byte >= 0x40 && byte <= 0x7e && !consoleKey);
    if (complete) this.#endSequence(events);
    else if (byte < 0x20 || byte >= 0x7f || this.#pending.length > LONGEST_SEQUENCE) this.#giveUp(events);
  }

  #endSequence(events: KeyEvent[]): void {
    const sequence = String.fromCharCode(...this.#pending.slice(2));
    this.#pending = [];
    if (sequence === PASTE_BEGIN) {
      this.#paste = [];
      return;
    }
    const event = keyOfSequence(sequence);
    if (event) events.push(event);
  }

  /** What waits is no sequence after all: Esc, and the rest as if typed. */
  #giveUp(events: KeyEvent[]): void {
    const [first, ...rest] = this.#pending;
    this.#pending = [];
    if (first === undefined) return;
    if (first !== ESCAPE) {
      events.push(typed('\ufffd'));
      return;
    }
    events.push(named('escape'));
    for (const byte of rest) this.#take(byte, events);
  }

  #continueCharacter(first: number, byte: number, events: KeyEvent[]): void {
    if ((byte & 0xc0) !== 0x80) {
      this.#pending = [];
      events.push(typed('\ufffd'));
      this.#take(byte, events);
      return;
    }
    this.#pending.push(byte);
    const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (this.#pending.length < length) return;
    events.push(typed(Buffer.from(this.#pending).toString('utf8')));
    this.#pending = [];
  }

  #takePasted(paste: number[], byte: number, events: KeyEvent[]): void {
    paste.push(byte);
    const isEnd = byte === 0x7e && Buffer.from(paste.slice(-PASTE_END.length)).toString('latin1') === PASTE_END;
    if (isEnd) this.#endPaste(paste.slice(0, -PASTE_END.length), events);
    else if (paste.length >= LONGEST_PASTE) this.#endPaste(paste, events);
  }

  #endPaste(paste: readonly number[], events: KeyEvent[]): void {
    this.#paste = null;
    events.push({ kind: 'paste', text: Buffer.from(paste).toString('utf8') });
  }
}
