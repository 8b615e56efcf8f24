import { TOO_LONG } from './faults.js';

/** Names that compilers emit stay below some ten thousand characters, even of async towers. */
const MAX_LENGTH = 100_000;
/** Back references repeat what they point at; without a limit a short name could keep a reader busy for hours. */
const MAX_STEPS = 200_000;
const CHARACTERS_A_STEP = 32;

/** The demangled text as it grows, within limits. Muted, it takes no text, and work still counts. */
export class Output {
  text = '';
  #muted: boolean;
  #steps = 0;

  constructor(how: 'muted' | 'printing') {
    this.#muted = how === 'muted';
  }

  get muted(): boolean {
    return this.#muted;
  }

  write(text: string): void {
    if (this.#muted) return;
    if (this.text.length + text.length > MAX_LENGTH) throw TOO_LONG;
    this.text += text;
  }

  /** Counts work, which may write nothing: one production, and the characters it read. */
  step(characters = 0): void {
    this.#steps += 1 + Math.floor(characters / CHARACTERS_A_STEP);
    if (this.#steps > MAX_STEPS) throw TOO_LONG;
  }

  /** Runs `read` without its text. */
  mutedWhile(read: () => void): void {
    const before = this.#muted;
    this.#muted = true;
    read();
    this.#muted = before;
  }
}
