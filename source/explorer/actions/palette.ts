import { cleaned } from '../../terminal/clean.js';
import type { Command } from '../bindings/binding.js';
import { nearestName, paletteEntries } from '../palette.js';
import { only, type PaletteSheet, type State, type Step } from '../state.js';
import { toRow } from './moving.js';

const REMEMBERED = 8;

export function openPalette(state: State): State {
  return { ...state, sheet: { kind: 'palette', text: '', cursor: 0 } };
}

/** A key in the palette; `run` does the chosen command where the palette was opened. */
export function typeInPalette(
  state: State,
  sheet: PaletteSheet,
  key: string,
  run: (state: State, command: Command) => Step,
): Step {
  const typed = (text: string) => only({ ...state, sheet: { ...sheet, text, cursor: 0 } });
  const entries = paletteEntries(state, sheet.text);
  const at = (cursor: number) =>
    only({ ...state, sheet: { ...sheet, cursor: Math.max(0, Math.min(cursor, entries.length - 1)) } });
  switch (key) {
    case 'escape':
      return sheet.text === '' ? only({ ...state, sheet: null }) : typed('');
    case 'ctrl-c':
      return { state, effects: [{ type: 'quit' }] };
    case 'down':
    case 'tab':
      return at(sheet.cursor + 1);
    case 'up':
    case 'shift-tab':
      return at(sheet.cursor - 1);
    case 'backspace':
      return sheet.text === '' ? only({ ...state, sheet: null }) : typed([...sheet.text].slice(0, -1).join(''));
    case 'ctrl-u':
      return typed('');
    case 'enter':
      break;
    default:
      return [...key].length === 1 ? typed(sheet.text + key) : only(state);
  }
  const row = /^[0-9]{1,9}$/.test(sheet.text) ? Number(sheet.text) : null;
  if (row !== null) return only(toRow({ ...state, sheet: null }, row));
  const chosen = entries[sheet.cursor];
  if (!chosen)
    return only({ ...state, message: cleaned`no command "${sheet.text}". Nearest: ${nearestName(state, sheet.text) ?? 'none'}` });
  if (chosen.whyNot !== null) return only({ ...state, message: cleaned`${chosen.name}: ${chosen.whyNot}` });
  const recent = [chosen.command, ...state.recent.filter((command) => command !== chosen.command)].slice(0, REMEMBERED);
  return run({ ...state, sheet: null, recent }, chosen.command);
}
