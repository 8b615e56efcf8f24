import type { State } from '../state.js';
import type { Styles } from '../theme.js';
import { painted } from './paint.js';
import { screenParts } from './screenParts.js';

/**
 * The frame Ink would make of a screen that is rows alone: text and SGR, one line a row. Null where a component draws a
 * part of it. What is on the screen before Ink is loaded.
 */
export function stillFrame(state: State, styles: Styles): string | null {
  const lines: string[] = [];
  for (const part of screenParts(state)) {
    if (part.kind !== 'row') return null;
    lines.push(painted(part.row, styles));
  }
  return lines.join('\n');
}
