import { currentIndex, listedRecords, listHeight } from './listed.js';
import { panelHeight } from './panels/height.js';
import { panelContent } from './panels/panel.js';
import { visiblePanel } from './panels/visible.js';
import { recordOf, type State } from './state.js';

/** Whatever happened: the cursors stand on something that is there, and on the screen. */
export function settled(state: State, before: State): State {
  return settledPanel(settledList(state, before));
}

function settledList(state: State, before: State): State {
  const records = listedRecords(state);
  let { current } = state.list;
  // A filter that nothing matches is on its way to another: the file is still the one.
  if (currentIndex(state) < 0 && (records.length > 0 || recordOf(state, current) === null)) {
    // The file is gone: its place in the list is what the eye is on.
    const place = Math.max(0, currentIndex(before));
    current = records[Math.min(place, records.length - 1)]?.path ?? null;
  }
  const shown = recordOf(state, state.shown) ? state.shown : current;
  const placed =
    current === state.list.current && shown === state.shown ? state : { ...state, shown, list: { ...state.list, current } };
  const top = visibleTop(placed.list.top, Math.max(0, currentIndex(placed)), listHeight(placed), records.length);
  return top === placed.list.top ? placed : { ...placed, list: { ...placed.list, top } };
}

function visibleTop(top: number, index: number, height: number, count: number): number {
  // A screen too small to show anything says nothing about where to scroll.
  if (height <= 0) return top;
  const near = Math.max(index - height + 1, Math.min(top, index));
  return Math.max(0, Math.min(near, count - height));
}

function settledPanel(state: State): State {
  const id = visiblePanel(state);
  const panel = state.panels[id];
  const content = panelContent(state);
  const height = Math.max(1, panelHeight(state));
  const cursor = Math.max(0, Math.min(panel.cursor, content.items - 1));
  const [first, end] = [content.firstRow(cursor), content.firstRow(cursor + 1)];
  // An item that fits is shown whole; of one that doesn't, what is on the screen belongs to it.
  const [lowest, highest] = end - first <= height ? [end - height, first] : [first, end - height];
  const inReach = Math.max(lowest, Math.min(panel.top, highest));
  const top = Math.max(0, Math.min(inReach, content.rows - height));
  if (cursor === panel.cursor && top === panel.top) return state;
  return { ...state, panels: { ...state.panels, [id]: { ...panel, cursor, top } } };
}
