import type { LogEntry, PanelState, State } from '../state.js';

/** Older entries are dropped: the log is for this sitting. */
const LOG_LENGTH = 1000;

/** The log follows its end until someone scrolls up in it. */
export function withLog(state: State, entries: readonly LogEntry[]): State {
  if (entries.length === 0) return state;
  const log = [...state.log, ...entries].slice(-LOG_LENGTH);
  return { ...state, log, panels: { ...state.panels, log: followed(state, log) } };
}

function followed(state: State, log: readonly LogEntry[]): PanelState {
  const panel = state.panels.log;
  return panel.cursor >= state.log.length - 1 ? { ...panel, cursor: Math.max(0, log.length - 1) } : panel;
}
