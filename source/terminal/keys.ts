/** What a person pressed, as the rest of the program sees it. */
export type KeyEvent =
  /** A key with a name: `up`, `page-down`, `enter`, `ctrl-c`, `shift-tab`. */
  | { readonly kind: 'key'; readonly key: string }
  /** One character that was typed. */
  | { readonly kind: 'character'; readonly text: string }
  /** Text that was pasted, whole: never taken for commands. */
  | { readonly kind: 'paste'; readonly text: string };

export const named = (key: string): KeyEvent => ({ kind: 'key', key });
export const typed = (text: string): KeyEvent => ({ kind: 'character', text });

/** `CSI` and `SS3` final bytes. */
const FINAL_NAMES: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  M: 'enter',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  Z: 'shift-tab',
};

/** `CSI n ~`. */
const TILDE_NAMES: Readonly<Record<number, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'page-up',
  6: 'page-down',
  7: 'home',
  8: 'end',
};

/** A complete control sequence without its `ESC [`: null for those that are no key (reports, mouse, focus). */
export function keyOfSequence(sequence: string): KeyEvent | null {
  const match = /^([0-9;]*)([A-Za-z~])$/.exec(sequence);
  if (!match) return null;
  const [first = 1, modifiers = 1] = (match[1] ?? '').split(';').map((part) => (part === '' ? 1 : Number(part)));
  const name = match[2] === '~' ? TILDE_NAMES[first] : FINAL_NAMES[match[2] ?? ''];
  // Focus reports and the like end in letters too: only what carries no number, or 1, is a cursor key.
  if (!name || (match[2] !== '~' && first !== 1)) return null;
  return named(withModifiers(name, modifiers));
}

/** `1 + bits`: shift 1, alt 2, ctrl 4. Alt is dropped: no key of ours has it. */
function withModifiers(name: string, modifiers: number): string {
  const bits = modifiers - 1;
  return `${bits & 4 ? 'ctrl-' : ''}${bits & 1 && !name.startsWith('shift-') ? 'shift-' : ''}${name}`;
}

/** A byte below 0x20, or DEL. */
export function keyOfControl(byte: number): KeyEvent {
  switch (byte) {
    case 0x08:
    case 0x7f:
      return named('backspace');
    case 0x09:
      return named('tab');
    case 0x0a:
    case 0x0d:
      return named('enter');
    case 0x1b:
      return named('escape');
    case 0x00:
      return named('ctrl-space');
    default:
      return named(`ctrl-${String.fromCharCode(byte + 0x60)}`);
  }
}
